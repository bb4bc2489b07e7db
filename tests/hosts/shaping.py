"""Shaping keeps what is the recording's: its width, its floor next to 100 %, its decay without swells, its loudness.

The recordings are made here: noise with a known correlation between its channels and a known decay.
"""

import numpy as np
import soundfile

import measures as m
from harness import check, cli, finish, path

RATE = 48000
TIME = 1.2


def recording(correlation, floor_db=-55, seconds=2.5, time=TIME, seed=4):
    """A decay of both channels with this correlation at all frequencies, above noise that has it too."""
    rng, t = np.random.default_rng(seed), np.arange(int(seconds * RATE)) / RATE
    common, apart = rng.standard_normal((2, len(t)))
    pair = np.stack([common, correlation * common + np.sqrt(1 - correlation**2) * apart])
    more = rng.standard_normal((2, len(t)))
    floor = np.stack([more[0], correlation * more[0] + np.sqrt(1 - correlation**2) * more[1]])
    x = 0.2 * pair * 10 ** (-3 * t / time) + 0.2 * 10 ** (floor_db / 20) * floor
    x[:, 0] = 1
    return x


def write(name, x):
    soundfile.write(path(name + ".wav"), x.T, RATE, subtype="FLOAT")
    return path(name + ".wav")


def shaped(file, **settings):
    """The impulse that is heard with these settings: what a click gives back."""
    click = np.zeros((2, RATE // 10 + 1))
    click[:, -1] = 1
    words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    cli("render", write("click", click), "-o", path("out.wav"), "--ir", file, "--set", "mix=100", "--set", "normalize=off", *words)
    return soundfile.read(path("out.wav"), always_2d=True)[0].T[:, RATE // 10 :]


def correlation(x, time, first, last):
    """The lowest and the highest over octaves, from first to last in reverberation times."""
    a, b = int(first * time * RATE), int(last * time * RATE)
    found = []
    for hz in (250, 500, 1000, 2000):
        y = m.octave(x, RATE, hz)[:, a:b] * 10 ** (3 * np.arange(b - a) / RATE / time)
        found.append(y[0] @ y[1] / np.sqrt((y[0] @ y[0]) * (y[1] @ y[1])))
    return min(found), max(found)


def level_at_end(x, frames):
    return m.db((x[:, int(0.85 * frames) : int(0.95 * frames)] ** 2).mean())


def loud(file, **settings):
    words = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    cli("render", write("pink", m.pink(RATE, 5)), "-o", path("out.wav"), "--ir", file, "--set", "mix=100", *words)
    return m.loudness(soundfile.read(path("out.wav"), always_2d=True)[0].T[:, 3 * RATE : 5 * RATE], RATE)


dual, wide = write("dual", recording(1.0)), write("wide", recording(0.6, seed=6))
plain = shaped(dual)
for decay in (101, 200):
    low, _ = correlation(shaped(dual, decay=decay), TIME * decay / 100, 0.3, 0.9)
    check(f"dual mono stays dual mono at decay {decay}", low > 0.995, f"{low:.3f}")
before, after = correlation(shaped(wide), TIME, 0.2, 0.7), correlation(shaped(wide, decay=200), 2 * TIME, 0.3, 0.9)
far = max(abs(after[0] - before[0]), abs(after[1] - before[1]))
check("a width of its own stays at decay 200", far < 0.17, f"{before[0]:.2f} to {before[1]:.2f}, then {after[0]:.2f} to {after[1]:.2f}")
for decay in (99, 101):
    change = level_at_end(shaped(dual, decay=decay), plain.shape[1]) - level_at_end(plain, plain.shape[1])
    check(f"the noise at the end is still there at {decay} %", abs(change) < 3, f"{change:+.1f} dB")
# A file that stops 25 dB down is continued.
cut = write("cut", recording(0.0, floor_db=-120, seconds=0.625, time=1.5))
for decay in (150, 200, 400):
    rise = m.largest_rise(shaped(cut, decay=decay), RATE, window=0.05, after=0.0)
    check(f"no swell at decay {decay}", rise < 3, f"{rise:.1f} dB")
clean = write("clean", recording(0.0, floor_db=-110))
own = {hz: m.t30(shaped(clean)[0], RATE, hz) for hz in (250, 500, 1000, 2000, 4000)}
for decay in (50, 150, 200):
    longer = shaped(clean, decay=decay)[0]
    worst = max(abs(m.t30(longer, RATE, hz) / (time * decay / 100) - 1) for hz, time in own.items())
    check(f"T30 follows decay {decay}", worst < 0.05, f"off by {100 * worst:.1f} %")
for name, values in {"damping": (25, 50, 100), "size": (50, 100, 200), "decay": (50, 100, 200)}.items():
    range_db = np.ptp([loud(clean, **{name: value}) for value in values])
    check(f"{name} leaves the loudness", range_db < 1.5, f"{range_db:.2f} dB over {values}")

# What can not fail shows nothing: the same measures on what each of them is against.
check("channels without a relation are noticed", correlation(recording(0.0), TIME, 0.2, 0.7)[0] < 0.5)
swell = recording(0.0, floor_db=-110)
swell[:, RATE : RATE + 4800] *= 30
check("a swell is noticed", m.largest_rise(swell, RATE, window=0.05, after=0.0) > 3)
check("a floor that is gone is noticed", abs(level_at_end(recording(1.0, floor_db=-90), 120000) - level_at_end(plain, 120000)) > 3)
finish()
