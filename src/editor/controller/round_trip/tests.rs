//! A plug-in answers, and one that rests does not.

use super::{EVERY, RoundTrip};
use crate::convolution::Layout;
use crate::impulse::Shape;
use crate::instance::instance;
use crate::loader::Format;
use crate::processor::Settings;

#[test]
fn an_answer_is_measured_and_a_rest_forgets_it() {
    let (mut audio, mut ui_handle, _remote) = instance(|| {}).expect("a thread");
    let room = ui_handle.commands.slots();
    let mut trip = RoundTrip::default();
    let mut measure = |trip: &mut RoundTrip, is_processing| {
        trip.measure(
            &mut ui_handle.commands,
            &mut ui_handle.replies,
            is_processing,
        );
        room - ui_handle.commands.slots()
    };
    assert_eq!(
        measure(&mut trip, false),
        0,
        "nothing wakes a host that sleeps"
    );
    assert_eq!(measure(&mut trip, true), 1);
    assert_eq!(measure(&mut trip, true), 1, "one at a time");
    assert_eq!(trip.text(), "no answer yet");
    let format = Format {
        rate: 48_000,
        layout: Layout::Stereo,
    };
    audio.prepare(format, Shape::default(), 0, false);
    let (mut left, mut right) = ([0.0; 16], [0.0; 16]);
    let channels = &mut [&mut left[..], &mut right[..]];
    audio.process(channels, &Settings::default(), &Shape::default());
    measure(&mut trip, true);
    assert!(trip.text().ends_with(" ms"), "{}", trip.text());
    // The next one is due.
    trip.sent = trip.sent.and_then(|sent| sent.checked_sub(EVERY));
    assert_eq!(measure(&mut trip, true), 1);
    measure(&mut trip, false);
    assert_eq!(trip.text(), "no answer yet");
}
