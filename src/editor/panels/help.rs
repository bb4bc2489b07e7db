//! The manual, in the middle of the screen: `docs/manual.md` as it is in the repository, a chapter at a time. Editor thread.

use std::sync::LazyLock;

use egui::text::LayoutJob;
use egui::{Align, Rect, RichText, ScrollArea, TextFormat, Ui, UiBuilder};

use crate::editor::widgets::theme;
use crate::params::PARAMS;

/// The manual.
const TEXT: &str = include_str!("../../../docs/manual.md");

static CHAPTERS: LazyLock<Vec<Chapter>> = LazyLock::new(|| chapters(TEXT));

/// A chapter of the manual.
#[derive(Debug)]
struct Chapter {
    title: &'static str,
    parts: Vec<Part>,
}

/// What stands in it.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// A row of a table: what is explained, and how.
    Row(&'static str, &'static str),
    /// A paragraph.
    Text(String),
}

/// The page's own state.
#[derive(Debug, Default)]
pub struct Help {
    /// The chapter that is shown.
    chapter: usize,
    /// The control that is looked for, until it has been brought into view.
    wanted: Option<&'static str>,
    /// The control that is lit.
    lit: Option<&'static str>,
}

impl Help {
    /// Turns to the control under the pointer, or that has the focus; otherwise the page stays.
    pub fn open_at(&mut self, ui: &Ui) {
        let is_met = |id: &str| {
            let response = ui.ctx().read_response(ui.scope_id().with(id));
            response.is_some_and(|response| response.hovered() || response.has_focus())
        };
        let Some(param) = PARAMS.iter().find(|param| is_met(param.id)) else {
            return;
        };
        let of = |chapter: &Chapter| chapter.parts.iter().any(|part| part.explains(param.name));
        if let Some(chapter) = CHAPTERS.iter().position(of) {
            (self.chapter, self.wanted) = (chapter, Some(param.name));
            self.lit = self.wanted;
        }
    }

    /// Draws the page into `rect`.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect) {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
        let place = UiBuilder::new().max_rect(rect.shrink(12.0)).id_salt("help");
        let mut ui = ui.new_child(place);
        ui.horizontal(|ui| {
            let title = CHAPTERS.get(self.chapter).map(|chapter| chapter.title);
            let menu = egui::ComboBox::from_id_salt("chapter")
                .selected_text(title.unwrap_or_default())
                .width((rect.width() * 0.6).min(300.0))
                .show_ui(ui, |ui| {
                    for (index, chapter) in CHAPTERS.iter().enumerate() {
                        ui.selectable_value(&mut self.chapter, index, chapter.title);
                    }
                });
            ui.ctx()
                .accesskit_node_builder(menu.response.id, |node| node.set_label("Chapter"));
            let version = format!("Anteroom {}", env!("CARGO_PKG_VERSION"));
            ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                ui.label(
                    RichText::new(version)
                        .font(theme::small())
                        .color(theme::FAINT),
                );
            });
        });
        ui.separator();
        let Some(chapter) = CHAPTERS.get(self.chapter) else {
            return;
        };
        ScrollArea::vertical()
            .id_salt(chapter.title)
            .auto_shrink([false, false])
            .show(&mut ui, |ui| {
                for part in &chapter.parts {
                    let is_lit = self.lit.is_some_and(|name| part.explains(name));
                    let response = ui.label(part.job(is_lit, ui.available_width()));
                    if self.wanted.is_some_and(|name| part.explains(name)) {
                        response.scroll_to_me(Some(Align::Center));
                        self.wanted = None;
                    }
                    ui.add_space(3.0);
                }
            });
    }
}

impl Part {
    /// Whether it is the row that explains a control.
    fn explains(&self, name: &str) -> bool {
        let bold = format!("**{name}**");
        match self {
            Self::Row(what, _) => what.contains(&bold),
            Self::Text(text) => text.starts_with(&bold),
        }
    }

    /// As it is drawn: what is bold in the manual is bright here.
    fn job(&self, is_lit: bool, width: f32) -> LayoutJob {
        let mut job = LayoutJob::default();
        job.wrap.max_width = width;
        let bright = if is_lit { theme::ACCENT } else { theme::TEXT };
        let mut add = |text: &str| {
            for (index, piece) in text.split("**").enumerate() {
                let color = if index % 2 == 1 { bright } else { theme::SOFT };
                let plain = piece.replace(['`', '*'], "");
                job.append(&plain, 0.0, TextFormat::simple(theme::body(), color));
            }
        };
        match self {
            Self::Row(what, how) => {
                add(what);
                add(": ");
                add(how);
            }
            Self::Text(text) => add(text),
        }
        job
    }
}

/// Takes the manual apart: chapters begin with `##`, rows of tables with `|`.
fn chapters(text: &'static str) -> Vec<Chapter> {
    let mut all = vec![Chapter {
        title: "Controls in general",
        parts: Vec::new(),
    }];
    let mut paragraph = String::new();
    let mut lines = text.lines().peekable();
    // The title of the whole.
    lines.next_if(|line| line.starts_with("# "));
    let end = |paragraph: &mut String, all: &mut Vec<Chapter>| {
        let text = std::mem::take(paragraph);
        if let Some(chapter) = all.last_mut().filter(|_| !text.is_empty()) {
            chapter.parts.push(Part::Text(text));
        }
    };
    while let Some(line) = lines.next() {
        let is_heading_of_table =
            line.starts_with('|') && lines.peek().is_some_and(|next| next.starts_with("|---"));
        if let Some(title) = line.strip_prefix("## ") {
            end(&mut paragraph, &mut all);
            all.push(Chapter {
                title,
                parts: Vec::new(),
            });
        } else if line.starts_with('|') {
            end(&mut paragraph, &mut all);
            let mut cells = line.trim_matches('|').splitn(2, " | ").map(str::trim);
            if let (Some(what), Some(how), false) = (
                cells.next(),
                cells.next(),
                is_heading_of_table || line.starts_with("|---"),
            ) && let Some(chapter) = all.last_mut()
            {
                chapter.parts.push(Part::Row(what, how));
            }
        } else if line.is_empty() {
            end(&mut paragraph, &mut all);
        } else {
            let starts_item =
                line.starts_with("- ") || line.starts_with(|c: char| c.is_ascii_digit());
            if starts_item {
                end(&mut paragraph, &mut all);
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph += line.trim().trim_start_matches("## ");
        }
    }
    end(&mut paragraph, &mut all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_explains_every_control() {
        for param in &PARAMS {
            // The octaves and the bands of the equalizer are explained together.
            let is_one_of_many = param.id.starts_with("decay_") || param.id.starts_with("eq");
            let is_told = CHAPTERS
                .iter()
                .any(|chapter| chapter.parts.iter().any(|part| part.explains(param.name)));
            // Nor are all those that were explained in a text.
            if !is_one_of_many && !["low_slope", "high_slope", "bypass"].contains(&param.id) {
                assert!(is_told, "{}", param.name);
            }
        }
    }

    #[test]
    fn chapters_rows_and_paragraphs_are_told_apart() {
        let text = "# All\n\nOne\ntwo.\n\n## Second\n\n| a | b |\n|---|---|\n| **Mix** | dry, `wet` |\n- x\n- y\n";
        let found = chapters(text);
        assert_eq!(found[0].parts, [Part::Text("One two.".into())]);
        assert_eq!(found[1].title, "Second");
        let parts = [
            Part::Row("**Mix**", "dry, `wet`"),
            Part::Text("- x".into()),
            Part::Text("- y".into()),
        ];
        assert_eq!(found[1].parts, parts);
        assert!(found[1].parts[0].explains("Mix"));
    }
}
