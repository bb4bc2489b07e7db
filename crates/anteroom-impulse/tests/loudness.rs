//! What `normalize` promises: measured as ITU-R BS.1770 does, on noise that is made here.

use anteroom_impulse::{Impulse, Shape, shape};

fn noise(frames: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let sample = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..frames).map(sample).collect()
}

/// Noise that decays by 60 dB in a time, darker the larger `dark` is.
fn decay(rate: u32, rt60_s: f32, seconds: f32, dark: f32, seed: u32) -> Vec<f32> {
    let mut last = 0.0;
    let frames = (seconds * rate as f32) as usize;
    let white = noise(frames, seed).into_iter().enumerate();
    let sample = |(n, white): (usize, f32)| {
        last += (white - last) * (1.0 - dark);
        last * 10f32.powf(-3.0 * n as f32 / rate as f32 / rt60_s)
    };
    white.map(sample).collect()
}

fn normalized(channels: Vec<Vec<f32>>, rate: u32) -> Vec<Vec<f32>> {
    shape(&Impulse { channels, rate }, &Shape::default()).channels
}

/// The gain that it got, in dB.
fn gain(before: &[Vec<f32>], rate: u32) -> f64 {
    let after = normalized(before.to_vec(), rate);
    let peak = |rows: &[Vec<f32>]| rows.iter().flatten().fold(0f32, |a, b| a.max(b.abs()));
    20.0 * (f64::from(peak(&after)) / f64::from(peak(before))).log10()
}

/// The filters of the standard, at 48 kHz.
fn k_weighted(samples: &[f64]) -> Vec<f64> {
    let biquad = |input: &[f64], b: [f64; 3], a: [f64; 2]| {
        let (mut x, mut y) = ([0.0; 2], [0.0; 2]);
        let mut step = |now: f64| {
            let out = b[0] * now + b[1] * x[0] + b[2] * x[1] - a[0] * y[0] - a[1] * y[1];
            (x, y) = ([now, x[0]], [out, y[0]]);
            out
        };
        input.iter().map(|&now| step(now)).collect::<Vec<_>>()
    };
    let shelf = biquad(
        samples,
        [1.53512485958697, -2.69169619938638, 1.19839281085285],
        [-1.69065929318241, 0.73248077421585],
    );
    biquad(
        &shelf,
        [1.0, -2.0, 1.0],
        [-1.99004745483398, 0.99007225036621],
    )
}

/// How much louder steady pink noise comes out than it goes in, in dB. Steady noise in a circle: the spectra are
/// multiplied.
fn pink_re_dry(rows: &[Vec<f32>]) -> f64 {
    let size = 1 << 17;
    let mut planner = rustfft::FftPlanner::<f64>::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let complex = |re: f64| rustfft::num_complex::Complex::new(re, 0.0);
    let spectrum = |samples: &[f32]| {
        let mut bins: Vec<_> = samples.iter().map(|&x| complex(f64::from(x))).collect();
        bins.resize(size, complex(0.0));
        forward.process(&mut bins);
        bins
    };
    let mut pink = spectrum(&noise(size, 99));
    for (k, bin) in pink.iter_mut().enumerate() {
        let hz = k.min(size - k) as f64 * 48_000.0 / size as f64;
        // Exactly pink, so that chance has no part in it.
        let wanted = match (20.0..20_000.0).contains(&hz) {
            true => hz.powf(-0.5),
            false => 0.0,
        };
        *bin *= wanted / bin.norm();
    }
    let power = |bins: &[rustfft::num_complex::Complex<f64>]| {
        let mut bins = bins.to_vec();
        inverse.process(&mut bins);
        let samples: Vec<f64> = bins.iter().map(|bin| bin.re).collect();
        // Once round first, so that the filters have settled.
        let twice: Vec<f64> = samples.iter().chain(&samples).copied().collect();
        k_weighted(&twice)[size..]
            .iter()
            .map(|x| x * x)
            .sum::<f64>()
    };
    let dry = power(&pink);
    let spectra: Vec<_> = rows.iter().map(|row| spectrum(row)).collect();
    let output = |of: &[usize]| {
        let bin = |k: usize| {
            of.iter()
                .map(|&row| spectra[row][k])
                .sum::<rustfft::num_complex::Complex<f64>>()
                * pink[k]
        };
        power(&(0..size).map(bin).collect::<Vec<_>>())
    };
    let wet = match rows.len() {
        1 => output(&[0]),
        2 => (output(&[0]) + output(&[1])) / 2.0,
        _ => (output(&[0, 2]) + output(&[1, 3])) / 2.0,
    };
    10.0 * (wet / dry).log10()
}

#[test]
fn steady_pink_noise_comes_out_as_loud_as_it_went_in() {
    for channels in [1, 2, 4] {
        for dark in [0.0, 0.5, 0.9] {
            for rt60 in [0.2, 1.2] {
                let row = |n: u32| decay(48_000, rt60, 1.3, dark, 7 + n);
                let off = pink_re_dry(&normalized((0..channels).map(row).collect(), 48_000));
                assert!(
                    off.abs() < 0.65,
                    "{channels}, dark {dark}, {rt60} s: {off} dB"
                );
            }
        }
    }
    // And exactly that, where speech is as much louder than noise as it mostly is, but for three tenths of the rest.
    let bright = pink_re_dry(&normalized(vec![decay(48_000, 0.3, 0.5, 0.0, 3)], 48_000));
    assert!((bright - 0.6).abs() < 0.1, "{bright}");
}

#[test]
fn neither_the_rate_nor_silence_nor_the_polarity_matters() {
    // A click is the same at every rate.
    let of = |rate: u32| gain(&[vec![0.5], vec![0.5]], rate);
    let first = of(48_000);
    for rate in [44_100, 88_200, 96_000, 192_000] {
        assert!(
            (of(rate) - first).abs() < 0.02,
            "{rate}: {} or {first}",
            of(rate)
        );
    }
    let row = decay(48_000, 0.8, 1.0, 0.4, 5);
    let plain = gain(std::slice::from_ref(&row), 48_000);
    for (before, after) in [(1, 0), (3_333, 0), (48_000, 100), (0, 200_000)] {
        let mut longer = vec![0.0; before];
        longer.extend(&row);
        longer.resize(longer.len() + after, 0.0);
        let off = gain(&[longer], 48_000) - plain;
        assert!(off.abs() < 0.03, "{before} before, {after} after: {off} dB");
    }
    let turned: Vec<f32> = row.iter().map(|x| -x).collect();
    let off = gain(&[row.clone(), turned], 48_000) - gain(&[row.clone(), row], 48_000);
    assert!(off.abs() < 1e-3, "{off}");
}

/// Equal inputs that cancel are no reason for any gain.
#[test]
fn what_cancels_is_not_amplified_without_bound() {
    let row = decay(48_000, 0.5, 0.7, 0.3, 9);
    let turned: Vec<f32> = row.iter().map(|x| -x).collect();
    let quad = vec![row.clone(), row.clone(), turned.clone(), turned];
    let pair = gain(&[row.clone(), row], 48_000);
    let off = gain(&quad, 48_000) - pair;
    // Independent inputs come out 3 dB louder than they went in, not more.
    assert!(off.abs() < 0.1, "{off}");
}

#[test]
fn a_phrase_through_a_very_long_tail_is_not_lost() {
    // By its energy alone the longer one would be 10 dB softer than the shorter one.
    let of = |rt60: f32| gain(&[decay(48_000, rt60, 1.5 * rt60, 0.6, 11)], 48_000);
    let (short, long) = (of(2.0), of(20.0));
    let energy = 10.0 * f64::log10(2.0 / 20.0);
    assert!(long - short > energy + 1.5, "{long} and {short}");
    assert!(long - short < energy + 6.5, "{long} and {short}");
}

#[test]
fn silence_and_the_largest_numbers_stay_what_they_are() {
    assert_eq!(normalized(vec![vec![0.0; 9]], 48_000), [vec![0.0; 9]]);
    let huge = normalized(vec![vec![f32::MAX; 9]; 2], 48_000);
    assert!(huge.iter().flatten().all(|x| x.is_finite()), "{huge:?}");
}
