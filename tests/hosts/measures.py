"""What is measured in an impulse response by scipy and numpy, written from the papers; nothing here is Anteroom's.

An impulse is an array of channels by samples. Levels are in dB, times in seconds, frequencies in Hz.
"""

import numpy as np
from scipy import signal


def db(power):
    return 10 * np.log10(np.maximum(power, 1e-30))


def octave(x, rate, centre, width=1.0):
    """A band of so many octaves, without shifting anything in time."""
    low, high = centre * 2 ** (-width / 2), min(centre * 2 ** (width / 2), 0.49 * rate)
    bands = signal.butter(3, [low, high], btype="bandpass", fs=rate, output="sos")
    pad = min(x.shape[-1] - 1, rate // 2)
    return signal.sosfiltfilt(bands, x, axis=-1, padlen=pad, padtype="constant")


def schroeder(y):
    """The energy still to come, in dB of all (Schroeder 1965)."""
    left = np.cumsum(y[::-1] ** 2)[::-1]
    return db(left / left[0])


def t30(x, rate, centre):
    """The reverberation time of one channel, from -5 to -35 dB (ISO 3382-1)."""
    curve = schroeder(octave(x, rate, centre))
    first, last = np.argmax(curve <= -5), np.argmax(curve <= -35)
    slope = np.polyfit(np.arange(first, last) / rate, curve[first:last], 1)[0]
    return -60 / slope


def echo_density(x, rate, at, window=0.02):
    """The share of samples outside one standard deviation, in relation to noise (Abel and Huang 2006)."""
    half = int(window * rate / 2)
    weight = np.hanning(2 * half + 1)
    found = []
    for centre in (np.linspace(at - 0.005, at + 0.005, 11) * rate).astype(int):
        first = max(centre - half, 0)
        part, w = x[:, first : centre + half + 1], weight[first - centre + half :]
        w = w[: part.shape[1]] / w[: part.shape[1]].sum()
        outside = np.abs(part) > np.sqrt((w * part**2).sum(1, keepdims=True))
        found.append((w * outside).sum(1).mean() / 0.3173105)
    return np.mean(found)


def gain_at_zero(x):
    """The gain at 0 Hz in relation to that for white noise."""
    return db((x.sum(1) ** 2 / (x**2).sum(1)).max())


def powers(x, rate, edges):
    """The mean power of the channels in each of these bands."""
    size = 1 << int(np.ceil(np.log2(max(x.shape[1], rate))))
    hz, power = np.fft.rfftfreq(size, 1 / rate), (np.abs(np.fft.rfft(x, size)) ** 2).mean(0)
    return np.array([power[(hz >= low) & (hz < high)].mean() for low, high in edges])


def bands(centres, width):
    return [(f * 2 ** (-width / 2), f * 2 ** (width / 2)) for f in centres]


def below_20_hz(x, rate):
    low, every = powers(x, rate, [(0, 20), (0, rate / 2)])
    return db(low * 20 / (every * rate / 2))


def roughness(x, rate):
    """How much neighbouring third octaves from 125 Hz to 8 kHz differ: the standard deviation of the steps."""
    return np.diff(db(powers(x, rate, bands(1000 * 2.0 ** (np.arange(-9, 10) / 3), 1 / 3)))).std()


def late_correlation(x, rate, centre, time):
    """Of left and right in the tail, with the decay levelled out so that all of it counts."""
    first, last = int(min(0.08, 0.15 * time) * rate), min(int(0.6 * time * rate), x.shape[1])
    y = octave(x[[0, -1]], rate, centre)[:, first:last]
    a, b = y * 10 ** (3 * np.arange(last - first) / rate / time)
    return a @ b / np.sqrt((a @ a) * (b @ b))


def levels(x, rate, window):
    """The mean power in windows of so many seconds."""
    size = int(window * rate)
    return db(signal.oaconvolve((x**2).mean(0), np.ones(size) / size, "valid"))


def largest_rise(x, rate, window=0.03, after=0.15, reach=70):
    """By how much the level rises above what it had fallen to, while it is within `reach` of the loudest."""
    curve = levels(x, rate, window)
    rest = curve[int(np.argmax(curve)) + int(after * rate) :]
    rises = (rest - np.minimum.accumulate(rest))[rest > curve.max() - reach]
    return rises.max(initial=0)


def loudness(x, rate):
    """K-weighted loudness of a steady sound, without gating: the two filters of ITU-R BS.1770, which are for 48 kHz."""
    shelf = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1, -1.69065929318241, 0.73248077421585])
    cut = ([1, -2, 1], [1, -1.99004745483398, 0.99007225036621])
    if rate != 48000:
        x = signal.resample_poly(x, 160, rate // 300, axis=-1)
    for b, a in (shelf, cut):
        x = signal.lfilter(b, a, x, axis=-1)
    return -0.691 + db((x**2).mean(1).sum())


def pink(rate, seconds, seed=3):
    """Pink noise from 20 Hz on, for both channels."""
    rng, count = np.random.default_rng(seed), int(seconds * rate)
    spectrum = np.fft.rfft(rng.standard_normal(count)) / np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / rate), 20))
    x = np.fft.irfft(spectrum, count)
    return np.stack([0.1 * x / x.std()] * 2)
