//! What is kept of an impulse to tell how like another one it is.

/// How like two impulses are, without their samples: some thousand sums in which the samples are folded up with
/// signs that look random. The angle between two lists of sums is about that between the impulses.
///
/// Made by whoever knows the samples, and carried by the [`PrimedEngine`](super::PrimedEngine) that plays them.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    sums: Box<[f32]>,
    /// The inverse length of `sums`; 0 for silence.
    inverse: f32,
    energy: f32,
}

/// Partial sums side by side: one order of additions on every machine.
const LANES: usize = 8;

impl Profile {
    /// Of an impulse of this energy, folded into these sums. Allocates.
    #[must_use]
    pub fn new(sums: Vec<f32>, energy: f32) -> Self {
        let inverse = 1.0 / dot(&sums, &sums).sqrt();
        let is_sound = inverse.is_finite() && energy.is_finite() && energy > 0.0;
        Self {
            sums: sums.into_boxed_slice(),
            inverse: if is_sound { inverse } else { 0.0 },
            energy: if is_sound { energy } else { 0.0 },
        }
    }

    /// The energy of the impulse; 0 for silence.
    #[must_use]
    pub fn energy(&self) -> f32 {
        self.energy
    }

    /// How like another one it is: 1 the same but for its level, 0 nothing in common, -1 the same upside down. It
    /// is wrong by about one over the root of the number of sums, the less the more they have in common.
    /// Real-time: a product for each sum.
    #[must_use]
    pub fn correlation(&self, other: &Self) -> f32 {
        let both = dot(&self.sums, &other.sums);
        (both * self.inverse * other.inverse).clamp(-1.0, 1.0)
    }
}

/// The sum of the products.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for (one, other) in one.chunks(LANES).zip(other.chunks(LANES)) {
        for ((lane, one), other) in lanes.iter_mut().zip(one).zip(other) {
            *lane += one * other;
        }
    }
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_angle_between_the_sums() {
        let of = |sums: &[f32]| Profile::new(sums.to_vec(), 2.0);
        let (one, other) = (of(&[3.0, 0.0, 4.0]), of(&[0.0, 5.0, 0.0]));
        assert_eq!(one.correlation(&one), 1.0);
        assert_eq!(one.correlation(&other), 0.0);
        assert_eq!(one.correlation(&of(&[-6.0, 0.0, -8.0])), -1.0);
        assert!((one.correlation(&of(&[1.0, 0.0, 0.0])) - 0.6).abs() < 1e-6);
        assert_eq!(one.energy(), 2.0);
    }

    #[test]
    fn silence_is_like_nothing_and_has_no_energy() {
        let silence = Profile::new(vec![0.0; 16], 0.0);
        let noise = Profile::new(vec![1.0; 16], f32::NAN);
        assert_eq!((silence.energy(), noise.energy()), (0.0, 0.0));
        assert_eq!(silence.correlation(&noise), 0.0);
    }
}
