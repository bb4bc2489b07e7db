//! What the air takes from a sound that travels through it.
//!
//! Source: ISO 9613-1:1993, equations 3 to 5, at 20 degrees Celsius, 50 % relative humidity and
//! 101.325 kPa.

use super::MIDDLE_HZ;

/// The speed of sound in metres per second.
pub(super) const SOUND_M_S: f64 = 343.2;
/// The relaxation frequencies of oxygen and nitrogen in Hz, for 1.153 % of water vapour.
const OXYGEN_HZ: f64 = 35_413.859_616;
const NITROGEN_HZ: f64 = 331.850_494;
/// Their strengths: 0.01275 exp(-2239.1 / 293.15) and 0.1068 exp(-3352 / 293.15).
const OXYGEN: f64 = 6.142_410_795e-6;
const NITROGEN: f64 = 1.155_223_656e-6;
/// The classical part.
const CLASSICAL: f64 = 1.84e-11;

/// By how many dB a metre air attenuates a tone of `hz`.
pub(super) fn db_per_metre(hz: f64) -> f64 {
    let square = hz * hz;
    let relaxation =
        OXYGEN / (OXYGEN_HZ + square / OXYGEN_HZ) + NITROGEN / (NITROGEN_HZ + square / NITROGEN_HZ);
    8.686 * square * (CLASSICAL + relaxation)
}

/// The reverberation time at `hz` of a room whose walls take nothing, in seconds.
pub(super) fn rt60_s(hz: f64) -> f64 {
    60.0 / (SOUND_M_S * db_per_metre(hz.max(1.0)))
}

/// What is left at `hz` of a reverberation time in seconds, if air takes its share. What it takes at 1 kHz is
/// part of the time that is given. It never rings longer than in air alone.
pub(super) fn shorten(walls_s: f64, hz: f64) -> f64 {
    let alone = rt60_s(hz);
    let more = (1.0 / alone - 1.0 / rt60_s(MIDDLE_HZ)).max(0.0);
    (1.0 / (1.0 / walls_s + more)).min(alone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn air_takes_what_the_standard_says() {
        // ISO 9613-1, table 1, 20 degrees and 50 %, in dB per kilometre, at exact midband frequencies.
        for (hz, wanted) in [
            (1_000.0, 4.66),
            (1_995.26, 9.86),
            (3_981.07, 29.4),
            (7_943.28, 104.0),
        ] {
            let got = db_per_metre(hz) * 1e3;
            assert!((got / wanted - 1.0).abs() < 0.01, "{got} at {hz} Hz");
        }
    }
}
