//! The parts that panels are made of: each draws itself and answers with actions, and knows no panel. Editor thread.

pub mod icons;
pub mod knob;
pub mod switch;
pub mod text_entry;
pub mod theme;
pub mod type_ahead;
