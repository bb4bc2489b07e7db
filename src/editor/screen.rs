//! The screen: where everything lies, and one frame of it. Editor thread.

use std::time::{Duration, Instant};

use egui::{Key, Modifiers, Rect, Ui, pos2, vec2};

use super::action::Action;
use super::browser::Browser;
use super::history::Recall;
use super::knob::Hands;
use super::model::{Model, Source};
use super::view::{Page, View};
use super::{browser, header, meter, notice, picture, report, strip, theme};
use crate::files;

/// The size of a new editor, points.
pub const SIZE: [f32; 2] = [1000.0, 640.0];
/// The smallest size at which everything can be reached, points.
pub const SMALLEST: [f32; 2] = [640.0, 480.0];
/// The largest size that is filled, points in each direction.
const LARGEST: f32 = 8192.0;
/// The width of the browser beside the picture, and with all of its columns.
const BROWSER: f32 = 236.0;
const WIDE_BROWSER: f32 = 452.0;
/// How long a frame waits to learn whether something that was dropped is a folder.
const AT_A_GLANCE: Duration = Duration::from_millis(50);
/// The width of the meters.
const METERS: f32 = 124.0;

/// Where the parts of the screen lie.
#[derive(Clone, Copy, Debug)]
struct Places {
    header: Rect,
    browser: Option<Rect>,
    picture: Rect,
    line: Rect,
    meters: Rect,
    strip: Rect,
    narrow: bool,
}

impl Places {
    fn new(window: Rect, browser: &Browser) -> Self {
        let gap = theme::GRID;
        let narrow = window.width() < strip::WIDE;
        let header = Rect::from_min_size(window.min, vec2(window.width(), header::HEIGHT));
        let strip_top = window.bottom() - strip::height(window.size());
        let strip = Rect::from_min_max(pos2(window.left(), strip_top), window.max);
        let middle = Rect::from_min_max(
            pos2(window.left() + gap, header.bottom()),
            pos2(window.right() - gap, strip_top - gap / 2.0),
        );
        let meters = Rect::from_min_max(pos2(middle.right() - METERS, middle.top()), middle.max);
        let width = match browser.wide && !narrow {
            true => WIDE_BROWSER,
            false => BROWSER,
        };
        let place = Rect::from_min_size(middle.min, vec2(width, middle.height()));
        let browser = (!narrow || browser.open).then_some(place);
        let left = browser.map_or(middle.left(), |browser| browser.right() + gap);
        let line_top = middle.bottom() - notice::LINE;
        let right = meters.left() - gap;
        Self {
            header,
            browser,
            picture: Rect::from_min_max(pos2(left, middle.top()), pos2(right, line_top)),
            line: Rect::from_min_max(pos2(left, line_top), pos2(right, middle.bottom())),
            meters,
            strip,
            narrow,
        }
    }
}

/// Where the plot of the picture lies in a new editor of this size, points. For tests that have
/// nothing but the window.
#[must_use]
pub fn plot(window: egui::Vec2) -> Rect {
    let window = Rect::from_min_size(egui::Pos2::ZERO, window);
    picture::plot(Places::new(window, &Browser::default()).picture)
}

/// Draws one frame from `model` and returns what the user asked for. The needles of the meters
/// move on by the time since the last frame.
pub fn screen(ui: &mut Ui, model: &Model, view: &mut View) -> Vec<Action> {
    let window = shown(ui.ctx().content_rect());
    ui.set_clip_rect(window);
    if !view.cleared {
        ui.painter().rect_filled(window, 0.0, theme::GROUND);
    }
    view.ahead.begin(ui);
    let places = Places::new(window, &view.browser);
    // The time that went by: what egui calls stable is the time of a frame at the full rate.
    let seconds = ui.input(|input| input.unstable_dt).clamp(0.0, 0.3);
    view.needles.follow(&model.meters, seconds);
    if let Some((_, left)) = &mut view.said {
        *left -= seconds;
    }
    view.said.take_if(|(_, left)| *left <= 0.0);
    view.history.begin(model);

    let mut actions = header::header(ui, places.header, model, view, places.narrow);
    if let Some(rect) = places.browser {
        browser::browser(ui, rect, model, &mut view.browser, &mut actions);
    }
    match view.page {
        Page::Picture => {
            picture::picture(ui, places.picture, model, view, &mut actions);
            notice::trial(ui, places.picture, model, view, &mut actions);
            notice::over(ui, places.picture, model, view, &mut actions);
        }
        Page::Report => report::report(ui, places.picture, model, &mut actions),
    }
    notice::line(ui, places.line, model, view, &mut actions);
    meter::meters(ui, places.meters, &mut view.needles);
    let mut hands = Hands {
        entry: &mut view.entry,
        drag: &mut view.drag,
        actions: &mut actions,
    };
    strip::strip(ui, places.strip, model, &mut hands);
    dropped(ui, view, &mut actions);
    keys(ui, model, view, &mut actions);
    notice::hovering(ui, window, view.hovering);
    trying(model, view, &actions);
    view.history.note(model, &actions);
    actions.extend(recalled(ui, model, view));
    view.ahead.end(ui);
    actions
}

/// Where the screen is laid out. A window can have any size for a moment; in one that is too small the screen is cut
/// off, because there is no layout for less than its smallest size, and one that is too large is not filled.
fn shown(window: Rect) -> Rect {
    let side = |side: f32, smallest: f32| match side.is_finite() {
        true => side.clamp(smallest, LARGEST),
        false => smallest,
    };
    let size = vec2(
        side(window.width(), SMALLEST[0]),
        side(window.height(), SMALLEST[1]),
    );
    let corner = match window.min.is_finite() {
        true => window.min,
        false => egui::Pos2::ZERO,
    };
    Rect::from_min_size(corner, size)
}

/// Files that were dropped onto the window: the first sound is loaded, a folder is opened.
fn dropped(ui: &Ui, view: &mut View, actions: &mut Vec<Action>) {
    let files = ui.input(|input| input.raw.dropped_files.clone());
    let mut files: Vec<_> = files.iter().map(|file| file.path().to_owned()).collect();
    files.append(&mut view.dropped);
    let Some(path) = files.into_iter().next() else {
        return;
    };
    // A place that is slow to say is asked again by the loader, which can wait.
    let begin = Instant::now();
    let about = files::metadata(&path, &|| begin.elapsed() > AT_A_GLANCE);
    if about.is_ok_and(|about| about.is_dir()) {
        view.browser.enter(&path);
        view.browser.open = true;
    } else {
        actions.push(Action::Choose(Source::File(path)));
    }
}

/// Keys that belong to no control: up and down step through the list, while it is searched too;
/// Escape goes back to the impulse from before.
fn keys(ui: &Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let focused = ui.memory(|memory| memory.focused());
    let free = focused.is_none();
    if (free || focused == view.browser.field)
        && let Some(step) = ui.input(|input| {
            // All presses since the last frame count.
            let presses = |key| input.num_presses(key) as isize;
            let down = presses(Key::ArrowDown) - presses(Key::ArrowUp);
            (down != 0).then_some(down)
        })
        && let Some(source) = view.browser.neighbour(model, step)
    {
        actions.push(Action::Choose(source));
    }
    if free
        && ui.input(|input| input.key_pressed(Key::Escape))
        && let Some(kept) = view.kept.clone()
    {
        actions.push(Action::Choose(kept));
    }
}

/// What undo, redo and the other sound ask for, by their buttons or by keys.
fn recalled(ui: &Ui, model: &Model, view: &mut View) -> Vec<Action> {
    let mut actions = Vec::new();
    let typing = ui.ctx().text_edit_focused();
    let presses = |modifiers, key| match typing {
        true => 0,
        false => ui.input_mut(|input| input.count_and_consume_key(modifiers, key)),
    };
    let again = Modifiers::COMMAND | Modifiers::SHIFT;
    let redone = presses(again, Key::Z) + presses(Modifiers::COMMAND, Key::Y);
    let undone = presses(Modifiers::COMMAND, Key::Z);
    match std::mem::take(&mut view.recall) {
        Some(Recall::Undo) => view.history.step(model, true, 1, &mut actions),
        Some(Recall::Redo) => view.history.step(model, false, 1, &mut actions),
        Some(Recall::Swap) => view.history.swap(model, &mut actions),
        Some(Recall::Copy) => view.history.copy(model),
        Some(Recall::Before) => view.history.before(model, &mut actions),
        None => {}
    }
    // All presses since the last frame count. Of undo and redo in one frame, the difference.
    if undone != redone {
        let times = undone.abs_diff(redone);
        let back = undone > redone;
        view.history.step(model, back, times, &mut actions);
    }
    actions
}

/// Keeps the impulse from before within reach while others are tried, and notes what was used.
fn trying(model: &Model, view: &mut View, actions: &[Action]) {
    for action in actions {
        if let Action::Choose(source) = action {
            view.browser.note(source);
            let back = view.kept.as_ref() == Some(source);
            if back {
                view.kept = None;
            } else if view.kept.is_none() && *source != model.source {
                view.kept = Some(model.source.clone());
            }
        }
    }
}
