"""The README is true: its command lines run, and its table of parameters is the plug-in's."""

import json
import os
import re
import shlex
import subprocess

import numpy as np
import soundfile

from harness import ARGS, FOLDER, check, cli, finish, impulse, phrase

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../README.md")
with open(README, encoding="utf-8") as file:
    text = file.read()

# The files that the examples speak of.
soundfile.write(os.path.join(FOLDER, "voice.wav"), phrase(44100, 1.0), 44100)
for name in ["drums", "pad", "snare", "kick"]:
    soundfile.write(os.path.join(FOLDER, f"{name}.wav"), phrase(48000, 1.0, 2), 48000)
# A room of one's own, as the editor saves it: a built-in one with another name.
rooms = [room for room in json.loads(cli("room", "--list", "--json")) if room["kind"] == "room"]
with open(os.path.join(FOLDER, "mine.json"), "w") as file:
    json.dump({"name": "Mine", "recipe": rooms[0]["recipe"]}, file)
impulse("church", 48000, 4, 2.0, 3, "PCM_24")

lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines()]
commands = [shlex.split(line, comments=True) for line in lines if line.startswith("anteroom ")]
check("there are examples of the command line", len(commands) >= 5, f"{len(commands)}")
for words in commands:
    if words[1] == "deconvolve":
        # A room with one echo.
        dry, rate = soundfile.read(os.path.join(FOLDER, "sweep.wav"))
        wet = dry + 0.5 * np.concatenate((np.zeros(4800), dry[:-4800]))
        soundfile.write(os.path.join(FOLDER, "take.wav"), wet, rate, "PCM_24")
    answer = subprocess.run([ARGS.cli, *words[1:]], cwd=FOLDER, capture_output=True, text=True, timeout=120)
    made = True
    if "-o" in words:
        out = os.path.join(FOLDER, words[words.index("-o") + 1])
        made = os.path.exists(out) and os.path.getsize(out) > 0
        if made and out.endswith(".wav"):
            sound = soundfile.read(out, always_2d=True)[0]
            made = np.isfinite(sound).all() and np.abs(sound).max() > 1e-3
    check(" ".join(words), answer.returncode == 0 and made, answer.stderr.strip())

told = {row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| [^|]* \|$", text, re.M)}
real = {row["id"]: row for row in json.loads(cli("params", "--json"))}
check("every parameter is told, and no other", set(told) == set(real), ", ".join(set(told) ^ set(real)))


def said(row):
    """Range and default in the README's words."""
    if row["kind"] == "switch":
        return ("off, on", "on" if row["default"] else "off")
    if row["kind"] == "choice":
        return (", ".join(row["choices"]), row["choices"][int(row["default"])])
    unit = f" {row['unit'].strip()}".rstrip()
    return (f"{row['min']:g} to {row['max']:g}{unit}", f"{row['default']:g}{unit}")


for name in sorted(set(told) & set(real)):
    check(f"range and default of {name}", told[name] == said(real[name]), f"told {told[name]}, is {said(real[name])}")

links = re.findall(r"\]\((?!http)([^)#]+)\)|src=\"(?!http)([^\"]+)\"", text)
for link in {one or other for one, other in links}:
    check(f"{link} is there", os.path.exists(os.path.join(os.path.dirname(README), link)))

finish()
