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
//!     │ status (latest wins)      shapes wanted, history buffer   │  │  │ engines that were replaced
//!     │                                                 ▼  │  ▼
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
//! | [`exchange`] | the wires: queues, objects with credits, latest values, schedules, pools, workers; a crate of its own, `crates/anteroom-exchange` | nothing of ours |
//! | [`convolution`] | the engine; a crate of its own, `crates/anteroom-convolver` | nothing of ours |
//! | [`impulse`] | decode, resample, shape, synthesise, identify, measure; a crate of its own, `crates/anteroom-impulse` | nothing of ours |
//! | [`background`] | background jobs: a thread or a share of a few, a way to cancel them, how far they have come | exchange |
//! | [`params`] | the table of parameters, and what host, command line, state and editor see of it | impulse, exchange, and the framework for `params::host` |
//! | [`processor`] | the audio half: the sound path and its engines | params, exchange, convolution |
//! | [`loader`] | the worker half: from a recipe to a linked engine; the shared cache | exchange, background, files, convolution, impulse |
//! | [`state`] | what a project remembers, and preset files | params, impulse |
//! | [`instance`] | one instance, wired | all of the above |
//! | `editor` | the window, the screen in it, and the controller behind it | data of the above, and egui |
//! | `plugin` | trait impls, the guard around the framework | everything; nobody uses it |
//!
//! The command line, `main`, uses everything down to [`instance`]. `params::host`, `editor`
//! and `plugin` are built with the feature `plugin`; all the rest builds and is tested without it.
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
//! **A recipe, not audio.** A project remembers where its impulse comes from and what was done to it.
//!
//! **No `unsafe`** but in the files that `tests/tidy.rs` names, each for one reason.
//!
//! These are held by tests: `tests/tidy.rs` for the arrows of the table, `tests/rows` here and in the
//! exchange's crate for each pattern, `tests/processor.rs` and `tests/instance.rs` for the sound.

// A nightly compiler with its realtime sanitizer checks what is marked (`cargo xtask sanitize`).
#![cfg_attr(rtsan, feature(sanitize))]

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
