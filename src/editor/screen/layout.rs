//! Where the panels lie in a window of any size. Editor thread.

use egui::{Rect, pos2, vec2};

use crate::editor::panels::browser::Browser;
use crate::editor::panels::welcome::Places;
use crate::editor::panels::{header, param_panel, player_row, status_bar};
use crate::editor::widgets::theme;

/// The size of a new editor, points.
pub const SIZE: [f32; 2] = [1000.0, 640.0];
/// The smallest size at which everything can be reached, points.
pub const SMALLEST: [f32; 2] = [640.0, 480.0];
/// The largest size that is filled, points in each direction.
const LARGEST: f32 = 8192.0;
/// The width of the browser: its share of the window, and the least and the most of it, so that names fit where there is
/// room; and with all of its columns.
const BROWSER_SHARE: f32 = 0.26;
const BROWSER: [f32; 2] = [236.0, 380.0];
const WIDE_BROWSER: f32 = 452.0;
/// Below this height, points, there is no room for one more line under the display.
const LOW: f32 = 560.0;
/// The least that the status keeps of a line that it shares, points.
const STATUS: f32 = 190.0;
/// The width of the meters.
const METERS: f32 = 124.0;

/// Where the panels lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub header: Rect,
    pub browser: Option<Rect>,
    pub display: Rect,
    pub status_bar: Rect,
    pub player: Option<Rect>,
    pub meters: Rect,
    pub params: Rect,
    pub narrow: bool,
}

impl Layout {
    pub fn new(window: Rect, browser: &Browser) -> Self {
        let gap = theme::GRID;
        let narrow = window.width() < param_panel::WIDE;
        let header = Rect::from_min_size(window.min, vec2(window.width(), header::HEIGHT));
        let params_top = window.bottom() - param_panel::height(window.size());
        let params = Rect::from_min_max(pos2(window.left(), params_top), window.max);
        let middle = Rect::from_min_max(
            pos2(window.left() + gap, header.bottom()),
            pos2(window.right() - gap, params_top - gap / 2.0),
        );
        let meters = Rect::from_min_max(pos2(middle.right() - METERS, middle.top()), middle.max);
        let width = match browser.wide && !narrow {
            true => WIDE_BROWSER.max(window.width() * 0.36),
            false => (window.width() * BROWSER_SHARE).clamp(BROWSER[0], BROWSER[1]),
        };
        let place = Rect::from_min_size(middle.min, vec2(width, middle.height()));
        let browser = (!narrow || browser.open).then_some(place);
        let left = browser.map_or(middle.left(), |browser| browser.right() + gap);
        // A low window has no room for one more line: the row shares that of the status there, or is left out.
        let right = meters.left() - gap;
        let is_low = window.height() < LOW;
        let status_bottom = match is_low {
            true => middle.bottom(),
            false => middle.bottom() - player_row::HEIGHT,
        };
        let status_top = status_bottom - status_bar::HEIGHT;
        let (player, status_right) = match is_low {
            false => {
                let row =
                    Rect::from_min_max(pos2(left, status_bottom), pos2(right, middle.bottom()));
                (Some(row), right)
            }
            true if right - left < player_row::SMALL + STATUS => (None, right),
            true => {
                let beside = right - player_row::SMALL;
                let row = Rect::from_min_max(pos2(beside, status_top), pos2(right, status_bottom));
                (Some(row), beside - gap)
            }
        };
        Self {
            header,
            browser,
            display: Rect::from_min_max(pos2(left, middle.top()), pos2(right, status_top)),
            status_bar: Rect::from_min_max(
                pos2(left, status_top),
                pos2(status_right, status_bottom),
            ),
            player,
            meters,
            params,
            narrow,
        }
    }

    /// Where what is.
    pub fn places(&self) -> Places {
        Places {
            header: self.header,
            browser: self.browser,
            display: self.display,
            params: self.params,
            meters: self.meters,
        }
    }
}

/// The part of a window in which the screen is laid out. A window can have any size for a moment. One that is too small
/// cuts the screen off, because there is no layout for less than the smallest size; one that is too large is not filled.
pub(super) fn visible_area(window: Rect) -> Rect {
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
