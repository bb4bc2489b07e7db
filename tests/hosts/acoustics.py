"""`anteroom analyze` finds the reverberation times that an independent program finds: pyroomacoustics.

It measures rooms that the command line makes. With `--files FOLDER` it measures the files of a folder instead.
The octave bands are scipy's, the decay and the line through it are pyroomacoustics'. That program leaves the noise
of a recording in its curve, so what it can not follow 15 dB further than the line reaches is not compared.
"""

import json
import os

import numpy as np
import soundfile
from pyroomacoustics.experimental import measure_rt60
from scipy.signal import butter, sosfilt

from harness import ARGS, check, cli, finish, path

ALLOWED = 0.03
LINES = {"t20_s": 20, "t30_s": 30}


def octave(samples, rate, centre):
    edges = [centre / np.sqrt(2.0), centre * np.sqrt(2.0)]
    return sosfilt(butter(4, edges, btype="bandpass", fs=rate, output="sos"), samples)


def compare(name, file):
    samples, rate = soundfile.read(file, always_2d=True)
    found = json.loads(cli("analyze", file, "--json"))
    errors, left_out = [], 0
    for channel, row in zip(samples.T, found["analysis"]["channels"]):
        onset = int(np.argmax(np.abs(channel) >= np.abs(channel).max() * 0.1))
        for band in row["bands"]:
            centre = band["centre_hz"]
            if not 125.0 <= centre <= 8000.0:
                continue
            sound = octave(channel[onset:], rate, centre)
            for line, reach in LINES.items():
                if band[line] is None or band["range_db"] < reach + 20:
                    left_out += 1
                    continue
                error = band[line] / measure_rt60(sound, rate, decay_db=reach) - 1.0
                errors.append((abs(error), f"{line} at {centre:g} Hz: {band[line]:.3f} s, {100 * error:+.1f} %"))
    within = sum(error <= ALLOWED for error, _ in errors)
    told = f"{within} of {len(errors)} within 3 %, {left_out} not compared"
    if errors:
        told += f", worst {max(errors)[1]}"
    # A file with nothing to compare passes nothing: it is told and not counted.
    if errors or not ARGS.files:
        check(name, errors and within == len(errors), told)
    else:
        print(f"     {name}  [{told}]")
    for error, line in sorted(errors, reverse=True):
        if ARGS.files and error > ALLOWED:
            print("     " + line)


if ARGS.files:
    for file in sorted(os.listdir(ARGS.files)):
        if file.lower().endswith((".wav", ".flac", ".aiff", ".aif")):
            compare(file, os.path.join(ARGS.files, file))
else:
    for room in ["Studio", "Stairwell", "Chamber", "Hall", "Church", "Dark Plate"]:
        file = path(room + ".wav")
        cli("room", room, "-o", file, "--channels", 2)
        compare(room, file)
finish()
