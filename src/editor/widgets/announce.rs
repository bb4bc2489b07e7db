//! Texts that are painted, said to assistive tools. Editor thread.

use egui::accesskit::{Live, Role};
use egui::{Rect, Response, Sense, Ui, WidgetInfo};

/// How a text is said when it has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// When it is asked for.
    OnDemand,
    /// As soon as what is being said has ended.
    Politely,
    /// At once.
    AtOnce,
}

/// Makes a text that is painted in `rect` one that can be read by assistive tools. `name` tells it from others of the
/// same place in the screen.
pub fn text(ui: &Ui, rect: Rect, name: &str, text: &str, said: Said) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(("said", name)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    mark(ui, &response, said);
    response
}

/// Says what a widget is called whenever that changes.
pub fn mark(ui: &Ui, response: &Response, said: Said) {
    let live = match said {
        Said::OnDemand => return,
        Said::Politely => Live::Polite,
        Said::AtOnce => Live::Assertive,
    };
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_live(live));
}

/// Says more of a widget than its name: what it is for, or its keys.
pub fn describe(ui: &Ui, response: &Response, text: &str) {
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_description(text));
}
