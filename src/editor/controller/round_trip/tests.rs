//! A plug-in answers, and one that rests does not. The answers here are made up; those of an audio thread are in
//! `tests/clap_host/round_trip.rs`.

use super::{EVERY, RoundTrip};
use crate::exchange::queue;
use crate::instance::{Reply, instance};

#[test]
fn an_answer_is_measured_and_a_rest_forgets_it() {
    let (_audio, mut ui_handle, _remote) = instance(|| {}).expect("a thread");
    // What the audio thread would send.
    let (mut answers, mut replies) = queue(4);
    let room = ui_handle.commands.slots();
    let mut trip = RoundTrip::default();
    let mut measure = |trip: &mut RoundTrip, is_processing, answer: Option<u32>| {
        if let Some(number) = answer {
            answers.push(Reply::Pong(number)).expect("room");
        }
        trip.measure(&mut ui_handle.commands, &mut replies, is_processing);
        room - ui_handle.commands.slots()
    };
    assert_eq!(
        measure(&mut trip, false, None),
        0,
        "nothing wakes a host that sleeps"
    );
    assert_eq!(measure(&mut trip, true, None), 1);
    assert_eq!(measure(&mut trip, true, None), 1, "one at a time");
    assert_eq!(trip.text(), "no answer yet");
    let stale = trip.number.wrapping_sub(1);
    measure(&mut trip, true, Some(stale));
    assert_eq!(
        trip.text(),
        "no answer yet",
        "an answer to another question"
    );
    let number = trip.number;
    measure(&mut trip, true, Some(number));
    assert!(trip.text().ends_with(" ms"), "{}", trip.text());
    // The next one is due.
    trip.sent = trip.sent.and_then(|sent| sent.checked_sub(EVERY));
    assert_eq!(measure(&mut trip, true, None), 2);
    measure(&mut trip, false, None);
    assert_eq!(trip.text(), "no answer yet");
}
