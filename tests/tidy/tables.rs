//! What the rules allow: who may name whom, which files have `unsafe`, each with its reason, and how long a file may be.

/// The modules of the library and the modules that each may name. Whoever is not listed may name nobody.
pub const IMPORTS: &[(&str, &[&str])] = &[
    ("lib", &[]),
    ("pin_library", &[]),
    ("thread_exit", &[]),
    ("files", &[]),
    ("exchange", &[]),
    ("convolution", &[]),
    ("impulse", &[]),
    ("background", &["exchange"]),
    ("audition", &["exchange", "files", "impulse"]),
    (
        "processor",
        &["exchange", "convolution", "impulse", "params", "audition"],
    ),
    (
        "loader",
        &["exchange", "background", "files", "convolution", "impulse"],
    ),
    ("state", &["impulse", "params"]),
    (
        "instance",
        &[
            "exchange",
            "background",
            "files",
            "pin_library",
            "convolution",
            "impulse",
            "processor",
            "audition",
            "loader",
        ],
    ),
    ("params", &["exchange", "impulse"]),
    (
        "editor",
        &[
            "exchange",
            "background",
            "files",
            "pin_library",
            "params",
            "state",
            "instance",
        ],
    ),
    (
        "main",
        &[
            "params",
            "exchange",
            "files",
            "convolution",
            "impulse",
            "processor",
            "loader",
            "state",
            "instance",
        ],
    ),
    (
        "cli",
        &[
            "params",
            "exchange",
            "files",
            "convolution",
            "impulse",
            "processor",
            "loader",
            "state",
            "instance",
        ],
    ),
    (
        "plugin",
        &[
            "exchange",
            "files",
            "convolution",
            "impulse",
            "processor",
            "loader",
            "state",
            "instance",
            "params",
            "editor",
            "pin_library",
        ],
    ),
];

/// Where the framework and its window toolkit may be named.
pub const FRAMEWORK: &[&str] = &["src/params/host", "src/plugin", "src/editor"];

/// The only files with `unsafe`, and what for.
pub const UNSAFE: &[(&str, &str)] = &[
    (
        "crates/anteroom-convolver/src/simd/x86.rs",
        "the instructions of x86-64's vector units",
    ),
    (
        "crates/anteroom-convolver/src/simd/x86/avx2.rs",
        "transposes 4 and 8",
    ),
    (
        "crates/anteroom-convolver/src/simd/x86/avx512.rs",
        "transposes 16",
    ),
    (
        "crates/anteroom-convolver/src/simd/neon.rs",
        "the instructions of AArch64's vector units",
    ),
    ("xtask/src/demo/host.rs", "loads the bundle from its file"),
    (
        "tests/support/allocations.rs",
        "an allocator, to count what is allocated",
    ),
    (
        "tests/support/heap.rs",
        "an allocator, to count what is alive",
    ),
    (
        "crates/anteroom-exchange/tests/sanitize.rs",
        "a data race on purpose, for the sanitizers to catch",
    ),
    (
        "tests/support/system.rs",
        "asks the kernel for its filters, signals and counters",
    ),
    (
        "crates/anteroom-impulse/tests/decoding_memory.rs",
        "an allocator, to count what is alive",
    ),
    (
        "src/pin_library.rs",
        "asks the linker for the library's name and pins libraries",
    ),
    (
        "src/thread_exit.rs",
        "enters what runs when a thread ends, as the C++ ABI has it",
    ),
    (
        "src/loader/release_memory.rs",
        "asks the C library to give free memory back",
    ),
    (
        "src/editor/panels/browser/drives.rs",
        "asks Windows which drives there are",
    ),
    (
        "src/plugin/workarounds/host_buffers.rs",
        "reads and writes a host's buffers by its pointers",
    ),
    (
        "src/plugin/workarounds/sidechain.rs",
        "lends the shell's samples to the plug-in while it is called",
    ),
    (
        "src/plugin/workarounds/window/file_drop/ole.rs",
        "registers a drop target of Windows, and asks it for names",
    ),
    ("src/plugin/clap.rs", "the C entry points of CLAP"),
    (
        "src/plugin/clap/discovery.rs",
        "the C functions of the list of presets",
    ),
    (
        "src/plugin/clap/description.rs",
        "calls the host's functions that take a preset's description",
    ),
    (
        "src/plugin/clap/preset_load.rs",
        "the C functions of an extension",
    ),
    ("src/plugin/clap/location.rs", "reads a host's texts"),
    (
        "src/plugin/workarounds/clap/shell.rs",
        "asks the framework's instance and the host through C functions",
    ),
    (
        "src/plugin/workarounds/clap/shell/calls.rs",
        "the C functions of an instance",
    ),
    (
        "src/plugin/workarounds/clap/shell/sidechain.rs",
        "the C functions of an instance's ports",
    ),
    (
        "src/plugin/workarounds/clap/shell/gui.rs",
        "the C functions of an instance's window",
    ),
    (
        "src/plugin/workarounds/clap/process.rs",
        "reads a host's block, calls the framework's",
    ),
    (
        "src/plugin/workarounds/clap/events.rs",
        "reads the host's events, sets the framework's parameters",
    ),
    (
        "src/plugin/workarounds/clap/ports.rs",
        "reads the host's ports",
    ),
    ("src/plugin/vst3.rs", "the C entry points of VST3"),
    (
        "src/plugin/workarounds/vst3/buses.rs",
        "reads the host's buses",
    ),
    (
        "src/plugin/workarounds/vst3/shell.rs",
        "passes a COM object's methods on",
    ),
    (
        "src/plugin/workarounds/vst3/shell/audio_processor.rs",
        "reads the host's block, calls the framework's",
    ),
    (
        "src/plugin/workarounds/vst3/shell/component.rs",
        "passes a COM object's methods on",
    ),
    (
        "src/plugin/workarounds/vst3/shell/sidechain.rs",
        "reads the host's arrangements",
    ),
    (
        "src/plugin/workarounds/vst3/shell/controller.rs",
        "passes a COM object's methods on",
    ),
    (
        "src/plugin/workarounds/vst3/view.rs",
        "checks and passes on COM calls",
    ),
    (
        "src/plugin/workarounds/vst3/run_loop.rs",
        "drops a forgotten COM object",
    ),
    (
        "src/plugin/workarounds/vst3/automation.rs",
        "reads the host's COM objects, sets the framework's parameters",
    ),
    (
        "src/plugin/workarounds/vst3/stream.rs",
        "writes to the host's COM object",
    ),
    (
        "src/params/host/framework.rs",
        "gives the framework pointers to its parameters",
    ),
    (
        "src/params/host/state_values.rs",
        "sets the framework's parameters and reads them",
    ),
    (
        "tests/clap_host/raw.rs",
        "calls the plug-in's C functions as no host should",
    ),
    ("tests/clap_host/rig.rs", "gives the entry point to a host"),
    (
        "tests/clap_host/raw/window.rs",
        "calls the window's C functions as no host should",
    ),
    (
        "tests/clap_host/raw/ports.rs",
        "calls the C functions of ports as a host does",
    ),
    (
        "tests/clap_host/raw/input.rs",
        "gives the plug-in lists of a host's events",
    ),
    (
        "tests/clap_host/raw/presets.rs",
        "calls the C functions that list and load presets as no host should",
    ),
    (
        "tests/vst3_host/validation.rs",
        "asks what a validator asks, over COM",
    ),
    (
        "tests/vst3_host/validation/buses.rs",
        "asks what a validator asks, over COM",
    ),
    (
        "tests/vst3_host/validation/parameters.rs",
        "asks what a validator asks, over COM",
    ),
    (
        "tests/vst3_host/validation/processing.rs",
        "asks what a validator asks, over COM",
    ),
    (
        "tests/vst3_host/sidechain.rs",
        "gives the plug-in blocks with a second bus, over COM",
    ),
    (
        "tests/vst3_host/misuse.rs",
        "gives the plug-in blocks as no host should",
    ),
    ("tests/vst3_host/rig.rs", "speaks COM with the plug-in"),
    (
        "tests/vst3_host/rig/block.rs",
        "gives the plug-in blocks and automation, over COM",
    ),
    (
        "tests/vst3_host/rig/stream.rs",
        "is a stream for the plug-in, over COM",
    ),
    (
        "tests/vst3_host/rig/view.rs",
        "opens the view and is its frame, over COM",
    ),
    ("tests/vst3_host/library.rs", "loads and unloads a library"),
    (
        "tests/leftovers/windows.rs",
        "asks Windows for threads, handles and libraries",
    ),
    (
        "tests/common/screen/win32.rs",
        "opens a window of Windows and hands out its messages",
    ),
    (
        "tests/common/syscalls.rs",
        "makes a thread's system calls in its place to count them",
    ),
    (
        "tests/window/host.rs",
        "takes the plug-in's entry point and gives it a window",
    ),
    (
        "src/editor/controller/tests.rs",
        "is a host for the editor, as the framework has it",
    ),
    (
        "src/plugin/window/size.rs",
        "asks Windows for the size of its screens",
    ),
    (
        "src/plugin/window/frame_cache/gl_copy.rs",
        "calls the graphics system, whose every function is unsafe",
    ),
    (
        "tests/win32/display.rs",
        "opens windows of Windows, and is a hand",
    ),
    (
        "tests/win32/drag.rs",
        "drags files as another program does, over COM",
    ),
    ("tests/win32/frame.rs", "reads a frame before it is shown"),
    (
        "tests/window/display.rs",
        "starts an X server and names it in the environment",
    ),
    (
        "tests/window/access.rs",
        "starts a D-Bus session and names it in the environment",
    ),
    (
        "src/plugin/window/accessibility/macos.rs",
        "gives AccessKit's adapter the toolkit's view",
    ),
];

/// A file of more lines than this is more than one idea.
pub const LONG: usize = 400;
