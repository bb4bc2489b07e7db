"""What the checks in real hosts share: counting, the command line under test, impulses and their expected sound.

Every expected value comes from numpy and scipy in double precision, none from Anteroom.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np
import scipy.signal
import soundfile

_parser = argparse.ArgumentParser()
_parser.add_argument("--cli", required=True, help="the program `anteroom`")
_parser.add_argument("--vst3", required=True, help="the bundle")
_parser.add_argument("--files", help="for acoustics.py: a folder of impulses to measure")
ARGS = _parser.parse_args()
FOLDER = tempfile.mkdtemp(prefix="anteroom-hosts-")

_counts = {"passed": 0, "failed": 0, "skipped": 0}


def check(name, held, figure=""):
    """Counts one check and prints it, with the figure that was measured."""
    _counts["passed" if held else "failed"] += 1
    print(("ok   " if held else "FAIL ") + name + (f"  [{figure}]" if figure else ""), flush=True)


def finish():
    """Prints the sum as the last line and ends the script."""
    print(", ".join(f"{count} {word}" for word, count in _counts.items()), flush=True)
    sys.exit(1 if _counts["failed"] else 0)


def db(value):
    return 20 * np.log10(max(float(value), 1e-30))


def path(name):
    return os.path.join(FOLDER, name)


def cli(*words):
    """Runs the command line; it must succeed."""
    answer = subprocess.run([ARGS.cli, *map(str, words)], capture_output=True, text=True, timeout=300)
    if answer.returncode:
        raise RuntimeError(f"anteroom {' '.join(map(str, words))}: {answer.stderr.strip()}")
    return answer.stdout


def preset(name, *words):
    """A preset file for the VST3, made by the command line."""
    cli("preset", "-o", path(name + ".vstpreset"), *words)
    return path(name + ".vstpreset")


WET = ("--set", "mix=100", "--set", "normalize=off")


def impulse(name, rate, channels, seconds, seed, subtype="FLOAT"):
    """A decaying noise as a file; returns its path and the samples as a reader finds them."""
    rng = np.random.default_rng(seed)
    frames = max(1, int(seconds * rate))
    decay = 10 ** (-3 * np.arange(frames) / frames)
    samples = rng.uniform(-0.3, 0.3, (frames, channels)) * decay[:, None]
    file = path(name + ".wav")
    soundfile.write(file, samples, rate, subtype=subtype)
    return file, soundfile.read(file, always_2d=True)[0]


def phrase(rate, seconds, seed=1):
    """A stereo signal with attacks, noise and rests."""
    rng = np.random.default_rng(seed)
    frames = int(seconds * rate)
    at = np.arange(frames) % (rate // 4)
    bursts = rng.standard_normal((frames, 2)) * np.exp(-at / (0.02 * rate))[:, None]
    return (0.2 * bursts).astype(np.float32)


def convolved(signal, kernel):
    """What stereo in, stereo out must sound like: 1 channel for both; 2: left, right; 4: LL, LR, RL, RR."""
    x, h = signal.astype(np.float64), kernel.astype(np.float64)

    def path_of(source, channel):
        return scipy.signal.fftconvolve(x[:, source], h[:, channel])

    match h.shape[1]:
        case 1:
            return np.stack([path_of(0, 0), path_of(1, 0)], 1)
        case 2:
            return np.stack([path_of(0, 0), path_of(1, 1)], 1)
        case 4:
            return np.stack([path_of(0, 0) + path_of(1, 2), path_of(0, 1) + path_of(1, 3)], 1)


def error(sound, expected):
    """The largest difference, relative to the largest expected sample, in dB."""
    frames = min(len(sound), len(expected))
    return db(np.abs(sound[:frames] - expected[:frames]).max() / np.abs(expected).max())


def padded(signal, frames):
    return np.concatenate([signal, np.zeros((frames, 2), np.float32)])
