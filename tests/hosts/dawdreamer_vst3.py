"""The VST3 in DawDreamer, a JUCE host with automation at audio rate: timeline, presets and state."""

import dawdreamer
import numpy as np
import scipy.signal
import soundfile

from harness import ARGS, WET, check, convolved, db, error, finish, impulse, padded, path, phrase, preset

RATE = 48000


class Session:
    """One plug-in behind one sound."""

    def __init__(self, signal, block=512, rate=RATE, ready=None):
        self.engine = dawdreamer.RenderEngine(rate, block)
        self.seconds = len(signal) / rate
        source = self.engine.make_playback_processor("source", signal.T.copy())
        self.plugin = self.engine.make_plugin_processor("anteroom", ARGS.vst3)
        if ready:
            self.plugin.load_vst3_preset(ready)
        self.engine.load_graph([(source, []), (self.plugin, ["source"])])

    def parameter(self, name):
        """The host's index of a parameter, by its name."""
        for row in self.plugin.get_parameters_description():
            if row["name"].lower() == name.lower():
                return row["index"]
        raise KeyError(name)

    def render(self):
        self.engine.render(self.seconds)
        return self.engine.get_audio().T


def steepest(sound):
    return np.abs(np.diff(sound, axis=0)).max()


dry = phrase(RATE, 1.0)
file, kernel = impulse("room", RATE, 2, 0.8, 11)
signal = padded(dry, len(kernel) - 1)
ready = preset("room", "--ir", file, *WET)

for block in (64, 512, 8192):
    far = error(Session(signal, block, ready=ready).render(), convolved(signal, kernel)[: len(signal)])
    check(f"block {block}: the convolution with the file", far <= -100, f"{far:.1f} dB")

# An impulse of one sample with value 1 makes wet and dry the same sound, so the output shows the two gains.
one = path("one.wav")
soundfile.write(one, np.ones((1, 1)), RATE, subtype="FLOAT")
unity = preset("one", "--ir", one, "--set", "normalize=off", "--set", "mix=0")
tone = np.full((RATE, 2), 0.5, np.float32)


def ramp(frames):
    """Up and down again, a value for each sample."""
    return np.abs(1 - np.abs(np.linspace(-1, 1, frames))).astype(np.float32)


session = Session(tone, 256, ready=unity)
session.plugin.set_automation(session.parameter("Mix"), ramp(len(tone)))
gain = session.render()[:, 0] / 0.5
middle = gain[len(gain) // 4]
check("mix automated: equal power, never below one nor above the root of two", gain.min() > 0.999 and gain.max() < 1.4143, f"{gain.min():.4f} .. {gain.max():.4f}")
check("mix automated: half way both are at -3 dB", abs(db(middle) - 3.01) < 0.3, f"{db(middle):.2f} dB")
check("mix automated: without zipper noise", np.abs(np.diff(gain)).max() < 0.002, f"largest step {np.abs(np.diff(gain)).max():.5f}")
again = Session(tone, 256, ready=unity)
again.plugin.set_automation(again.parameter("Mix"), ramp(len(tone)))
check("mix automated: two bounces are the same, bit for bit", np.array_equal(again.render()[:, 0] / 0.5, gain))

# Shaping on the timeline: many prepared impulses one after the other, and no click at any change.
rng = np.random.default_rng(8)
noise = (0.1 * rng.standard_normal((4 * RATE, 2))).astype(np.float32)
fixed = Session(noise, 256, ready=ready).render()
session = Session(noise, 256, ready=ready)
# Of each, the half that makes the impulse quieter: what is louder may well have larger steps.
for name, most in {"Decay": 0.5, "Length": 1.0, "Attack": 0.1}.items():
    moves = np.repeat(rng.uniform(0.2 * most, most, 16), RATE // 4).astype(np.float32)
    session.plugin.set_automation(session.parameter(name), moves)
shaped = session.render()
ratio = db(steepest(shaped) / steepest(fixed))
check("shape automated: finite and without a click", np.isfinite(shaped).all() and ratio < 3, f"largest step {ratio:+.1f} dB of the fixed impulse's")

# This host asks for layouts of one input bus, which JUCE refuses for every plug-in that has a sidechain. Mono is shown in
# pedalboard; when this one can, this check says so.
refused = ""
narrow = Session(signal)
try:
    narrow.plugin.set_bus(1, 1)
except ValueError as refusal:
    refused = str(refusal)
check("the host itself can not set a layout beside a sidechain", "CANNOT ApplyBusesLayout" in refused, refused)

saved = Session(signal, ready=ready)
sound = saved.render()
saved.plugin.save_state(path("saved.state"))
opened = Session(signal)
opened.plugin.load_state(path("saved.state"))
check("a saved project opens with the same sound, bit for bit", np.array_equal(opened.render(), sound))

# The same sound at each rate: only what every rate can carry.
levels = {}
for rate in (44100, 48000, 88200, 96000, 192000):
    source = scipy.signal.resample_poly(phrase(44100, 0.5), rate, 44100).astype(np.float32)
    sound = Session(padded(source, rate), rate=rate, ready=ready).render()
    levels[rate] = db(np.sqrt((sound**2).sum() / rate))
spread = max(levels.values()) - min(levels.values())
check("the level does not depend on the session's rate", spread < 0.2, f"{spread:.2f} dB")

finish()
