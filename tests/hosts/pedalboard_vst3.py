"""The VST3 in pedalboard, a JUCE host that renders offline: sound, presets, state, and what a host may do wrong."""

import json
import os

import numpy as np
import soundfile
from pedalboard import load_plugin

from harness import ARGS, WET, check, cli, convolved, db, error, finish, impulse, padded, path, phrase, preset

RATE = 48000


def plugin(preset_file=None):
    made = load_plugin(ARGS.vst3)
    if preset_file:
        made.load_preset(preset_file)
    return made


def render(made, signal, rate=RATE, block=512, reset=True):
    return made.process(signal.T, rate, buffer_size=block, reset=reset).T


dry = phrase(RATE, 1.0)
long = padded(dry, 2 * RATE)

made = plugin()
check("loads under its name", made.name == "Anteroom", made.name)
wet = render(made, long)
level = db(np.sqrt((wet[RATE : RATE + 4800] ** 2).mean()))
check("a new instance has a room that sounds", np.isfinite(wet).all() and level > -70, f"{level:.1f} dB after the end")

off = render(plugin(preset("dry", "--set", "mix=0")), dry)
check("mix 0 passes the input untouched, without latency", np.array_equal(off, dry))
through = render(plugin(preset("bypass", "--set", "bypass=on")), dry)
check("bypass passes the input untouched", np.array_equal(through, dry))

# Kinds of files that people have: every channel count, depth and rate, and the shortest impulse that there is.
FILES = [
    ("mono-16", 48000, 1, 0.7, "PCM_16"),
    ("stereo-24", 44100, 2, 1.3, "PCM_24"),
    ("true-stereo-float", 48000, 4, 2.0, "FLOAT"),
    ("long-mono", 48000, 1, 30.0, "PCM_16"),
    ("short-8k", 8000, 2, 0.2, "PCM_16"),
    ("high-192k", 192000, 2, 0.5, "FLOAT"),
    ("one-sample", 48000, 1, 0.0, "FLOAT"),
]
for seed, (name, rate, channels, seconds, subtype) in enumerate(FILES):
    file, kernel = impulse(name, rate, channels, seconds, seed, subtype)
    signal = padded(phrase(rate, 0.6), len(kernel) - 1)
    ready = preset(name, "--ir", file, *WET)
    for block in (512, 97):
        far = error(render(plugin(ready), signal, rate, block), convolved(signal, kernel))
        check(f"{name}, block {block}: the convolution with the file from the first sample", far <= -100, f"{far:.1f} dB")

# One channel in, one out: the mean of what a stereo track would hear from the same sound on both sides.
file, kernel = impulse("one-channel", RATE, 2, 0.8, 98)
alone = padded(dry, len(kernel) - 1)[:, :1]
mono = render(plugin(preset("one-channel", "--ir", file, *WET)), alone)
both = convolved(np.repeat(alone, 2, axis=1), kernel).mean(axis=1, keepdims=True)
far = error(mono, both)
check("mono to mono: the mean of both sides", mono.shape[1] == 1 and far <= -100, f"{far:.1f} dB")

file, kernel = impulse("recall", RATE, 2, 0.8, 99)
ready = preset("recall", "--ir", file, "--set", "predelay=20", "--set", "width=140", "--set", "decay=60")
first = plugin(ready)
sound = render(first, long, block=256)
again = plugin()
again.raw_state = first.raw_state
check("a new instance with the saved state sounds the same, bit for bit", np.array_equal(render(again, long, block=256), sound))
check("two bounces are the same, bit for bit", np.array_equal(render(plugin(ready), long, block=256), sound))
check("the state is small", len(first.raw_state) < 16384, f"{len(first.raw_state)} bytes")
check("saving again gives the same bytes", len({bytes(first.raw_state) for _ in range(3)}) == 1)

# The presets that come with the plug-in, in the folders where VST3 hosts look for them. What each must sound like is a
# render by the command line of its room and its values, as the list names them.
cli("preset", "--all", path("presets"), "--vst3")
place = path("presets/The Anteroom developers/Anteroom")
listed = json.loads(cli("preset", "--list", "--json"))
there = sorted(os.listdir(place))
check("each preset is a file where VST3 hosts look", there == sorted(f"{one['name']}.vstpreset" for one in listed), f"{len(there)}")
soundfile.write(path("dry.wav"), dry, RATE, subtype="FLOAT")
before = None
for one in listed[::13]:
    values = [word for id, value in one["values"].items() for word in ("--set", f"{id}={value:g}")]
    cli("render", path("dry.wav"), "-o", path("wet.wav"), "--room", one["room"], *values)
    expected = soundfile.read(path("wet.wav"), always_2d=True, dtype="float32")[0]
    loaded = plugin(os.path.join(place, f"{one['name']}.vstpreset"))
    far = error(render(loaded, padded(dry, len(expected) - len(dry))), expected)
    check(f"{one['name']}: the file sounds as the command line does", far <= -120, f"{far:.1f} dB")
    other = 0.0 if before is None else error(before, expected)
    check(f"{one['name']}: it is not the one before", other > -60, f"{other:.1f} dB")
    before = expected

poisoned = dry.copy()
poisoned[100:110] = np.nan
poisoned[200] = np.inf
poisoned[300] = 1e30
render(first, poisoned, reset=False)
after = render(first, long, reset=False)
check("NaN, infinity and absurd samples do not poison the sound", np.isfinite(after).all() and np.abs(after).max() < 10)

whole = first.raw_state
for name, junk in {
    "empty": b"",
    "zeros": bytes(64),
    "noise": np.random.default_rng(3).bytes(5000),
    "half": whole[: len(whole) // 2],
}.items():
    victim = plugin(ready)
    try:
        victim.raw_state = junk
    except Exception as refusal:  # noqa: BLE001: any way of refusing is fine, dying is not
        print(f"      refused by the host: {refusal}")
    check(f"damaged state ({name}): the plug-in lives on", np.isfinite(render(victim, dry)).all())

moved, kernel = impulse("moved", RATE, 2, 0.5, 7)
bare, embedded = preset("bare", "--ir", moved, *WET), preset("embedded", "--ir", moved, "--embed", *WET)
os.rename(moved, path("somewhere-else.wav"))
silent = render(plugin(bare), dry)
check("a missing file: no noise, no end", np.isfinite(silent).all() and np.abs(silent).max() < 1e-6)
lost = plugin(bare)
back = plugin()
back.raw_state = lost.raw_state
os.rename(path("somewhere-else.wav"), moved)
later = plugin()
later.raw_state = back.raw_state
far = error(render(later, dry), convolved(dry, kernel))
check("a file that comes back is found again, although the project was saved without it", far <= -100, f"{far:.1f} dB")
os.remove(moved)
far = error(render(plugin(embedded), dry), convolved(dry, kernel))
check("an embedded impulse survives the loss of its file", far <= -100, f"{far:.1f} dB")

finish()
