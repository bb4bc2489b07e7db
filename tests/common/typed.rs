//! What people type into a host's field for a value, and what the host shows afterwards.

/// The parameter, the text, and the text that is shown, unit and all.
pub const TYPED: [(&str, &str, &str); 16] = [
    ("output", "6 db", "6.0 dB"),
    ("output", "-4,5DB", "-4.5 dB"),
    ("output", "-inf", "-60.0 dB"),
    ("tail", "-INF dB", "-60.0 dB"),
    ("eq4_freq", "8k", "8000 Hz"),
    ("eq4_freq", "8 khz", "8000 Hz"),
    ("high_cut", "1,5 KHz", "1500 Hz"),
    ("mix", "20,5", "20.5 %"),
    ("mix", "20.5%", "20.5 %"),
    ("distance", "-30", "-30.0 %"),
    ("predelay", "0.25 S", "250 ms"),
    ("split", "AUTO", "0.0 ms"),
    ("reverse", "On", "on"),
    ("low_slope", "24", "24 dB/oct"),
    ("low_slope", "12 DB/OCT", "12 dB/oct"),
    ("eq2_q", "0,71", "0.71"),
];
