"""`anteroom analyze` finds what independent programs find: pyroomacoustics, pyrato, and formulas from the papers.

It measures impulses that are made here and rooms that the command line makes. With `--files FOLDER` it measures the
files of a folder instead. The octave bands are scipy's; decays and the lines through them are pyroomacoustics' (T20,
T30) and pyrato's (EDT, C50, C80, D50). These leave the noise of a recording in their curves, so what they can not
follow 15 dB further than the line reaches is not compared. Echo density, mixing time, IACC and DC are worked out here
from the definitions, in another way than the program does.
"""

import json
import os

import numpy as np
import pyfar
import soundfile
from pyrato.edc import schroeder_integration
from pyrato.parameters import clarity, definition
from pyroomacoustics.experimental import measure_rt60
from scipy.signal import butter, correlate, sosfilt, sosfreqz
from scipy.special import erfc

from harness import ARGS, check, cli, finish, path

ALLOWED = 0.03
TIMES, CLARITY = "T20 and T30 within 3 %", "EDT, C50, C80, D50 within 3 %"
LINES = {"t20_s": 20, "t30_s": 30}
EARS_HZ = [125, 250, 500, 1000, 2000, 4000]


class Comparison:
    """Values of one file beside their references."""

    def __init__(self):
        self.groups = {}

    def add(self, group, what, ours, theirs, allowed, shown="{:.3f}"):
        """The largest difference that is allowed is in the unit of the value."""
        entry = self.groups.setdefault(group, {"errors": [], "left out": 0})
        if ours is None and theirs is None:
            entry["errors"].append((0.0, what))
        elif ours is None or theirs is None:
            entry["errors"].append((np.inf, f"{what}: {ours} and {theirs}"))
        else:
            told = f"{what}: {shown.format(ours)} for {shown.format(theirs)}"
            entry["errors"].append((abs(ours - theirs) / allowed, told))

    def leave_out(self, group):
        self.groups.setdefault(group, {"errors": [], "left out": 0})["left out"] += 1

    def report(self, name):
        for group, entry in self.groups.items():
            errors = entry["errors"]
            within = sum(error <= 1.0 for error, _ in errors)
            told = f"{within} of {len(errors)}"
            if entry["left out"]:
                told += f", {entry['left out']} not compared"
            if errors:
                told += f", worst {max(errors)[1]}"
            # A file with nothing to compare passes nothing: it is told and not counted.
            if errors or not ARGS.files:
                check(f"{name}: {group}", errors and within == len(errors), told)
            else:
                print(f"     {name}: {group}  [{told}]")
            for error, line in sorted(errors, reverse=True):
                if ARGS.files and error > 1.0:
                    print("     " + line)


def octave_filter(rate, centre):
    edges = [centre / np.sqrt(2.0), centre * np.sqrt(2.0)]
    return butter(4, edges, btype="bandpass", fs=rate, output="sos")


def octave(samples, rate, centre):
    return sosfilt(octave_filter(rate, centre), samples)


def octave_without_phase(samples, rate, centre):
    """A filter that only looks back delays the low bands, and moves energy over the borders of clarity."""
    size = len(samples) + rate
    gain = np.abs(sosfreqz(octave_filter(rate, centre), np.fft.rfftfreq(size, 1 / rate), fs=rate)[1])
    return np.fft.irfft(np.fft.rfft(samples, size) * gain, size)[: len(samples)]


def first_arrival(channel):
    return int(np.argmax(np.abs(channel) >= np.abs(channel).max() * 0.1))


def early_decay_time(energy, rate):
    """The line through the first 10 dB (ISO 3382-1). Pyrato's own begins at -0.1 dB: where the first reflections
    hold the level, that leaves out much of what the standard asks for (4 % in one octave of a room)."""
    decay = 10.0 * np.log10(np.maximum(energy, 1e-20))
    count = int(np.argmax(decay <= -10.0)) + 1
    return -60.0 / np.polyfit(np.arange(count) / rate, decay[:count], 1)[0]


def reverberation(to, channel, rate, row):
    """Reverberation time, clarity and definition by octaves; the bass ratio."""
    onset, times = first_arrival(channel), {}
    for band in row["bands"]:
        centre = band["centre_hz"]
        if not 125.0 <= centre <= 8000.0:
            continue
        at = f"at {centre:g} Hz"
        sound = octave(channel[onset:], rate, centre)
        for line, reach in LINES.items():
            if band[line] is None or band["range_db"] < reach + 20:
                to.leave_out(TIMES)
                continue
            times[line, centre] = measure_rt60(sound, rate, decay_db=reach)
            to.add(TIMES, f"{line} {at}", band[line], times[line, centre], ALLOWED * times[line, centre])
        if band["range_db"] < 50:
            to.leave_out(CLARITY)
            continue
        sound = octave_without_phase(channel, rate, centre)[onset:]
        energy = schroeder_integration(pyfar.Signal(sound, rate))
        energy.time /= energy.time[0, 0]
        if band["edt_s"] is not None:
            real = early_decay_time(energy.time[0], rate)
            to.add(CLARITY, f"edt_s {at}", band["edt_s"], real, ALLOWED * real)
        for key, ms in [("c50_db", 50), ("c80_db", 80)]:
            # 3 % of the ratio of energies.
            ratio = 10.0 * np.log10(1.0 + ALLOWED)
            to.add(CLARITY, f"{key} {at}", band[key], float(clarity(energy, ms)[0]), ratio)
        real = 100.0 * float(definition(energy, 50)[0])
        to.add(CLARITY, f"d50_percent {at}", band["d50_percent"], real, ALLOWED * real)
    four = [times.get(("t30_s", hz)) for hz in (125.0, 250.0, 500.0, 1000.0)]
    if None not in four:
        real = (four[0] + four[1]) / (four[2] + four[3])
        to.add("bass ratio within 3 %", "bass_ratio", row["bass_ratio"], real, ALLOWED * real)


def echo_density(to, channel, rate, row):
    """Abel and Huang (2006): the share of a window of 20 ms beyond its standard deviation, 1 for Gaussian noise."""
    sound, half = channel[first_arrival(channel) :], int(round(0.01 * rate))
    weights = np.hanning(2 * half + 1)

    def density(ms):
        middle = int(round(ms * rate / 1000))
        if middle >= len(sound):
            return None
        taken = np.arange(max(middle - half, 0), min(middle + half + 1, len(sound)))
        weight = weights[taken - middle + half]
        weight = weight / weight.sum()
        deviation = np.sqrt(np.sum(weight * sound[taken] ** 2))
        return np.sum(weight[np.abs(sound[taken]) > deviation]) / erfc(1 / np.sqrt(2))

    found = row["echo_density"]
    for ms in (20, 50, 100):
        around = [density(t) for t in range(ms - 5, ms + 6)]
        around = [value for value in around if value is not None]
        real = np.mean(around) if density(ms) is not None else None
        to.add("echo density within 0.01", f"at {ms} ms", found[f"at_{ms}_ms"], real, 0.01)
    profile = ((ms, density(ms)) for ms in range(2001))
    mixed = next((ms for ms, value in profile if value is not None and value >= 1.0), None)
    group = "mixing time within 3 % or 1 ms"
    to.add(group, "mixing time", found["mixing_time_ms"], mixed, max(1.0, ALLOWED * (mixed or 0)), "{:.0f} ms")
    # Lindau and others (2012), tmp50 from the signal.
    heard = None if mixed is None else max(0.8 * mixed - 8.0, 0.0)
    to.add(group, "perceptual", found["perceptual_mixing_time_ms"], heard, max(1.0, ALLOWED * (heard or 0)), "{:.0f} ms")


def low_end(to, channel, rate, row):
    size = 1 << int(np.ceil(np.log2(max(len(channel), 16 * rate))))
    power = np.abs(np.fft.rfft(channel, size)) ** 2
    power[1:-1] *= 2
    gain = 10 * np.log10(max(power[0] / np.sum(channel**2), 1e-20))
    share = 10 * np.log10(np.sum(power[np.fft.rfftfreq(size, 1 / rate) < 20.0]) / np.sum(power))
    to.add("gain at 0 Hz and energy below 20 Hz within 0.1 dB", "dc", row["dc_gain_db"], gain, 0.1)
    to.add("gain at 0 Hz and energy below 20 Hz within 0.1 dB", "below 20 Hz", row["below_20_hz_db"], share, 0.1)


def interaural(to, samples, rate, found):
    """ISO 3382-1, annex B: the largest correlation of two ears within 1 ms, early and late."""
    if samples.shape[1] == 1:
        check("mono has no IACC", found is None)
        return
    left, right = (samples[:, i::2].sum(1) for i in (0, 1))
    sounding = [first_arrival(ear) for ear in (left, right) if np.any(ear)]
    onset, lags = min(sounding), rate // 1000
    border = onset + int(round(0.08 * rate))
    means = {}
    for part, start, end in (("early", onset, border), ("late", border, onset + 10 * rate)):
        for row, centre in zip(found["bands"], EARS_HZ):
            # The filters may ring for half a second.
            ears = [octave(np.pad(ear[start:end], (0, rate // 2)), rate, centre) for ear in (left, right)]
            norm = np.sqrt(np.sum(ears[0] ** 2) * np.sum(ears[1] ** 2))
            real = None
            if norm > 0.0:
                middle = len(ears[0]) - 1
                both = correlate(ears[1], ears[0], method="fft")[middle - lags : middle + lags + 1]
                real = float(np.max(np.abs(both)) / norm)
            allowed = max(ALLOWED * (real or 0.0), 0.003)
            to.add("IACC within 3 % or 0.003", f"{part} at {centre} Hz", row[part], real, allowed)
            means.setdefault(part, []).append(real)
    for key, part in (("e3", "early"), ("l3", "late")):
        middle = means[part][2:5]
        real = None if None in middle else float(np.mean(middle))
        to.add("IACC within 3 % or 0.003", f"IACC_{key.upper()}", found[key], real, max(ALLOWED * (real or 0.0), 0.003))


def compare(name, file, decays=True):
    samples, rate = soundfile.read(file, always_2d=True)
    found = json.loads(cli("analyze", file, "--repair", "off", "--json"))["analysis"]
    to = Comparison()
    for channel, row in zip(samples.T, found["channels"]):
        if decays:
            reverberation(to, channel, rate, row)
        echo_density(to, channel, rate, row)
        low_end(to, channel, rate, row)
    interaural(to, samples, rate, found["iacc"])
    to.report(name)


def noise(rate, seconds, channels, times, seed):
    """Noise whose octaves decay in times of their own, in seconds: a dict from the octave's centre."""
    rng = np.random.default_rng(seed)
    decay = lambda rt60: 10 ** (-3 * np.arange(int(seconds * rate)) / rate / rt60)[:, None]
    whole = rng.standard_normal((int(seconds * rate), channels))
    if not isinstance(times, dict):
        return 0.1 * whole * decay(times)
    bands = (octave(whole.T, rate, centre).T * decay(rt60) for centre, rt60 in times.items())
    return 0.1 * sum(bands)


def made():
    """Impulses of every kind: a name, the rate, and rows of samples."""
    plain = noise(48000, 2.5, 2, 1.6, 1)
    yield "noise", 48000, plain
    yield "noise at 44.1 kHz, bass longer", 44100, noise(
        44100, 4.0, 2, {63: 3.0, 125: 2.6, 250: 2.0, 500: 1.6, 1000: 1.4, 2000: 1.2, 4000: 1.0, 8000: 0.7}, 2)
    yield "dual mono", 48000, plain[:, [0, 0]]
    yield "half in common", 48000, plain + noise(48000, 2.5, 1, 1.6, 3)
    late = np.roll(plain[:, :1], 31, axis=0)
    late[:31] = 0.0
    yield "one ear later", 48000, np.hstack([plain[:, :1], -0.7 * late])
    yield "true stereo at 96 kHz", 96000, noise(96000, 1.2, 4, 0.8, 4)
    yield "mono with a floor", 48000, noise(48000, 3.0, 1, 1.2, 5) + 1e-5 * noise(48000, 3.0, 1, 1e9, 6)
    sparse = np.zeros((48000, 2))
    rng = np.random.default_rng(7)
    for echo in range(60):
        sparse[int(400 + 2400 * np.sqrt(echo)), rng.integers(2)] = 0.5 * 0.93**echo
    sparse[9600:] += noise(48000, 0.8, 2, 0.7, 8)
    yield "reflections before noise", 48000, sparse
    dirac = np.zeros((24000, 2))
    dirac[100, 0] = dirac[120, 1] = 0.5
    yield "one reflection at each ear", 48000, dirac
    yield "with a thump", 48000, plain + 0.02 * np.exp(-np.arange(len(plain)) / 9600)[:, None]


if ARGS.files:
    for file in sorted(os.listdir(ARGS.files)):
        if file.lower().endswith((".wav", ".flac", ".aiff", ".aif")):
            compare(file, os.path.join(ARGS.files, file))
else:
    for name, rate, samples in made():
        file = path(name + ".wav")
        soundfile.write(file, samples, rate, subtype="FLOAT")
        compare(name, file, decays="reflection" not in name)
    for room in ["Studio", "Stairwell", "Chamber", "Hall", "Church", "Dark Plate"]:
        file = path(room + ".wav")
        cli("room", room, "-o", file, "--channels", 4 if room == "Hall" else 2)
        compare(room, file)
finish()
