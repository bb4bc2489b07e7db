//! The parts that panels are made of: each draws itself and answers with actions, and knows no panel. Editor thread.
//!
//! `knob` and `switch` are the controls, `context_menu` is the menu of each, `text_entry` the field for a value,
//! `type_ahead` keys that came before it was there. `readings` are values as people think of them, `editing` is what a
//! control may change. `icons` are drawn from lines; `theme` has colours, sizes and the grid.

pub mod context_menu;
pub mod editing;
pub mod icons;
pub mod knob;
pub mod readings;
pub mod switch;
pub mod text_entry;
pub mod theme;
pub mod type_ahead;
