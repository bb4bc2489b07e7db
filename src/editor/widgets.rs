//! The parts that panels are made of: each draws itself and answers with actions, and knows no panel. Editor thread.
//!
//! `knob` and `switch` are the controls, `text_entry` the field for a value, `type_ahead` keys that came before it was
//! there. `icons` are drawn from lines; `theme` has colours, sizes and the grid.

pub mod icons;
pub mod knob;
pub mod switch;
pub mod text_entry;
pub mod theme;
pub mod type_ahead;
