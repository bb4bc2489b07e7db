//! Fonts of the system, for letters that the editor's own fonts lack: Japanese, Chinese, Korean, Arabic, Hebrew and others.
//! Editor thread.
//!
//! Nothing is loaded before such a letter is drawn for the first time. Then the system is asked which fonts it has, once in
//! a process, which takes some tenths of a second; a font is mapped, not copied.

use std::sync::{Arc, OnceLock};

use egui::Context;
use egui::epaint::text::{FallbackRequest, FontInsert, FontProvider};
use egui_system_font_provider::SystemFontProvider;

static FONTS: OnceLock<SystemFontProvider> = OnceLock::new();

/// Lets a context use the system's fonts.
pub fn install(ctx: &Context) {
    ctx.set_font_providers(vec![Arc::new(find)]);
}

fn find(request: &FallbackRequest<'_>) -> Option<FontInsert> {
    FONTS.get_or_init(SystemFontProvider::new).font_for(request)
}
