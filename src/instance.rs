//! One instance of Anteroom, wired: the audio side, the loader behind it, and the handle by which
//! a user interface directs both. The plug-in, the command line and the tests all run this; it knows no
//! framework.
//!
//! | part | whose thread | talks by |
//! |---|---|---|
//! | [`AudioSide`] | audio thread; prepared on the host's main thread | commands in, replies, snapshots and shape requests out, engines in |
//! | [`UiHandle`] | editor | commands out, replies, snapshots and the loader's status in |
//! | [`Remote`] | host's main thread, editor | requests to the loaders |
//! | the reader of dry sounds | one of its own, if any was ever played | sounds from the editor, blocks to the audio side |
//! | two loaders, one for each [`Slot`] | a few that all instances share | requests in, engines and status out |
//!
//! The wires are made once, with the instance, and stay through any number of activations and
//! editors.
//!
//! `capture` records rooms. `audio` is the audio side, with `slot_sync` for each slot's loader, and `commands` the editor's end of the commands. `ir_analysis` looks closer at the impulse
//! in use, `file_info` finds what a list says of an impulse, `live_spectrum` makes spectra of what sounds.

mod audio;
mod capture;
mod commands;
mod file_info;
mod ir_analysis;
mod live_spectrum;
mod slot_sync;

pub use audio::{AudioSide, GRID_SAMPLES};
pub use capture::{
    CaptureHandle, CapturePhase, CaptureSettings, LONGEST_TAKE_SECONDS, NO_BLOCK, Taken,
};
pub use commands::Commands;
pub use file_info::{FileInfo, file_info};
pub use ir_analysis::{Findings, IrAnalysis, decay_ratio, times_by_octave};
pub use live_spectrum::LiveSpectrum;

// What it finds.
pub use crate::impulse::ChannelsAs;
pub use crate::impulse::Shape;
pub use crate::impulse::analyze::{Analysis, ChannelAnalysis, Measures};
pub use crate::impulse::capture::{ChannelQuality, OctaveQuality, Quality, Sweep, SweepPart};
pub use crate::impulse::library::is_sound;
pub use crate::impulse::spectrogram::{LOWEST_HZ, RANGE_DB, Spectrogram};
pub use crate::impulse::spectrum::{SPECTRUM_FLOOR_DB, SPECTRUM_POINTS, SpectrumLevels, point_hz};

use crate::audition::audition;
use crate::exchange::{Consumer, Dirty, Observer, history, observe, queue};
use crate::files;
use crate::impulse::Origin;
use crate::loader;
use crate::processor::{CaptureWires, PlayerWires, Processor, SlotWires, Wires};
use std::sync::Arc;

// The dry sounds that are played.
pub use crate::audition::{
    Audition, Content, FinishReason, PlayerCommand, PlayerMix, PlayerReply, PlayerReport,
    PlayerState, Recording, RefusalReason, SoundId, SoundInfo, TestSound, Timed,
};

// What travels by the handle.
pub use crate::loader::{
    Caller, ChoiceStatus, Format, IrHandle, Loaded, Phase, Picture, Remote, STAGES, Stage, Status,
    Wait, file_at,
};
pub use crate::processor::{
    CaptureReport, CaptureState, CaptureWays, Command, Level, Reply, Slot, Snapshot, StartCapture,
    WetResponse,
};

/// Commands, and replies, that fit between two blocks.
const COMMANDS: usize = 64;

/// The editor's ends of the wires. Not real-time.
#[derive(Debug)]
pub struct UiHandle {
    /// Commands to the audio thread.
    pub commands: Commands,
    /// Its replies.
    pub replies: Consumer<Reply>,
    /// Opens the dry sounds that the audio thread is told to play.
    pub audition: Audition,
    /// Changes of the player, while it is told to [watch](PlayerCommand::Watch).
    pub player_news: Arc<Dirty>,
    /// Its state after the last block.
    pub snapshots: Observer<Snapshot>,
    /// What the first slot's loader has loaded, is loading, or could not load.
    pub status: Observer<Status>,
    /// The same of the second slot's.
    pub second_status: Observer<Status>,
    /// Records rooms.
    pub capture: CaptureHandle,
    /// The spectrum of the wet signal as it sounds.
    pub spectrum: LiveSpectrum,
}

/// Makes an instance: lays its wires and starts its loaders, of which the second's end is in the first's
/// ([`Remote::second`]). `notify` is called whenever something has come
/// that the next block takes up: on the loader's thread when the status has changed, an engine was linked or
/// a [`Caller`] asked for it, and by whoever sends a command. Not real-time.
///
/// # Errors
/// The operating system's word if it gives no thread.
pub fn instance(
    notify: impl Fn() + Send + Sync + 'static,
) -> std::io::Result<(AudioSide, UiHandle, Remote)> {
    files::on_stuck(crate::pin_library::pin_self);
    let notify: Arc<dyn Fn() + Send + Sync> = Arc::new(notify);
    let start = |first| {
        let on_news = Arc::clone(&notify);
        loader::start_of(first, move || on_news())
    };
    let (remote, first, status) = start(Origin::default())?;
    let (second_remote, second, second_status) = start(Origin::Nothing)?;
    let split = |audio: loader::AudioHandle| {
        let loader::AudioHandle {
            loader,
            engines,
            ready,
            history,
        } = audio;
        let wires = SlotWires {
            engines,
            ready,
            history,
        };
        (loader, wires)
    };
    let ((first, first_wires), (second, second_wires)) = (split(first), split(second));
    let (command_sender, commands) = queue(COMMANDS);
    let (replies, reply_reader) = queue(COMMANDS);
    let (snapshots, snapshot_reader) = observe(Snapshot::default());
    let (capture, capture_ends) = CaptureWires::new();
    let (audition, reader) = audition();
    let player_news = Arc::new(Dirty::new());
    let (wet, wet_samples) = history(2, 0);
    let processor = Processor::new(Wires {
        commands,
        replies,
        snapshots,
        slots: [first_wires, second_wires],
        wet,
        capture,
    })
    .with_player(PlayerWires {
        reader,
        news: Arc::clone(&player_news),
    });
    let ui = UiHandle {
        commands: Commands::new(command_sender, notify),
        replies: reply_reader,
        audition,
        player_news,
        snapshots: snapshot_reader,
        status,
        second_status,
        capture: CaptureHandle::new(capture_ends),
        spectrum: LiveSpectrum::new(wet_samples),
    };
    let audio = AudioSide::new(processor, [first, second]);
    Ok((audio, ui, remote.with_second(second_remote)))
}
