//! The parts that panels are made of: each draws itself and answers with actions, and knows no panel. Editor thread.
//!
//! `knob` and `switch` are the controls, `lock` keeps presets from some, `text_entry` the field for a value, `type_ahead`
//! keys that came before it was there. `icons` are drawn from lines; `theme` has colours, sizes and the grid, `system_fonts`
//! the letters that the editor's fonts lack. `announce` says a text to assistive tools, `groups` are the parts of the screen
//! that keys jump between, `bidi` brings texts into the order in which they are drawn.

pub mod announce;
pub mod bidi;
pub mod groups;
pub mod icons;
pub mod knob;
pub mod lock;
pub mod switch;
pub mod system_fonts;
pub mod text_entry;
pub mod theme;
pub mod type_ahead;
