//! What a control may change while it is drawn, whatever it looks like: the open text field, the drag in progress, and what
//! the user asked for. Editor thread.

use super::readings::Readings;
use super::text_entry::TextEntry;
use crate::editor::action::Action;

/// A drag in progress. It keeps its own position, since the host may round the value.
#[derive(Clone, Copy, Debug)]
pub struct KnobDrag {
    /// The control that is dragged.
    pub id: &'static str,
    /// The position reached, 0..=1.
    pub position: f32,
}

/// What a knob may change.
#[derive(Debug)]
pub struct KnobContext<'a> {
    /// What values are measured by.
    pub readings: &'a Readings,
    /// The open text field, of whichever control.
    pub entry: &'a mut Option<TextEntry>,
    /// The drag in progress, of whichever control.
    pub drag: &'a mut Option<KnobDrag>,
    /// What the user asked for in this frame.
    pub actions: &'a mut Vec<Action>,
}
