//! The audio ends of what leads to other threads. Made not in real time, and given to the [`Processor`](super::Processor).

use super::message::{Command, Reply, Snapshot};
use super::recorder::CaptureWires;
use super::slots::SlotWires;
use crate::exchange::{Consumer, HistoryWriter, Producer, Publisher};

/// The audio ends of an instance's wires.
#[derive(Debug)]
pub struct Wires {
    /// Commands from the editor.
    pub commands: Consumer<Command>,
    /// Replies to the editor.
    pub replies: Producer<Reply>,
    /// Snapshots to the editor.
    pub snapshots: Publisher<Snapshot>,
    /// Engines from the loaders of the two slots.
    pub slots: [SlotWires; 2],
    /// What a room is recorded by.
    pub capture: CaptureWires,
    /// The wet signal as it goes into the mixer, for whoever draws its spectrum; two channels.
    pub wet: HistoryWriter,
}
