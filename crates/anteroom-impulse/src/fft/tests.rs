//! The transform beside its definition, its inverse, and its bits on every machine.

use super::super::f32x4::{F32x4, LANES};
use super::*;

/// Other noise in each lane; the first lane is that of `size` alone.
fn noise(size: usize) -> Vec<F32x4> {
    let rng = |lane| crate::rng::Rng::new(size as u64, lane);
    let mut rng: [_; LANES] = std::array::from_fn(|lane| rng(lane as u64));
    let next = |_| F32x4::of(|lane| rng[lane].normal() as f32);
    (0..size).map(next).collect()
}

fn forward(fft: &mut Fft<F32x4>, samples: &[F32x4]) -> (Vec<F32x4>, Vec<F32x4>) {
    let nothing = vec![F32x4::default(); fft.bins()];
    let (mut re, mut im) = (nothing.clone(), nothing);
    fft.forward(samples, &mut re, &mut im);
    (re, im)
}

#[test]
fn every_size_matches_the_definition_in_every_lane() {
    for size in [8, 16, 32, 64, 128, 256] {
        let samples = noise(size);
        let mut fft = Fft::new(size);
        let (re, im) = forward(&mut fft, &samples);
        for (k, lane) in (0..fft.bins()).flat_map(|k| (0..LANES).map(move |lane| (k, lane))) {
            let (mut want_re, mut want_im) = (0.0, 0.0);
            for (n, sample) in samples.iter().enumerate() {
                let angle = std::f64::consts::TAU * (n * k) as f64 / size as f64;
                want_re += f64::from(sample.0[lane]) * angle.cos();
                want_im -= f64::from(sample.0[lane]) * angle.sin();
            }
            let (re, im) = (f64::from(re[k].0[lane]), f64::from(im[k].0[lane]));
            let error = (re - want_re).hypot(im - want_im);
            assert!(error < 1e-4, "size {size}, bin {k}: off by {error}");
        }
    }
}

#[test]
fn the_inverse_undoes_the_forward_transform() {
    for size in [8, 32, 2048, 8192] {
        let samples = noise(size);
        let mut fft = Fft::new(size);
        let (re, im) = forward(&mut fft, &samples);
        let mut back = vec![F32x4::default(); size];
        fft.inverse(&re, &im, &mut back);
        let errors = samples.iter().zip(&back).flat_map(|(a, b)| (*a - *b).0);
        let worst = errors.fold(0.0, |worst: f32, error| worst.max(error.abs()));
        assert!(worst < 1e-5, "size {size}: off by {worst}");
    }
}

#[test]
fn the_bits_are_the_same_everywhere() {
    let (re, im) = forward(&mut Fft::new(2048), &noise(2048));
    let bits = re.iter().chain(&im).map(|x| x.0[0].to_bits());
    let bytes: Vec<u8> = bits.flat_map(u32::to_le_bytes).collect();
    // Written down once; a change here changes every room.
    assert_eq!(
        &crate::content_hash::content_hash(&bytes)[..16],
        "ae06b2ceb9b516bc"
    );
}
