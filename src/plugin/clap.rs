//! The CLAP entry point, by the framework's macro. The framework's CLAP side sends nothing from the
//! audio thread to a thread of its own, so it needs no guard.

use super::Anteroom;

nice_plug::nice_export_clap!(Anteroom);
