//! Anteroom: a convolution reverb plug-in (CLAP and VST3) with no latency, whose impulse response
//! can change at any moment without a click, whose offline bounce is exact, and whose cost per block
//! is flat. It can be all that because everything that crosses from one thread to another crosses
//! through one small lock-free layer, [`exchange`], which is also a library of its own.
//!
//! # Bird's-eye view
//!
//! ```text
//!                        parameters: atomics
//!  host main thread ───────────────────────────────────────┐
//!   save and load state, activate                          ▼
//!  editor ───── Command (queue, bounded drain) ─────▶  process()   the audio thread: owns its
//!     ▲    ◀──── Snapshot (latest wins) ────────────   AudioSide   half by value; never allocates,
//!     │                                                 │  ▲  │    locks, waits, wakes, does i/o
//!     │ status                     shapes wanted, steps,│  │  │ engines that were replaced
//!     │ (latest wins)              history buffer       ▼  │  ▼
//!     └──────────────────────────────────────────────  Loader      on a few threads: reads, resamples,
//!        host, editor ── Request (queue) ────────────▶             shapes, transforms, links
//! ```
//!
//! A context is a type that owns its ends of the wires by value; ends are made in pairs, once per
//! instance, and stay through any number of activations and editors. What a context must not do is
//! not in its type: the audio side has no method that allocates, and no end that wakes anybody.
//!
//! # Code map, in reading order
//!
//! | module | what it is | may use |
//! |---|---|---|
//! | `thread_exit` | what runs when a thread ends, so that the library can be unloaded | nothing of ours |
//! | [`files`] | file access that can be given up; a module of the crate of impulses | nothing of ours |
//! | `pin_library` | libraries that stay mapped until the process ends | nothing of ours |
//! | [`exchange`] | the wires; a crate of its own, `crates/anteroom-exchange` | nothing of ours |
//! | [`convolution`] | the engine; a crate of its own, `crates/anteroom-convolver` | nothing of ours |
//! | [`impulse`] | impulses; a crate of its own, `crates/anteroom-impulse` | nothing of ours |
//! | [`background`] | background jobs, a way to cancel them, how far they have come | exchange |
//! | [`audition`] | dry sounds to hear a room with, read ahead | exchange, files, impulse |
//! | [`params`] | the table of parameters, and what host, command line and editor see of it | impulse, exchange |
//! | [`processor`] | the audio half: the sound path and its engines | params, audition, exchange, convolution, impulse |
//! | [`loader`] | the worker half: from an origin to an engine | exchange, background, files, convolution, impulse |
//! | [`state`] | what a project remembers, and preset files | params, impulse |
//! | [`instance`] | one instance, wired | all of the above but `params`, `state` and `thread_exit` |
//! | `editor` | the screen and its controller | instance, state, params, background, exchange, files, pin_library |
//! | `plugin` | trait impls, the window, workarounds | all of the above but `background` and `thread_exit` |
//!
//! The command line, `main` and `cli`, uses everything down to [`instance`] but `background`, `pin_library` and
//! `thread_exit`. Nobody uses `plugin`. The framework is named in `params::host`, `editor` and `plugin` alone: these
//! are built with the feature `plugin`, and all the rest builds and is tested without it.
//!
//! Every wire, and the way of a value, a file and a project from module to module, is in `docs/architecture.md`.
//!
//! # Invariants
//!
//! **The audio thread never wakes another thread.** It pushes, publishes and raises flags; a waker of
//! one thread per process looks at the flags, and only while an instance is active.
//!
//! **The way home can not be full.** An object takes a credit out and brings it back, so the audio
//! thread never has to choose between freeing, leaking and waiting.
//!
//! **Positions, not blocks.** Every ramp, fade and swap on the audio side depends on sample positions
//! alone. Cutting the input differently changes no bit, and a bounce does not know the machine.
//!
//! **An origin, not audio.** A project remembers where its impulse comes from and what is done to it.
//!
//! **No `unsafe`** but in the files that `tests/tidy.rs` names, each for one reason.
//!
//! These are held by tests: `tests/tidy.rs` for who uses whom, by a list of its own in `tests/tidy/tables.rs`;
//! `tests/rows` here and in the exchange's crate for each pattern, `tests/processor.rs` and
//! `tests/instance.rs` for the sound.

// A nightly compiler with its realtime sanitizer checks what is marked (`cargo xtask sanitize`).
#![cfg_attr(rtsan, feature(sanitize))]

pub mod audition;
pub mod background;
pub mod instance;
pub mod loader;
pub mod params;
mod pin_library;
pub mod processor;
pub mod state;

#[cfg(feature = "plugin")]
pub mod editor;
#[cfg(feature = "plugin")]
pub mod plugin;
#[cfg(all(feature = "plugin", target_os = "linux", target_env = "gnu"))]
mod thread_exit;

pub use anteroom_convolver as convolution;
pub use anteroom_exchange as exchange;
pub use anteroom_impulse as impulse;
pub use anteroom_impulse::files;
