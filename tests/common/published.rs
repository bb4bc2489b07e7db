//! The numbers that hosts know the first parameters by, in the order in which they were published. Projects and
//! mappings store them, so none ever changes; new parameters come behind.

/// From `mix` to `previous_impulse`.
pub const NUMBERS: [u32; 18] = [
    108_124,
    1_141_971_201,
    773_352_680,
    856_962_240,
    113_126_854,
    356_813_527,
    462_548_517,
    109_757_538,
    1_041_119_974,
    740_224_584,
    1_099_846_370,
    236_609_293,
    95_459_258,
    3_530_753,
    1_437_187_330,
    738_943_683,
    1_029_583_785,
    924_852_141,
];
