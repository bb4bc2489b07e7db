//! The look of the editor: one palette, one accent, one spacing grid, four sizes of type. Editor thread.
//!
//! All of the screen is drawn in the dark palette, which stands here. `schemes` has the others, and `recolor` puts their
//! colours in the place of these when a frame is complete. So a colour is chosen in one place, and no panel has to know
//! which scheme is in use.

pub mod recolor;
pub mod schemes;

use egui::{Color32, CornerRadius, FontId, Margin, Stroke, TextStyle, Visuals, vec2};

/// Behind everything.
pub const GROUND: Color32 = Color32::from_rgb(0x10, 0x12, 0x16);
/// Surfaces that hold controls.
pub const PANEL: Color32 = Color32::from_rgb(0x19, 0x1c, 0x22);
/// Buttons, fields and whatever lies on a panel.
pub const RAISED: Color32 = Color32::from_rgb(0x25, 0x2a, 0x33);
/// The same under the pointer.
pub const HOVER: Color32 = Color32::from_rgb(0x30, 0x36, 0x41);
/// Hairlines that only divide: nothing is lost where they are not seen.
pub const LINE: Color32 = Color32::from_rgb(0x33, 0x3a, 0x46);
/// What shows where a control is: the edge of a field or a button, the track of a knob, an icon that is off. Contrast 3:1
/// at least on everything that it lies on, as WCAG 1.4.11 asks.
pub const EDGE: Color32 = Color32::from_rgb(0x80, 0x89, 0x97);
/// Text that is read first: contrast 15:1 on a panel.
pub const TEXT: Color32 = Color32::from_rgb(0xe9, 0xeb, 0xee);
/// Labels: contrast 8:1 on a panel.
pub const SOFT: Color32 = Color32::from_rgb(0xaf, 0xb6, 0xc2);
/// Scales and hints: contrast 5:1 on a panel. WCAG AA asks for 4.5:1 at least.
pub const FAINT: Color32 = Color32::from_rgb(0x8b, 0x94, 0xa2);
/// The one accent: what the user set, and the impulse in use.
pub const ACCENT: Color32 = Color32::from_rgb(0xf2, 0xb1, 0x56);
/// The accent where it fills areas behind text.
pub const ACCENT_DEEP: Color32 = Color32::from_rgb(0x4a, 0x38, 0x1e);
/// Errors and overloads, always together with words.
pub const ALERT: Color32 = Color32::from_rgb(0xff, 0x86, 0x78);

/// The step of the spacing grid, points.
pub const GRID: f32 = 8.0;
/// The radius of corners, points.
pub const RADIUS: f32 = 4.0;

/// The product's name.
#[must_use]
pub fn title() -> FontId {
    FontId::proportional(18.0)
}

/// The impulse's name and headings.
#[must_use]
pub fn heading() -> FontId {
    FontId::proportional(15.0)
}

/// Text and values.
#[must_use]
pub fn body() -> FontId {
    FontId::proportional(13.0)
}

/// Labels and scales.
#[must_use]
pub fn small() -> FontId {
    FontId::proportional(11.5)
}

/// Sets the style of a context, once, when an editor opens.
pub fn apply(ctx: &egui::Context) {
    ctx.set_theme(egui::Theme::Dark);
    ctx.add_plugin(recolor::Recolor::default());
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    ctx.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Heading, heading()),
            (TextStyle::Body, body()),
            (TextStyle::Button, body()),
            (TextStyle::Small, small()),
            (TextStyle::Monospace, FontId::monospace(12.0)),
        ]
        .into();
        style.spacing.item_spacing = vec2(GRID, GRID / 2.0);
        style.spacing.button_padding = vec2(GRID, 4.0);
        style.spacing.interact_size = vec2(28.0, 26.0);
        style.spacing.menu_margin = Margin::same(8);
        style.spacing.tooltip_width = 280.0;
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.6;
        style.visuals = visuals();
    });
}

/// Gives the check boxes that follow an outline. Without it an empty box can not be seen on its background.
pub fn outline_boxes(ui: &mut egui::Ui) {
    let widgets = &mut ui.visuals_mut().widgets;
    for state in [&mut widgets.inactive, &mut widgets.hovered] {
        state.bg_stroke = Stroke::new(1.0, FAINT);
    }
}

fn visuals() -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.override_text_color = None;
    visuals.panel_fill = PANEL;
    visuals.window_fill = PANEL;
    visuals.window_stroke = Stroke::new(1.0, LINE);
    visuals.extreme_bg_color = GROUND;
    visuals.text_edit_bg_color = Some(GROUND);
    visuals.faint_bg_color = RAISED;
    visuals.error_fg_color = ALERT;
    visuals.warn_fg_color = ALERT;
    visuals.hyperlink_color = ACCENT;
    visuals.weak_text_color = Some(FAINT);
    visuals.selection.bg_fill = ACCENT_DEEP;
    visuals.selection.stroke = Stroke::new(1.0, ACCENT);
    let widgets = &mut visuals.widgets;
    // Fields, buttons and what is selected among tabs are told from their ground by an edge, not by their shade alone.
    for (state, fill, text) in [
        (&mut widgets.noninteractive, PANEL, SOFT),
        (&mut widgets.inactive, RAISED, TEXT),
        (&mut widgets.hovered, HOVER, TEXT),
        (&mut widgets.active, LINE, TEXT),
        (&mut widgets.open, HOVER, TEXT),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = Stroke::new(1.0, EDGE);
        state.fg_stroke = Stroke::new(1.0, text);
        state.corner_radius = CornerRadius::same(RADIUS as u8);
        state.expansion = 0.0;
    }
    // egui marks the keyboard focus with the strokes of these two.
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, LINE);
    widgets.active.bg_stroke = Stroke::new(1.0, ACCENT);
    visuals
}
