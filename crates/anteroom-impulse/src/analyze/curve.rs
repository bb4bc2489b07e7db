//! One decay: where it meets the noise, its energy curve without the noise, and lines through it.

use super::Curve;
use crate::math::{db_of_power, power_of_db};

/// The first look at the energy is in intervals of this many seconds.
const INTERVAL_S: f64 = 0.02;
/// The lines are fitted to this many points, or to all samples if there are fewer.
const POINTS: usize = 2000;
/// How far below the end of a fitted range the noise must lie, in dB, where what the noise hides is
/// made good.
const MARGIN_DB: f64 = 5.0;
/// The same where it is not, as ISO 3382-1 asks for.
const UNAIDED_MARGIN_DB: f64 = 10.0;
/// Samples between two looks at whether the work is still wanted.
const PIECE: usize = 1 << 18;

/// The energy decay of one band, from the onset.
#[derive(Debug)]
pub(crate) struct Decay {
    rate: f64,
    /// The energy still to come from each sample on, without the noise; ends at the knee.
    left: Vec<f64>,
    /// The sum of `left` from the second sample on.
    moment: f64,
    /// What an undisturbed decay would still bring after the end of `left`: it is in the curve.
    beyond: f64,
    /// What the end of the file cuts off, where it is not in the curve.
    cut: f64,
    /// The noise per sample, if there is a floor, and the strongest interval per sample.
    noise: Option<f64>,
    strongest: f64,
    /// The slope of the last part, in dB per sample, below 0; 0 if there is none.
    slope: f64,
}

impl Decay {
    /// From squared samples that begin at the onset.
    pub fn of(energy: &[f64], rate: f64) -> Self {
        // Nobody gives it up, so it is there.
        Self::of_with(energy.to_vec(), rate, &|| false).unwrap_or(Self {
            rate,
            left: Vec::new(),
            moment: 0.0,
            beyond: 0.0,
            cut: 0.0,
            noise: None,
            strongest: 0.0,
            slope: 0.0,
        })
    }

    /// The same in the memory of what is given; `None` as soon as `cancelled` says so, which is asked every
    /// few milliseconds.
    pub fn of_with(energy: Vec<f64>, rate: f64, cancelled: &dyn Fn() -> bool) -> Option<Self> {
        let knee = Knee::find(&energy, rate, cancelled)?;
        let noise = knee.noise.unwrap_or(0.0);
        let mut left = energy;
        left.truncate(knee.at);
        let (mut sum, mut moment) = (knee.beyond, 0.0);
        for piece in left.rchunks_mut(PIECE) {
            if cancelled() {
                return None;
            }
            for value in piece.iter_mut().rev() {
                // Noise is taken away on average, so a single sample may go below zero; the sum of
                // what is left may not.
                sum = (sum + *value - noise).max(0.0);
                moment += sum;
                *value = sum;
            }
        }
        // The sum of all begins after the first sample.
        moment -= left.first().copied().unwrap_or(0.0);
        Some(Self {
            rate,
            left,
            moment,
            beyond: knee.beyond,
            cut: knee.cut,
            noise: knee.noise,
            strongest: knee.strongest,
            slope: knee.slope,
        })
    }

    /// Where the noise begins, and its energy per sample.
    pub fn floor(&self) -> Option<(usize, f64)> {
        Some((self.left.len(), self.noise?))
    }

    /// The slope before the noise or the end, in dB per sample; 0 if there is none.
    pub fn slope(&self) -> f64 {
        self.slope
    }

    fn total(&self) -> f64 {
        self.left.first().copied().unwrap_or(0.0)
    }

    /// The energy before and after `seconds`.
    pub fn split(&self, seconds: f64) -> (f64, f64) {
        let at = (seconds * self.rate).round() as usize;
        let late = self.left.get(at).copied().unwrap_or(0.0);
        (self.total() - late, late)
    }

    /// The mean time of arrival in seconds.
    pub fn centre_s(&self) -> Option<f64> {
        // The integral of t * e(t) is the integral of the energy still to come.
        (self.total() > 0.0).then(|| self.moment / self.total() / self.rate)
    }

    pub fn noise_db(&self) -> Option<f64> {
        let noise = self.noise?;
        (noise > 0.0 && self.strongest > 0.0).then(|| db_of_power(noise / self.strongest))
    }

    pub fn knee_s(&self) -> Option<f64> {
        self.noise.map(|_| self.left.len() as f64 / self.rate)
    }

    /// How far the curve goes down before it is a guess, in dB.
    pub fn range_db(&self) -> f64 {
        let last = match self.noise {
            Some(_) => self.beyond,
            // Without a floor the curve ends where the sound does; its last moments are steep, and
            // where the file cuts the sound off they are steeper than it was.
            None => self
                .left
                .iter()
                .rev()
                .find(|&&left| left > 0.0)
                .map_or(0.0, |&last| last.max(self.cut)),
        };
        if self.total() <= 0.0 || last <= 0.0 {
            return 0.0;
        }
        db_of_power(self.total() / last).min(200.0)
    }

    /// The reverberation time from the longest stretch of the decay that can be measured, in seconds for 60 dB: T30, T20,
    /// or from -3 to -15 dB.
    pub fn longest_time(&self) -> Option<f64> {
        let lines = [(-5.0, -35.0), (-5.0, -25.0), (-3.0, -15.0)];
        lines.into_iter().find_map(|(from, to)| self.time(from, to))
    }

    /// The time for 60 dB from a line through the curve between two levels in dB.
    pub fn time(&self, from_db: f64, to_db: f64) -> Option<f64> {
        let total = self.total();
        let margin = match self.cut > 0.0 {
            true => UNAIDED_MARGIN_DB,
            false => MARGIN_DB,
        };
        if total <= 0.0 || self.range_db() < margin - to_db {
            return None;
        }
        // The curve never rises, so the range is found by bisection.
        let below = |db: f64| {
            let level = total * power_of_db(db);
            self.left.partition_point(|&left| left > level)
        };
        let (first, last) = (below(from_db), below(to_db));
        let step = (last.saturating_sub(first) / POINTS).max(1);
        let mut line = Line::default();
        for i in (first..last).step_by(step) {
            line.add(i as f64 / self.rate, db_of_power(self.left[i] / total));
        }
        let slope = line.slope()?;
        (slope < 0.0).then(|| -60.0 / slope)
    }

    /// The curve in at most 600 points.
    pub fn curve(&self) -> Curve {
        let step = self.left.len().div_ceil(600).max(1);
        let total = self.total();
        let db = |left: &f64| match left / total {
            part if part > 1e-12 => db_of_power(part) as f32,
            _ => -120.0,
        };
        Curve {
            step_s: step as f64 / self.rate,
            db: self.left.iter().step_by(step).map(db).collect(),
        }
    }
}

/// A straight line by least squares.
#[derive(Debug, Default)]
struct Line {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
}

impl Line {
    fn add(&mut self, x: f64, y: f64) {
        self.n += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.xy += x * y;
    }

    fn slope(&self) -> Option<f64> {
        let spread = self.n * self.xx - self.x * self.x;
        (self.n >= 3.0 && spread > 0.0).then(|| (self.n * self.xy - self.x * self.y) / spread)
    }

    fn at(&self, x: f64) -> Option<f64> {
        let slope = self.slope()?;
        Some((self.y - slope * self.x) / self.n + slope * x)
    }
}

/// Where the decay sinks into the noise.
struct Knee {
    /// In samples from the onset.
    at: usize,
    /// The noise per sample; `None` if the sound ends before any.
    noise: Option<f64>,
    /// The energy that an undisturbed decay brings after the knee.
    beyond: f64,
    /// The energy that the end of the file cuts off, if no line tells how the sound would go on.
    cut: f64,
    /// The energy per sample of the strongest interval.
    strongest: f64,
    /// The slope of the last part, in dB per sample.
    slope: f64,
}

impl Knee {
    /// Lundeby's iteration: a first guess of noise and slope, then intervals that fit the slope,
    /// and noise and slope anew until the knee stays where it is.
    fn find(energy: &[f64], rate: f64, cancelled: &dyn Fn() -> bool) -> Option<Self> {
        // Silence at the end is no noise floor, but the end of the file's sound.
        let end = energy
            .iter()
            .rposition(|&e| e > 0.0)
            .map_or(0, |last| last + 1);
        let energy = &energy[..end];
        let mut interval = ((INTERVAL_S * rate) as usize).max(1);
        let mut means = average(energy, interval, cancelled)?;
        let strongest = means.iter().copied().fold(0.0, f64::max);
        let whole = Self {
            at: end,
            noise: None,
            beyond: 0.0,
            cut: 0.0,
            strongest,
            slope: 0.0,
        };
        if means.len() < 8 {
            return Some(whole);
        }
        let tail = (end / 10).max(1);
        let mut noise = mean_with(&energy[end - tail..], cancelled)?;
        let mut knee = end;
        let mut slope = 0.0;
        for round in 0..8 {
            let peak = (0..means.len())
                .max_by(|&a, &b| means[a].total_cmp(&means[b]))
                .unwrap_or(0);
            let floor_db = db_of_power(noise);
            // The line goes through the last 20 dB or so above the noise, but for the first guess
            // through everything above it.
            let (low, high) = (floor_db + 10.0, floor_db + 32.0);
            let mut line = Line::default();
            for (i, mean) in means.iter().enumerate().skip(peak) {
                let db = db_of_power(*mean);
                if db < low {
                    break;
                }
                if round == 0 || db <= high {
                    line.add((i as f64 + 0.5) * interval as f64, db);
                }
            }
            let Some(fitted) = line.slope().filter(|slope| *slope < 0.0) else {
                break;
            };
            slope = fitted;
            let Some(level) = line.at(0.0) else { break };
            let crossing = ((floor_db - level) / slope).max(0.0);
            if crossing >= end as f64 * 0.97 {
                // The line never meets the noise: what looked like noise is decay, and the file
                // ends before it does.
                let last = power_of_db(level + slope * end as f64);
                return Some(Self {
                    beyond: last * after(slope),
                    slope,
                    ..whole
                });
            }
            let next = (crossing as usize).clamp(1, end);
            let settled = next.abs_diff(knee) < interval / 2;
            knee = next;
            // Five intervals for every 10 dB, but none shorter than 2 ms; noise from the last
            // tenth, or from 10 dB below the knee.
            interval = ((-10.0 / slope / 5.0) as usize)
                .clamp((rate * 0.002) as usize + 1, (rate * 0.1) as usize + 1);
            means = average(energy, interval, cancelled)?;
            let from = (knee + (-10.0 / slope) as usize).min(end - tail);
            noise = mean_with(&energy[from..], cancelled)?;
            if settled {
                break;
            }
        }
        // What goes on decaying after the knee is no noise, but the second slope of the decay, or
        // echoes with gaps between them.
        let rest = &energy[knee.min(end)..];
        let (first, second) = rest.split_at(rest.len() / 2);
        let going_on = power_of_db(-slope * rest.len() as f64 / 2.0);
        let (early, late) = (mean_with(first, cancelled)?, mean_with(second, cancelled)?);
        let falls = early > going_on.sqrt().min(8.0) * late;
        if slope >= 0.0 || noise <= strongest * 1e-20 || falls {
            let fall = db_of_power(early / late) / rest.len() as f64 * 2.0;
            let cut = cut_off(energy, fall.min(if slope < 0.0 { -slope } else { fall }));
            return Some(Self {
                slope: slope.min(0.0),
                cut,
                ..whole
            });
        }
        // At the knee decay and noise are equal by definition; from there the line goes on.
        let beyond = noise * after(slope);
        Some(Self {
            at: knee,
            noise: Some(noise),
            beyond,
            cut: 0.0,
            strongest,
            slope,
        })
    }
}

/// What the end of the file cuts off a sound that falls by this many dB per sample: judged by its last
/// fifth, because many files are faded out over less.
fn cut_off(energy: &[f64], fall: f64) -> f64 {
    let fifth = energy.len() / 5;
    let late = mean(&energy[energy.len() - fifth..]);
    if !(fall > 0.0 && fall.is_finite()) {
        // It does not fall at all: it might last as long again.
        return late * energy.len() as f64;
    }
    let nepers = fall * fifth as f64 * std::f64::consts::LN_10 / 10.0;
    late * nepers / (power_of_db(fall * fifth as f64) - 1.0).max(f64::MIN_POSITIVE) * after(-fall)
}

/// The mean of each whole interval; `None` if cancelled.
fn average(energy: &[f64], interval: usize, cancelled: &dyn Fn() -> bool) -> Option<Vec<f64>> {
    let chunks = energy.chunks_exact(interval);
    chunks
        .map(|chunk| (!cancelled()).then(|| mean(chunk)))
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The same of a long stretch; `None` if cancelled.
fn mean_with(values: &[f64], cancelled: &dyn Fn() -> bool) -> Option<f64> {
    let mut sum = 0.0;
    for piece in values.chunks(PIECE) {
        if cancelled() {
            return None;
        }
        sum += piece.iter().sum::<f64>();
    }
    Some(sum / values.len().max(1) as f64)
}

/// The sum of all samples after one of energy 1, if each is `slope` dB above the one before.
fn after(slope: f64) -> f64 {
    10.0 / std::f64::consts::LN_10 / -slope
}
