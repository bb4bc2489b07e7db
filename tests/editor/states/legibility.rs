//! That all of it can be read: in any window, with enough contrast, and in full under the pointer.

use super::{file, loaded};
use crate::stage::{harness, harness_with};
use anteroom::editor::Screen;
use anteroom::editor::display::ir_display;
use anteroom::editor::display::ir_display::{DisplayMode, View};
use anteroom::editor::panels::header::Page;
use anteroom::editor::panels::status_bar::summary;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::widgets::theme;
use anteroom::editor::widgets::theme::schemes::contrast;
use egui_kittest::kittest::Queryable;

/// A window has any size for a moment; a host need not keep to those that are possible.
#[test]
fn the_screen_is_laid_out_in_any_window() {
    for size in [
        [1.0, 1.0],
        [160.0, 120.0],
        [3.0, 900.0],
        [3000.0, 2.0],
        [9000.0, 40.0],
    ] {
        for page in [
            Page::Impulse,
            Page::Report,
            Page::Room,
            Page::Record,
            Page::Help,
        ] {
            let mut prepared = Screen::default();
            prepared.header.page = page;
            let mut harness = harness_with(crate::rooms::hall(), prepared, size, 1.0);
            harness.run_ok();
            for (view, mode) in [
                (View::Equalizer, DisplayMode::Decibel),
                (View::Time, DisplayMode::Decibel),
                (View::Time, DisplayMode::Linear),
                (View::Time, DisplayMode::Spectrogram),
            ] {
                let display = &mut harness.state_mut().screen.ir_display;
                display.view = view;
                display.set_mode(mode);
                harness.run_ok();
            }
        }
    }
}

#[test]
fn everything_lies_inside_the_picture_beside_the_browser_of_a_small_window() {
    for page in [Page::Impulse, Page::Report, Page::Room, Page::Record] {
        let mut prepared = Screen::default();
        prepared.header.page = page;
        prepared.ir_display.view = View::Time;
        prepared.browser.open = true;
        prepared.report.details = true;
        let mut harness = harness_with(crate::rooms::hall(), prepared, SMALLEST, 1.0);
        harness.run_ok();
        let names: &[&str] = match page {
            Page::Impulse => &[
                "Decay view",
                "Equalizer view",
                "Time view",
                "Before",
                "Show",
            ],
            Page::Report => &["Start anew", "Copy as text", "2.10 % of the deadline"],
            Page::Help => &[],
            Page::Room => &["Save", "Other echoes", "Close"],
            Page::Record => &["Mono", "True stereo", "Record", "Close"],
        };
        let places: Vec<_> = (names.iter())
            .map(|name| harness.get_by_label(name).rect())
            .collect();
        // The browser ends before the picture begins, and the meters begin where it ends.
        let inside = egui::Rangef::new(252.0, 500.0);
        for (place, name) in places.iter().zip(names) {
            let range = place.x_range();
            let inside = inside.contains(range.min) && inside.contains(range.max);
            assert!(inside, "{name}: {place}");
        }
        let apart = |one: &egui::Rect, other: &egui::Rect| !one.intersects(other.shrink(0.5));
        assert!(places.windows(2).all(|pair| apart(&pair[0], &pair[1])));
    }
}

#[test]
fn text_can_be_read() {
    for text in [
        theme::TEXT,
        theme::SOFT,
        theme::FAINT,
        theme::ACCENT,
        theme::ALERT,
    ] {
        for ground in [theme::GROUND, theme::PANEL, theme::RAISED] {
            let contrast = contrast(text, ground);
            assert!(contrast >= 4.5, "{text:?} on {ground:?}: {contrast}");
        }
    }
    for step in 0..=10 {
        // Also the names of the curves, which stand on a panel.
        let shade = ir_display::curve_shade(step as f32 / 10.0);
        let contrast = contrast(shade, theme::PANEL);
        assert!(contrast >= 4.5, "{shade:?}: {contrast}");
    }
    for line in [
        ir_display::OUTLINE,
        theme::ACCENT.lerp_to_gamma(theme::PANEL, 0.22),
    ] {
        let contrast = contrast(line, theme::PANEL);
        assert!(contrast >= 3.0, "{line:?}: {contrast}");
    }
    assert!(contrast(theme::ACCENT, theme::ACCENT_DEEP) >= 4.5);
    assert!(contrast(theme::TEXT, theme::ACCENT_DEEP) >= 4.5);
}

#[test]
fn a_text_that_does_not_fit_is_said_in_full_under_the_pointer() {
    let mut model = file();
    let long = "a long note about what was repaired in this file, and then some more of it";
    loaded(&mut model).notes = vec![long.into(); 3];
    let text = summary(model.loaded.as_ref().expect("loaded"), &model);
    let mut harness = harness(model, SIZE, 1.0);
    let line = harness.get_by_label(&text).rect();
    assert!(harness.query_all_by_label(&text).count() == 1);
    harness.hover_at(line.center());
    for _ in 0..60 {
        harness.step();
    }
    assert!(harness.query_all_by_label(&text).count() == 2, "no hint");
}
