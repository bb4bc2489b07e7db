//! Every way in which a recording ends before its time: without a click, and leaving nothing.

use super::*;

/// Lets something happen in the middle of a sweep; how it ends, and that nothing clicks and nothing stays.
fn ends_by(what: impl FnOnce(&mut Bench)) -> CaptureEnd {
    let (mut bench, mut next) = playing(60_000);
    what(&mut bench);
    for _ in 0..10 {
        bench.block(300);
        bench.link(1, &mut next, 60_000);
    }
    let end = bench.end();
    // A sine of half the full scale at that frequency moves by 0.005, a fade adds 0.001.
    assert!(bench.largest_step() < 0.008, "{}", bench.largest_step());
    let last = bench.output[0].last().copied();
    assert_eq!(last, Some(OWN), "its own sound is back");
    // Those that were linked meanwhile go home with the next blocks.
    for _ in 0..CAPTURE_BLOCKS {
        bench.block(10);
    }
    assert_eq!(bench.ends.blocks.in_flight(), 0);
    end
}

#[test]
fn whatever_ends_it_fades_out_and_leaves_nothing() {
    assert_eq!(
        ends_by(|bench| bench.recorder.stop(1, 0)),
        CaptureEnd::Stopped
    );
    assert_eq!(ends_by(|bench| bench.bypassed = true), CaptureEnd::Bypassed);
    assert_eq!(
        ends_by(|bench| bench.ends.permits.write(0)),
        CaptureEnd::Withdrawn
    );
}

#[test]
fn a_worker_that_is_late_is_no_click_and_is_said() {
    let (mut bench, next) = playing(60_000);
    assert!(next < 60_000);
    // No block comes any more.
    for _ in 0..60 {
        bench.block(500);
    }
    assert_eq!(bench.end(), CaptureEnd::Late);
    assert!(bench.largest_step() < 0.008, "{}", bench.largest_step());
    assert_eq!(bench.output[0].last(), Some(&OWN));
    assert_eq!(bench.ends.blocks.in_flight(), 0);
    assert_eq!(bench.home[0].len() as u64, next);
    // Nor does it begin without a block.
    let mut bench = Bench::new(512);
    bench.start(1, 1_000, 0);
    bench.block(4_000);
    assert_eq!(bench.end(), CaptureEnd::Late);
}

#[test]
fn a_reset_ends_it_at_once_and_offline_in_its_own_words() {
    for (offline, expected) in [(false, CaptureEnd::Reset), (true, CaptureEnd::Offline)] {
        let (mut bench, _) = playing(60_000);
        bench.recorder.set_offline(offline);
        bench.recorder.prepare(RATE as f32, Layout::Stereo);
        assert_eq!(bench.state(), CaptureState::Idle);
        assert_eq!(bench.end(), expected);
        bench.output = [Vec::new(), Vec::new()];
        bench.block(100);
        assert!(bench.output[0].iter().all(|sample| *sample == OWN));
    }
}
