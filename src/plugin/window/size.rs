//! The sizes and zooms that a window can have, whatever a project says or a host asks for. Any thread, not real-time.
//!
//! | where it comes from | what is done |
//! |---|---|
//! | a project's view | width, height and zoom are clamped, before a window is made |
//! | a host's `set_size`, `onSize`, `adjust_size` | the size in physical pixels is clamped |
//! | a host's scale | it is refused if it is not valid |
//!
//! The smallest window is [`SMALLEST`] at half the size. The largest fills the screen: more could not
//! be seen, and its pixels would take memory. If the screen is not known, it is [`UNKNOWN`] pixels in each direction.

use nice_plug::editor::dpi::NativeSize;

use crate::editor::screen::SMALLEST;
use crate::state::View;

/// The largest window if the screen is not known, physical pixels in each direction.
const UNKNOWN: u32 = 4096;

/// The zooms that can be chosen.
const ZOOM: std::ops::RangeInclusive<f32> = 0.5..=3.0;

/// The smallest zoom in force, however small the window is.
const MIN_EFFECTIVE_ZOOM: f32 = 0.25;

/// The scales that a host may suggest.
const SCALE: std::ops::RangeInclusive<f64> = 0.25..=8.0;

/// The largest window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Width and height, physical pixels.
    largest: [u32; 2],
}

impl Limits {
    /// Asks the window system how large the screen is now. May take milliseconds.
    pub fn query() -> Self {
        Self::of(screen::size())
    }

    fn of(screen: Option<[u32; 2]>) -> Self {
        let largest = screen.unwrap_or([UNKNOWN; 2]);
        Self { largest }
    }

    /// The size nearest to `size` that a window can have, physical pixels. `scale` is that of the window.
    pub fn fit(self, size: NativeSize<u32>, scale: f64) -> NativeSize<u32> {
        let scale = valid_scale(scale).unwrap_or(1.0);
        let [width, height] = smallest().map(|side| (f64::from(side) * scale).round() as u32);
        let [wide, high] = self.largest;
        NativeSize::new(
            size.width.min(wide).max(width),
            size.height.min(high).max(height),
        )
    }

    /// The size at which a project's view opens, physical pixels where the scale is 1.
    pub fn opening(self, view: &View) -> NativeSize<u32> {
        let zoom = clamp_zoom(view.zoom);
        // A number that is too large for the type becomes the largest of the type.
        let side = |points: u32| (points as f32 * zoom).round() as u32;
        self.fit(NativeSize::new(side(view.width), side(view.height)), 1.0)
    }
}

/// The smallest window, physical pixels where the scale is 1.
pub fn smallest() -> [u32; 2] {
    SMALLEST.map(|points| (points / 2.0) as u32)
}

/// The zoom nearest to `zoom` that can be chosen.
pub fn clamp_zoom(zoom: f32) -> f32 {
    match zoom.is_finite() {
        true => zoom.clamp(*ZOOM.start(), *ZOOM.end()),
        false => 1.0,
    }
}

/// The zoom at which all of the screen can be reached in a window of `size` logical pixels: the wanted one, or a smaller
/// one if that does not fit.
pub fn fit_zoom(size: egui::Vec2, wanted: f32) -> f32 {
    let most = (size.x / SMALLEST[0]).min(size.y / SMALLEST[1]);
    clamp_zoom(wanted).min(most).max(MIN_EFFECTIVE_ZOOM)
}

/// The scale that a host suggests, if it is valid.
pub fn valid_scale(scale: f64) -> Option<f64> {
    SCALE.contains(&scale).then_some(scale)
}

#[cfg(target_os = "linux")]
mod screen {
    use x11rb::connection::Connection;

    /// The size of the X server's screen, physical pixels; `None` if there is none that answers.
    pub fn size() -> Option<[u32; 2]> {
        let (connection, number) = x11rb::connect(None).ok()?;
        let screen = connection.setup().roots.get(number)?;
        let size = [screen.width_in_pixels, screen.height_in_pixels].map(u32::from);
        size.iter().all(|side| *side > 0).then_some(size)
    }
}

#[cfg(windows)]
mod screen {
    #![allow(unsafe_code)]

    use windows_sys::Win32::UI::WindowsAndMessaging::{
        GetSystemMetrics, SM_CXVIRTUALSCREEN, SM_CYVIRTUALSCREEN,
    };

    /// The size of all screens together, pixels; `None` if the system does not tell.
    pub fn size() -> Option<[u32; 2]> {
        // SAFETY: asks for a number.
        let side = |which| u32::try_from(unsafe { GetSystemMetrics(which) });
        let size = [
            side(SM_CXVIRTUALSCREEN).ok()?,
            side(SM_CYVIRTUALSCREEN).ok()?,
        ];
        size.iter().all(|side| *side > 0).then_some(size)
    }
}

#[cfg(not(any(target_os = "linux", windows)))]
mod screen {
    /// Not asked for on this system.
    pub fn size() -> Option<[u32; 2]> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(width: u32, height: u32, zoom: f32) -> View {
        View {
            width,
            height,
            zoom,
            ..View::default()
        }
    }

    #[test]
    fn a_view_opens_at_a_size_that_the_screen_can_show() {
        let limits = Limits::of(Some([1600, 1000]));
        let cases = [
            (view(1000, 640, 1.0), [1000, 640]),
            (view(1000, 640, 0.5), [500, 320]),
            (view(320, 240, 0.5), [320, 240]),
            (view(8192, 8192, 3.0), [1600, 1000]),
            (view(0, 0, 0.0), [320, 240]),
            (view(u32::MAX, u32::MAX, f32::MAX), [1600, 1000]),
            (view(1000, 640, f32::NAN), [1000, 640]),
            (view(1000, 640, f32::NEG_INFINITY), [1000, 640]),
            (view(1000, 1, -3.0), [500, 240]),
        ];
        for (view, [width, height]) in cases {
            let size = limits.opening(&view);
            assert_eq!(size, NativeSize::new(width, height), "{view:?}");
        }
    }

    #[test]
    fn an_unknown_screen_has_a_limit_too() {
        let limits = Limits::of(None);
        let size = limits.opening(&view(8192, 8192, 3.0));
        assert_eq!(size, NativeSize::new(4096, 4096));
    }

    #[test]
    fn what_a_host_asks_for_is_clamped() {
        let limits = Limits::of(Some([1600, 1000]));
        for (asked, scale, [width, height]) in [
            ([800, 600], 1.0, [800, 600]),
            ([0, 0], 1.0, [320, 240]),
            ([1, u32::MAX], 1.0, [320, 1000]),
            ([1, 1], 2.0, [640, 480]),
            ([1, 1], f64::NAN, [320, 240]),
            // Where even the smallest does not fit, it is cut off by the screen, not by the plug-in.
            ([1, 1], 8.0, [2560, 1920]),
        ] {
            let size = limits.fit(NativeSize::new(asked[0], asked[1]), scale);
            assert_eq!(size, NativeSize::new(width, height), "{asked:?} at {scale}");
        }
    }

    #[test]
    fn a_zoom_is_one_that_can_be_shown() {
        let full = egui::vec2(1000.0, 640.0);
        assert_eq!(fit_zoom(full, 1.0), 1.0);
        assert_eq!(fit_zoom(full, f32::NAN), 1.0);
        assert_eq!(
            fit_zoom(full, 99.0),
            (1000.0_f32 / 640.0).min(640.0 / 480.0)
        );
        assert_eq!(fit_zoom(egui::vec2(320.0, 240.0), 1.0), 0.5);
        assert_eq!(fit_zoom(egui::vec2(0.0, 0.0), 1.0), MIN_EFFECTIVE_ZOOM);
        assert_eq!(fit_zoom(egui::vec2(f32::NAN, 1.0), 1.0), MIN_EFFECTIVE_ZOOM);
    }

    #[test]
    fn an_invalid_scale_is_refused() {
        for scale in [f64::NAN, f64::INFINITY, 0.0, -1.0, 1e-300, 1e9] {
            assert_eq!(valid_scale(scale), None, "{scale}");
        }
        assert_eq!(valid_scale(1.5), Some(1.5));
    }
}
