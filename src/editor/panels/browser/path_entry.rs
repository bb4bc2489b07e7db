//! The field in which a path is typed or pasted, in place of the open folder's name. What a path is, is looked up beside
//! the screen: the field stays until the answer has come, and says what is wrong with it. Editor thread.

use std::path::{Component, Path, PathBuf, is_separator};

use egui::text::CCursor;
use egui::text_edit::TextEditState;
use egui::text_selection::CCursorRange;
use egui::{Id, Key, KeyboardShortcut, Modifiers, TextEdit, Ui, vec2};

use super::lookup::{Answer, Kind, Lookup};
use crate::editor::widgets::theme;
use crate::state::{self, path_text};

/// What opens the field.
pub(super) const SHORTCUT: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::L);
/// What the field is for.
const NAME: &str = "Path of a folder or a file";

/// The field, open or not.
#[derive(Debug, Default)]
pub(super) struct PathEntry {
    typing: Option<Typing>,
    /// Whether the keyboard goes back to what opened the field.
    gives_back: bool,
}

/// The open field.
#[derive(Debug)]
struct Typing {
    text: String,
    /// What stood in it at first. It may be less than the folder's name, which need not be Unicode.
    offered: String,
    /// The frame in which it was opened. It is drawn from the next one on: the keys of this one are not for it.
    opened: u64,
    lookup: Option<Lookup>,
    /// Why the path can not be used, a sentence.
    problem: Option<String>,
}

impl PathEntry {
    /// Opens the field with the path of a folder in it, selected, and gives it the focus.
    pub fn open(&mut self, ui: &Ui, folder: &Path) {
        if self.is_open() {
            return;
        }
        let text = path_text::shown(folder);
        // All of the text is selected, so that typing replaces it.
        let mut state = TextEditState::load(ui.ctx(), id()).unwrap_or_default();
        let all = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
        state.cursor.set_char_range(Some(all));
        state.store(ui.ctx(), id());
        ui.memory_mut(|memory| memory.request_focus(id()));
        ui.ctx().request_repaint();
        self.typing = Some(Typing {
            offered: text.clone(),
            text,
            opened: ui.ctx().cumulative_pass_nr(),
            lookup: None,
            problem: None,
        });
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.typing.is_some()
    }

    /// Whether it is drawn in this frame.
    pub fn is_drawn(&self, ui: &Ui) -> bool {
        let pass = ui.ctx().cumulative_pass_nr();
        self.typing
            .as_ref()
            .is_some_and(|typing| typing.opened != pass)
    }

    /// What is wrong with the path.
    pub fn problem(&self) -> Option<&str> {
        self.typing.as_ref()?.problem.as_deref()
    }

    /// Whether the keyboard goes back to what opened the field; once.
    pub fn gives_back(&mut self) -> bool {
        std::mem::take(&mut self.gives_back)
    }

    /// Draws the field over the rest of a line. It stays while it has the focus.
    pub fn show(&mut self, ui: &mut Ui, folder: &Path) {
        let Some(typing) = &mut self.typing else {
            return;
        };
        let color = match typing.problem {
            Some(_) => theme::ALERT,
            None => theme::TEXT,
        };
        let field = TextEdit::singleline(&mut typing.text)
            .id(id())
            .hint_text(NAME)
            .text_color(color)
            .margin(vec2(8.0, 5.0))
            .desired_width(ui.available_width());
        let response = ui.add(field);
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_label(NAME));
        if response.changed() {
            (typing.lookup, typing.problem) = (None, None);
        }
        if response.has_focus() {
            return;
        }
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let entered = response.lost_focus() && pressed(Key::Enter);
        let path = match entered && typing.text != typing.offered {
            true => meant(&typing.text, folder, state::home()),
            false => None,
        };
        if let Some(path) = path {
            match Lookup::start(vec![path]) {
                Ok(lookup) => typing.lookup = Some(lookup),
                Err(problem) => typing.problem = Some(problem),
            }
            response.request_focus();
            return;
        }
        // It does not also bring back the impulse from before.
        let escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        self.typing = None;
        self.gives_back = entered || escaped;
    }

    /// What the path is, as soon as that is known; the field is closed then. Paths that can not be used leave it open.
    pub fn poll(&mut self) -> Option<(PathBuf, Kind)> {
        let typing = self.typing.as_mut()?;
        let (path, found) = match typing.lookup.as_ref()?.poll() {
            Answer::Awaited => return None,
            Answer::Known(path, found) => (path, found),
            Answer::Over => {
                typing.lookup = None;
                return None;
            }
        };
        typing.lookup = None;
        match found {
            Ok(kind) => {
                (self.typing, self.gives_back) = (None, true);
                Some((path, kind))
            }
            Err(problem) => {
                typing.problem = Some(problem);
                None
            }
        }
    }

    /// Whether an answer is awaited.
    pub fn is_waiting(&self) -> bool {
        let typing = self.typing.as_ref();
        typing.is_some_and(|typing| typing.lookup.is_some())
    }
}

/// The identity of the field.
fn id() -> Id {
    Id::unique("typed path")
}

/// The path that a text means: below the home folder after `~`, and below the open one unless it begins at a root or a
/// drive. None if there is no text.
fn meant(text: &str, folder: &Path, home: Option<PathBuf>) -> Option<PathBuf> {
    let text = text.trim();
    // Windows puts what it copies as a path in quotation marks.
    let bare = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let text = bare.unwrap_or(text);
    if text.is_empty() {
        return None;
    }
    let below_home = text.strip_prefix('~').filter(|rest| {
        let is_named = |letter: char| !is_separator(letter);
        !rest.starts_with(is_named)
    });
    let path = match (below_home, home) {
        (Some(rest), Some(home)) => home.join(rest.trim_start_matches(is_separator)),
        // The system takes a drive alone for the folder that a program is in there.
        _ if cfg!(windows) && text.len() == 2 && text.ends_with(':') => format!(r"{text}\").into(),
        _ => folder.join(text),
    };
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant_in(folder: &str, text: &str) -> Option<PathBuf> {
        meant(text, Path::new(folder), Some("/home/me".into()))
    }

    #[cfg(not(windows))]
    #[test]
    fn a_text_means_a_path() {
        for (text, path) in [
            ("/irs/Halls", "/irs/Halls"),
            (" /irs//Halls/ ", "/irs/Halls"),
            ("\"/irs/My Halls\"", "/irs/My Halls"),
            ("~", "/home/me"),
            ("~/irs", "/home/me/irs"),
            ("~you", "/open/~you"),
            ("Halls/a.wav", "/open/Halls/a.wav"),
            ("..", "/"),
            ("./../../x", "/x"),
            ("C:", "/open/C:"),
        ] {
            assert_eq!(meant_in("/open", text), Some(path.into()), "{text}");
        }
        assert_eq!(meant_in("/open", " \n"), None);
        assert_eq!(meant_in("/open", "\"\""), None);
        assert_eq!(
            meant("~/x", Path::new("/open"), None),
            Some("/open/~/x".into())
        );
    }

    #[cfg(windows)]
    #[test]
    fn a_text_means_a_path_on_a_drive() {
        for (text, path) in [
            ("d:", r"d:\"),
            (r"D:\irs\..\Halls", r"D:\Halls"),
            ("D:/irs/Halls", r"D:\irs\Halls"),
            (r"\\server\irs\a", r"\\server\irs\a"),
            (r"~\irs", "/home/me/irs"),
            ("Halls", r"C:\open\Halls"),
        ] {
            assert_eq!(meant_in(r"C:\open", text), Some(path.into()), "{text}");
        }
    }
}
