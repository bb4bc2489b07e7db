//! The parts that panels are made of: each draws itself and answers with actions, and knows no panel. Editor thread.
//!
//! `knob` and `switch` are the controls, `context_menu` is the menu of each, `lock` keeps presets from some, `text_entry` is
//! the field for a value, `type_ahead` keys that came before it was there. `readings` are values as people think of them,
//! `editing` is what a control may change. `icons` are drawn from lines; `theme` has colours, sizes and the grid,
//! `system_fonts` the letters that the editor's fonts lack. `announce` says a text to assistive tools, `groups` are the parts
//! of the screen that keys jump between, `bidi` brings texts into the order in which they are drawn.

pub mod announce;
pub mod bidi;
pub mod context_menu;
pub mod editing;
pub mod groups;
pub mod icons;
pub mod knob;
pub mod lock;
pub mod readings;
pub mod switch;
pub mod system_fonts;
pub mod text_entry;
pub mod theme;
pub mod type_ahead;
