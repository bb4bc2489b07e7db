//! What the screen remembers between frames and while it is closed: nothing here is part of the
//! project. Editor thread.

use std::path::PathBuf;

use super::ahead::Ahead;
use super::browser::Browser;
use super::entry::Entry;
use super::history::{History, Recall};
use super::knob::Drag;
use super::meter::Needles;
use super::model::Source;
use super::picture::{Canvas, Display, Grip};

/// Which page fills the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// The picture of the impulse.
    #[default]
    Picture,
    /// The report on load and real time.
    Report,
}

/// The state of the screen.
#[derive(Debug)]
pub struct View {
    /// Which page fills the middle.
    pub page: Page,
    /// What the picture's vertical axis shows.
    pub display: Display,
    /// Whether the decay curves are drawn.
    pub curves: bool,
    /// The field that is open for typing.
    pub entry: Option<Entry>,
    /// The drag in progress.
    pub drag: Option<Drag>,
    /// The handle of the picture that is held.
    pub grip: Option<Grip>,
    /// The spectrogram as the window keeps it.
    pub canvas: Canvas,
    /// The needles of the meters.
    pub needles: Needles,
    /// The browser.
    pub browser: Browser,
    /// While impulses are tried out: the one to come back to.
    pub kept: Option<Source>,
    /// What can be undone, and the other sound.
    pub history: History,
    /// What a button asks of the history.
    pub recall: Option<Recall>,
    /// The name that is being typed for a new preset.
    pub preset: String,
    /// The words that are being typed for it, with commas between.
    pub words: String,
    /// The word that the list of presets is narrowed to.
    pub tag: Option<String>,
    /// Whether presets leave mix and output alone.
    pub locked: bool,
    /// What was typed before a field could hear it.
    pub ahead: Ahead,
    /// Files that were let go over the window, besides those that egui knows of.
    pub dropped: Vec<PathBuf>,
    /// Whether files are held over the window.
    pub hovering: bool,
    /// Whether the window is cleared to the colour of the ground before it is drawn.
    pub cleared: bool,
    /// Something to say, and for how many seconds more.
    pub said: Option<(String, f32)>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            page: Page::Picture,
            display: Display::Decibel,
            curves: true,
            entry: None,
            drag: None,
            grip: None,
            canvas: Canvas::default(),
            needles: Needles::default(),
            browser: Browser::default(),
            kept: None,
            history: History::default(),
            recall: None,
            preset: String::new(),
            words: String::new(),
            tag: None,
            locked: false,
            ahead: Ahead::default(),
            dropped: Vec::new(),
            hovering: false,
            cleared: false,
            said: None,
        }
    }
}

impl View {
    /// Says something in the line under the picture, for a while.
    pub fn say(&mut self, text: &str) {
        self.said = Some((text.to_owned(), 8.0));
    }
}
