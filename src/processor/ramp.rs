//! A value that moves to its target in a straight line, one sample at a time. Audio thread.

/// A linear ramp of fixed duration. Its values depend on the samples that have passed since the
/// target was set and on nothing else, so cutting a block differently changes nothing.
#[derive(Clone, Copy, Debug)]
pub struct Ramp {
    from: f32,
    target: f32,
    /// Samples since the target was set; at `length` the value is the target exactly.
    position: u32,
    length: u32,
}

impl Ramp {
    /// A ramp at rest on `value` that takes `length` samples (at least 1) for every move.
    #[must_use]
    pub fn new(value: f32, length: u32) -> Self {
        let length = length.max(1);
        Self {
            from: value,
            target: value,
            position: length,
            length,
        }
    }

    /// Moves to `target` from wherever the value is now. Real-time, wait-free.
    pub fn set(&mut self, target: f32) {
        if target != self.target {
            self.from = self.value();
            self.target = target;
            self.position = 0;
        }
    }

    /// Puts the value on `target` at once. Real-time, wait-free.
    pub fn snap(&mut self, target: f32) {
        self.from = target;
        self.target = target;
        self.position = self.length;
    }

    /// The present value.
    #[must_use]
    pub fn value(&self) -> f32 {
        if self.position >= self.length {
            return self.target;
        }
        let share = self.position as f32 / self.length as f32;
        self.from + (self.target - self.from) * share
    }

    /// Moves one sample on and returns the value there.
    pub fn next(&mut self) -> f32 {
        self.position = (self.position + 1).min(self.length);
        self.value()
    }

    /// Moves on by `samples` at once.
    pub fn advance(&mut self, samples: u32) {
        self.position = self.position.saturating_add(samples).min(self.length);
    }

    /// Samples until the value arrives.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.length.saturating_sub(self.position)
    }

    /// Samples that a whole move takes.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Where the ramp ends.
    #[must_use]
    pub fn target(&self) -> f32 {
        self.target
    }

    /// Whether the value has arrived.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        self.position >= self.length
    }

    /// Whether the value stands still on `value`.
    #[must_use]
    pub fn rests_on(&self, value: f32) -> bool {
        self.at_rest() && self.target == value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrives_exactly_and_in_a_straight_line() {
        let mut ramp = Ramp::new(0.0, 4);
        ramp.set(1.0);
        let values: Vec<f32> = (0..5).map(|_| ramp.next()).collect();
        assert_eq!(values, [0.25, 0.5, 0.75, 1.0, 1.0]);
        assert!(ramp.rests_on(1.0));
    }

    #[test]
    fn a_new_target_starts_from_where_the_value_is() {
        let mut ramp = Ramp::new(0.0, 4);
        ramp.set(1.0);
        ramp.next();
        ramp.next();
        ramp.set(0.0);
        assert_eq!(ramp.value(), 0.5);
        assert_eq!(ramp.next(), 0.375);
    }
}
