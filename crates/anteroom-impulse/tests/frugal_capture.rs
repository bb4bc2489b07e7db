//! What a deconvolution takes of the memory, and how soon it gives up.

use std::time::Duration;

use anteroom_impulse::capture::{
    BYTES_A_FRAME, CaptureError, Played, Sweep, SweepSpec, Trim, deconvolve,
};
use anteroom_impulse::decode::Audio;
use cancelling::gives_up;
use heap::{most, turn};

#[path = "common/cancelling.rs"]
mod cancelling;
#[path = "../../../tests/support/heap.rs"]
mod heap;

/// The sweep as it is, heard by so many microphones.
fn take(seconds: f64, passes: usize, microphones: usize) -> (Sweep, Audio) {
    let spec = SweepSpec {
        seconds,
        passes,
        ..SweepSpec::new(48_000)
    };
    let sweep = Sweep::new(spec).expect("it makes sense");
    let mut row = vec![0.0; sweep.frames()];
    let mut other = row.clone();
    sweep.fill(0, 0, &mut row);
    if passes == 2 {
        sweep.fill(1, 0, &mut other);
        row.iter_mut().zip(&other).for_each(|(x, y)| *x += y);
    }
    let audio = Audio {
        channels: vec![row; microphones],
        rate: 48_000,
        bits: None,
    };
    (sweep, audio)
}

#[test]
fn a_deconvolution_takes_what_one_sweep_takes() {
    let _turn = turn();
    for (seconds, passes, microphones) in [(20.0, 1, 1), (20.0, 2, 2), (60.0, 1, 2)] {
        let (sweep, audio) = take(seconds, passes, microphones);
        let recorded = audio.channels.len() * audio.channels[0].len() * 4;
        let one = sweep.frames() / passes;
        let watch: (&dyn Fn() -> bool, &dyn Fn(f32)) = (&|| false, &|_| ());
        let (made, taken) = most(|| deconvolve(audio, &Played::Default, Trim::Auto, watch));
        assert_eq!(
            made.expect("it is there").impulse.channels.len(),
            passes * microphones
        );
        let said = BYTES_A_FRAME * one + recorded;
        println!(
            "{seconds} s, {passes} passes, {microphones} microphones: {} kB taken, {:.1} bytes a frame, {} kB recorded",
            taken >> 10,
            taken as f64 / one as f64,
            recorded >> 10,
        );
        // The filters of the analysis, the kernels of the clock, and the transforms' own tables.
        assert!(taken <= said + (24 << 20), "{taken} bytes, {said} said");
    }
}

#[test]
fn a_deconvolution_that_nobody_wants_ends_after_the_transform_that_is_under_way() {
    let _turn = turn();
    let (_, audio) = take(20.0, 1, 2);
    let work = |cancelled: &dyn Fn() -> bool| {
        let made = deconvolve(
            audio.clone(),
            &Played::Default,
            Trim::Auto,
            (cancelled, &|_| ()),
        );
        assert!(matches!(made, Ok(_) | Err(CaptureError::Cancelled)));
        made.is_ok()
    };
    for after in [5, 300] {
        let late = gives_up(Duration::from_millis(after), work);
        println!("after {after} ms: {late:?}");
        assert!(late < Duration::from_millis(800), "{late:?}");
    }
}
