//! Impulses that are prepared before a host asks for them. `activate` waits a quarter of a second at most where somebody
//! plays, and a test in real time wants its impulse from the first block on, however slow the machine is.

use anteroom::convolution::Layout;
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::{AudioSide, Remote, UiHandle, instance};
use anteroom::loader::{Format, Wait};
use std::sync::{Mutex, PoisonError};

/// An instance that holds an impulse, so that all others of the process find it.
type Holder = (AudioSide, UiHandle, Remote);

static HELD: Mutex<Vec<(Origin, u32, Holder)>> = Mutex::new(Vec::new());

/// Has an impulse prepared for stereo at a rate in Hz, in the shape of a new instance. It stays until the process ends.
pub fn warm(origin: &Origin, rate: u32) {
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    if held
        .iter()
        .any(|(known, at, _)| known == origin && *at == rate)
    {
        return;
    }
    let (audio, ui_handle, remote) = instance(|| {}).expect("threads");
    let format = Format {
        rate,
        layout: Layout::Stereo,
    };
    let wait = Wait::WhileItMoves;
    let settled = remote.configure(format, origin.clone(), Shape::default(), wait);
    assert_eq!(settled.expect("an answer").error, None);
    held.push((origin.clone(), rate, (audio, ui_handle, remote)));
}
