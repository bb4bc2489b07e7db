"""Built-in impulses are what they are called: rooms are dense and have the coherence of two ears in the bass, plates and
springs the spectrum and decay of theirs, nothing has an offset, and all are the same at every rate and equally loud.

A few of each kind are measured. An impulse made by hand with every fault must fail every one of these checks.
"""

import json

import numpy as np
import soundfile

import measures as m
from harness import check, cli, finish, path

REVERBS = ("room", "plate", "spring")
ROOMS = ["Vocal Booth", "Hall", "Cathedral", "Plate", "Spring", "Street", "Telephone", "Gated Short", "Reverse Short"]
RATE = 48000


def read(file):
    samples, rate = soundfile.read(file, always_2d=True)
    return samples.T, rate


def room(name, rate=RATE):
    file = path("room.wav")
    cli("room", name, "-o", file, "--rate", rate, "--channels", 2)
    return read(file)[0]


def of_any(x, kind):
    """Name, value, least and most: what holds for an impulse of this kind by itself."""
    if kind in REVERBS:
        yield "gain at 0 Hz", m.gain_at_zero(x), None, -5
        yield "energy below 20 Hz", m.below_20_hz(x, RATE), None, -33
    if kind != "effect":
        level = m.levels(x, RATE, 0.02)
        yield "level at the end", level[-1] - level.max(), None, -80
    energy = m.db((x**2).sum(1))
    yield "balance", energy[0] - energy[-1], -2, 2


def of_room(x):
    yield "echo density at 20 ms", m.echo_density(x, RATE, 0.02), 0.6, None
    yield "echo density at 50 ms", m.echo_density(x, RATE, 0.05), 0.85, None
    yield "echo density at 100 ms", m.echo_density(x, RATE, 0.1), 0.93, None
    yield "roughness of third octaves", m.roughness(x, RATE), 1.0, 2.6
    time = m.t30(x[0], RATE, 1000)
    yield "late correlation at 125 Hz", m.late_correlation(x, RATE, 125, time), 0.2, None
    high = [m.late_correlation(x, RATE, hz, time) for hz in (1000, 2000, 4000)]
    yield "late correlation at 1 to 4 kHz", max(high, key=abs), -0.65, 0.65


def of_plate(x):
    tones = m.db(m.powers(x, RATE, m.bands((1000, 63, 8000), 1 / 3)))
    yield "63 Hz to 1 kHz", tones[1] - tones[0], -19, -7
    yield "8 kHz to 1 kHz", tones[2] - tones[0], -37, -13
    yield "echo density at 20 ms", m.echo_density(x, RATE, 0.02), 0.85, None


def of_spring(x):
    yield "largest rise of the decay", m.largest_rise(x, RATE), None, 10
    top, every = m.powers(x, RATE, [(RATE / 2 - 500, RATE), (0, RATE)])
    yield "energy next to half the rate", m.db(top * 1000 / (every * RATE)), None, -40


BY_KIND = {"room": of_room, "plate": of_plate, "spring": of_spring}


def holds(value, low, high):
    return (low is None or value >= low) and (high is None or value <= high)


def measure(name, rows):
    for what, value, low, high in rows:
        span = f"at least {low}" if high is None else f"at most {high}" if low is None else f"{low} to {high}"
        check(f"{name}: {what}", holds(value, low, high), f"{value:.2f}, {span}")


def same_everywhere(name, x):
    """The octaves and the loudness of pink noise at other rates, in relation to those at 48 kHz."""
    centres = m.bands(63 * 2.0 ** np.arange(8), 1)
    tones = m.db(m.powers(x, RATE, centres))
    for rate in (44100, 96000):
        other = m.db(m.powers(room(name, rate), rate, centres))
        yield f"octaves at {rate} Hz", max(other - tones, key=abs), -0.5, 0.5


def as_loud_as_dry(name):
    dry, wet = m.pink(RATE, 5), path("wet.wav")
    soundfile.write(path("dry.wav"), dry.T, RATE, subtype="FLOAT")
    cli("render", path("dry.wav"), "-o", wet, "--room", name, "--set", "mix=100")
    steady = slice(3 * RATE, 5 * RATE)
    yield "pink noise, wet to dry", m.loudness(read(wet)[0][:, steady], RATE) - m.loudness(dry[:, steady], RATE), -1, 1


def bad():
    """Sparse echoes that repeat, an offset, a right channel of its own, a thump, and an end that does not come."""
    rng = np.random.default_rng(5)
    x = np.zeros((2, 3 * RATE))
    for channel in x:
        at = rng.integers(0, x.shape[1], 90)
        channel[at] = rng.choice([-1, 1], 90) * 10 ** (-3 * at / RATE / 2.0)
    x[:, -RATE // 4 :] += 0.03 * np.cos(np.pi * np.arange(RATE // 4))
    x[0] *= 2
    return x + 0.004


listed = {entry["name"]: entry for entry in json.loads(cli("room", "--list", "--json"))}
for name in ROOMS:
    check(f"{name} is listed", name in listed and bool(listed[name]["category"]))
    kind, x = listed[name]["kind"], room(name)
    measure(name, of_any(x, kind))
    measure(name, BY_KIND.get(kind, lambda _: ())(x))
    measure(name, same_everywhere(name, x))
    if kind in REVERBS:
        measure(name, as_loud_as_dry(name))

# What can not fail shows nothing.
rows = [*of_any(bad(), "room"), *of_room(bad()), *of_plate(bad()), *of_spring(bad())]
rows = [row for row in rows if not row[0].startswith("late correlation")]
fooled = [what for what, *row in rows if holds(*row)]
check(f"a bad impulse fails all of {len(rows)} checks", not fooled, ", ".join(fooled))
noise = np.random.default_rng(7).standard_normal((2, RATE)) * 10 ** (-3 * np.arange(RATE) / RATE)
check("ears without a relation are noticed", m.late_correlation(noise, RATE, 125, 1.0) < 0.2)
check("ears that hear the same are noticed", m.late_correlation(noise[[0, 0]], RATE, 1000, 1.0) > 0.65)
finish()
