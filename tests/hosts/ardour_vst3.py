"""The VST3 in Ardour, a workstation, without its window: preset, export, automation, and a project opened again.

A pulse comes by every 1.5 s, so the exported sound must be the impulse response, pulse for pulse.
"""

import os
import shutil
import subprocess

import numpy as np
import soundfile

from harness import ARGS, FOLDER, WET, check, error, finish, impulse, preset

RATE = 48000
PERIOD = 72000
VENDOR = "The Anteroom developers"
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ardour")
ARDOUR = "/usr/lib/ardour7"

# A home of its own: Ardour must neither find nor change what the user has.
HOME = os.path.join(FOLDER, "home")
CONFIG = os.path.join(HOME, ".config/ardour7")
ENVIRONMENT = dict(os.environ, HOME=HOME, XDG_CONFIG_HOME=os.path.join(HOME, ".config"), LC_ALL="C.UTF-8", LD_LIBRARY_PATH=ARDOUR)
ENVIRONMENT.pop("DISPLAY", None)


def furnish(recall):
    """The plug-in, its preset, the pulse source and an export format of 32-bit floats, where Ardour looks for them."""
    for folder in ("scripts", "export"):
        os.makedirs(os.path.join(CONFIG, folder))
    os.makedirs(os.path.join(HOME, ".vst3/presets", VENDOR, "Anteroom"))
    shutil.copytree(ARGS.vst3, os.path.join(HOME, ".vst3/anteroom.vst3"))
    shutil.copy(recall, os.path.join(HOME, ".vst3/presets", VENDOR, "Anteroom/recall.vstpreset"))
    shutil.copy(os.path.join(HERE, "pulses.lua"), os.path.join(CONFIG, "scripts"))
    shutil.copy(os.path.join(HERE, "float.preset"), os.path.join(CONFIG, "export"))


def scan():
    bundle = os.path.join(HOME, ".vst3/anteroom.vst3")
    scanner = os.path.join(ARDOUR, "ardour-vst3-scanner")
    answer = subprocess.run([scanner, "-f", bundle], env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    return answer.returncode == 0, (answer.stdout + answer.stderr).strip()


def ardour(what, session, name):
    """Runs the session script; returns what it printed and the exported sound."""
    out = os.path.join(FOLDER, "out")
    os.makedirs(out, exist_ok=True)
    words = ["ardour7-lua", os.path.join(HERE, "session.lua"), what, session, out, name]
    file = os.path.join(out, name + ".wav")
    # Ardour's program ends at random around the export in one run of ten, with any plug-in or none: it may try again.
    for attempt in range(3):
        if what == "make":
            shutil.rmtree(session, ignore_errors=True)
        answer = subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)
        if "exported" in answer.stdout and os.path.exists(file):
            sound, rate = soundfile.read(file, always_2d=True)
            os.remove(file)
            assert rate == RATE
            return answer.stdout, sound
        print(f"      attempt {attempt + 1}: exit code {answer.returncode}")
    print(answer.stdout + answer.stderr)
    return answer.stdout, np.zeros((PERIOD, 2))


def first_pulse(sound):
    """Where the pulses lie: the phase of the source is not the start of the export."""
    folded = np.abs(sound).max(axis=1)
    return int(np.argmax(folded[:PERIOD] > 0.2))


def expected(kernel, start, frames):
    pulses = np.zeros((frames + PERIOD, 2))
    # A pulse from before the export still rings.
    for at in range(start, frames + PERIOD, PERIOD):
        pulses[at : at + len(kernel)] += 0.5 * kernel[: len(pulses) - at]
    return pulses[:frames]


# The first sample is the loudest by far, so that a pulse can be found.
file, kernel = impulse("pulse", RATE, 2, 1.2, 21)
kernel[0] = 1.0
soundfile.write(file, kernel, RATE, subtype="FLOAT")
kernel = soundfile.read(file, always_2d=True)[0]

furnish(preset("recall", "--ir", file, *WET))
found, words = scan()
check("Ardour's scanner accepts the bundle", found)
if not found:
    print(words)

session = os.path.join(FOLDER, "session")
words, sound = ardour("make", session, "made")
check("Ardour sees no latency", "latency 0" in words)
start = first_pulse(sound)
far = error(sound[start:], expected(kernel, 0, len(sound) - start))
check("exported: the impulse response, pulse for pulse", far <= -100, f"{far:.1f} dB")

words, again = ardour("open", session, "opened")
start = first_pulse(again)
far = error(again[start:], expected(kernel, 0, len(again) - start))
check("opened again: the same impulse from the first pulse on", far <= -100, f"{far:.1f} dB")

# On a mono track Ardour runs the stereo plug-in with its left side alone.
words, mono = ardour("make", os.path.join(FOLDER, "one-channel"), "mono")
start = first_pulse(mono)
left = expected(kernel[:, :1].repeat(2, axis=1), 0, len(mono) - start)[:, :1]
far = error(mono[start:, :1], left)
check("a mono track: the way from left to left, pulse for pulse", far <= -100, f"{far:.1f} dB")

words, moving = ardour("make", os.path.join(FOLDER, "automated"), "automated")
check("Ardour shows the mix in per cent", "range of mix: 0" in words and ".. 100" in words)
tails = [np.abs(moving[at + 4800 : at + 9600]).max() for at in range(first_pulse(moving), len(moving) - 9600, PERIOD)]
check("mix automated from 0 to 100: every tail is louder than the one before", len(tails) >= 3 and all(np.diff(tails) > 0), ", ".join(f"{tail:.4f}" for tail in tails))

finish()
