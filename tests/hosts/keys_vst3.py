"""The keyboard in pedalboard's editor window, a JUCE host on X11: a click into a value brings it, Enter gives it back.

Without a window manager and with one; at the first click in a fresh window and at later clicks in the same.
"""

import ctypes
import re
import subprocess
import threading
import time

# An application made with JUCE lives on when the server refuses a request; a script that uses JUCE has to say so. JUCE
# asks for a property of window 0 while it makes a window.
HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _error: 0)
ctypes.CDLL("libX11.so.6").XSetErrorHandler(HANDLER)

from pedalboard import load_plugin  # noqa: E402: the handler comes first

from harness import ARGS, check, finish  # noqa: E402

TIMES = 50
# How long anything may take.
PATIENCE = 20.0
# The time between two things that a hand does; APART, so that two clicks are no double click.
HAND, APART = 0.15, 0.5
# Where the value of the mix stands, in an editor of the first size.
MIX = (222, 582)
SIZE = "960x600"


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=60).stdout.strip()


def until(what, is_so):
    """Waits until something has come true, and returns what it is."""
    begin = time.monotonic()
    while time.monotonic() - begin < PATIENCE:
        if found := is_so():
            return found
        time.sleep(0.02)
    raise TimeoutError(what)


def tree(window):
    """The windows within a window, with their sizes; the innermost last."""
    lines = re.findall(r"^ +(0x[0-9a-f]+) .*?(\d+x\d+)\+", run("xwininfo", "-tree", "-id", window), re.MULTILINE)
    return [(int(number, 16), size) for number, size in lines]


def outer():
    return run("xdotool", "search", "--onlyvisible", "--name", "^Pedalboard$").split("\n")[0]


def focus():
    return int(run("xdotool", "getwindowfocus", "-f") or 0)


class Desk:
    """A hand at an open editor."""

    def __init__(self, plugin):
        self.plugin = plugin
        self.outer = until("the host's window is there", outer)
        self.editor = until("the editor is in it", self.inner)
        until("the editor is drawn", lambda: int(run("import", "-window", str(self.editor), "-format", "%k", "info:") or 0) > 200)
        self.hosts = [int(self.outer), *(number for number, _ in tree(self.outer) if number != self.editor)]

    def inner(self):
        sized = [number for number, size in tree(self.outer) if size == SIZE]
        return sized[-1] if sized else None

    def type(self, number):
        """Says what went wrong, or nothing."""
        x, y = map(str, MIX)
        run("xdotool", "mousemove", "--window", str(self.editor), x, y, "click", "1")
        try:
            until("the keyboard does not come", lambda: focus() == self.editor)
            time.sleep(HAND)
            run("xdotool", "key", *str(number), "Return")
            until("the number does not arrive", lambda: abs(self.plugin.parameters["mix"].raw_value - number / 100) < 1e-4)
            until("the keyboard does not go back", lambda: focus() in self.hosts)
            time.sleep(APART)
            return None if focus() in self.hosts else "the keyboard does not stay with the host"
        except TimeoutError as fault:
            return str(fault)


def opened(plugin, work):
    """Opens the editor, works at it, and closes it; returns what the work returns."""
    close, answers = threading.Event(), []

    def worker():
        try:
            answers.append(work(Desk(plugin)))
        except Exception as fault:  # noqa: BLE001: it is told, and the window closes
            answers.append([repr(fault)])
        finally:
            close.set()

    thread = threading.Thread(target=worker)
    thread.start()
    plugin.show_editor(close)
    thread.join()
    return answers[0]


def told(name, faults):
    held = sum(fault is None for fault in faults)
    others = sorted({fault for fault in faults if fault})
    check(name, held == TIMES, f"{held} of {TIMES}" + "".join(f"; {fault}" for fault in others))


def all_of(where):
    plugin = load_plugin(ARGS.vst3)
    numbers = range(10, 10 + TIMES)
    fresh = [fault for number in numbers for fault in opened(plugin, lambda desk, number=number: [desk.type(number)])]
    told(f"{where}: the first click in a fresh window", fresh)
    told(f"{where}: clicks in one window", opened(plugin, lambda desk: [desk.type(number) for number in numbers]))


all_of("no window manager")
manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    until("the window manager is there", lambda: "window id" in run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"))
    all_of("openbox")
finally:
    manager.terminate()
    manager.wait()
finish()
