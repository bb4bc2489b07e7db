//! What air takes of a sound on its way.

/// By how many dB a metre air attenuates a pure tone at 20 degrees Celsius, 50 % relative humidity
/// and one atmosphere. Source: ISO 9613-1:1993, equations 3 to 5.
pub(super) fn db_per_metre(hz: f64) -> f64 {
    // The share of water vapour in per cent, from the saturation pressure of equation B.3:
    // 50 * 10^(4.6151 - 6.8346 (273.16 / 293.15)^1.261).
    const VAPOUR: f64 = 1.153_037_5;
    // The relaxation frequencies of oxygen and nitrogen, in Hz.
    const OXYGEN: f64 = 24.0 + 40_400.0 * VAPOUR * (0.02 + VAPOUR) / (0.391 + VAPOUR);
    const NITROGEN: f64 = 9.0 + 280.0 * VAPOUR;
    // 0.01275 exp(-2239.1 / 293.15) and 0.1068 exp(-3352 / 293.15).
    const BY_OXYGEN: f64 = 6.142_41e-6;
    const BY_NITROGEN: f64 = 1.155_22e-6;
    let square = hz * hz;
    let oxygen = BY_OXYGEN / (OXYGEN + square / OXYGEN);
    let nitrogen = BY_NITROGEN / (NITROGEN + square / NITROGEN);
    8.686 * square * (1.84e-11 + oxygen + nitrogen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_table_of_the_standard() {
        // Table 1 of ISO 9613-1 at 20 degrees and 50 %, in dB a kilometre.
        for (hz, wanted) in [
            (125.0, 0.445),
            (500.0, 2.73),
            (1_000.0, 4.66),
            (4_000.0, 29.0),
            (8_000.0, 104.0),
        ] {
            let got = 1_000.0 * db_per_metre(hz);
            assert!(
                (got / wanted - 1.0).abs() < 0.03,
                "{hz} Hz: {got}, not {wanted}"
            );
        }
    }
}
