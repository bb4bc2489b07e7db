//! Every convolution engine against its definition in double precision.
//!
//! The suite takes any engine as a factory; each test names the engines that it is fast enough for.

mod oracles;
#[path = "convolver/skipped_work.rs"]
mod skipped_work;
#[path = "convolver/sparse.rs"]
mod sparse;
#[path = "convolver/suite.rs"]
mod suite;

use anteroom_convolver::{Convolver, Engine, Isa, Kernel, Layout, Matrix, PrepareError};
use anteroom_test_support::runner::is_imitated;
use oracles::Uniform;
use proptest::prelude::*;
use suite::{Case, Factory, LAYOUTS, NAMED_BLOCKS};

/// The engines under test, and how many taps each can answer in reasonable time.
const ENGINES: [(&str, Factory, usize); 4] = [
    (
        "engine",
        |channels, matrix| Box::new(Engine::new(Kernel::prepare(channels, matrix).unwrap())),
        usize::MAX,
    ),
    (
        "uniform 1",
        |channels, matrix| Box::new(Uniform::new(channels, matrix, 1)),
        300,
    ),
    (
        "uniform 64",
        |channels, matrix| Box::new(Uniform::new(channels, matrix, 64)),
        20_000,
    ),
    (
        "uniform 100",
        |channels, matrix| Box::new(Uniform::new(channels, matrix, 100)),
        20_000,
    ),
];

/// Runs a case through every engine that is fast enough for it.
fn check(case: &Case) {
    for (name, factory, most) in ENGINES {
        if case.taps <= most {
            case.check(name, factory);
        }
    }
}

#[test]
fn every_short_length() {
    for taps in 1..=260 {
        check(&Case {
            taps,
            frames: 600,
            ..Case::default()
        });
    }
}

#[test]
fn every_partition_boundary() {
    for order in 6..=14 {
        let size = 1 << order;
        for taps in [
            size - 1,
            size,
            size + 1,
            3 * size - 1,
            3 * size,
            3 * size + 1,
        ] {
            check(&Case {
                taps,
                frames: (2 * taps).min(30_000),
                seed: taps as u64,
                ..Case::default()
            });
        }
    }
}

#[test]
fn every_block_size() {
    for taps in [1, 63, 200, 2_000, 9_000] {
        for blocks in NAMED_BLOCKS {
            check(&Case {
                taps,
                frames: 12_000,
                blocks,
                ..Case::default()
            });
        }
    }
}

#[test]
fn every_layout() {
    for layout in LAYOUTS {
        for channels in [1, 2, 4] {
            for taps in [50, 700, 5_000] {
                check(&Case {
                    taps,
                    frames: 6_000,
                    layout,
                    channels,
                    ..Case::default()
                });
            }
        }
    }
}

#[test]
fn a_single_tap_at_every_partition_boundary() {
    // Where another processor is imitated the largest take minutes.
    let last = if is_imitated() { 10 } else { 13 };
    for order in 5..=last {
        let size = 1_usize << order;
        for place in [
            size - 1,
            size,
            size + 1,
            2 * size - 1,
            2 * size,
            6 * size,
            7 * size - 1,
            7 * size,
        ] {
            check(&Case {
                taps: place + 1,
                frames: place + 700,
                only_tap: Some(place),
                ..Case::default()
            });
        }
    }
}

#[test]
fn constants_and_the_highest_frequency() {
    for step in [0.0, std::f32::consts::PI] {
        for taps in [64, 1_000, 6_000] {
            check(&Case {
                taps,
                frames: 8_000,
                wave: Some(step),
                ..Case::default()
            });
        }
    }
}

#[test]
fn reset_is_as_good_as_new() {
    for (name, factory, most) in ENGINES {
        for taps in [1, 64, 300, 9_000, 40_000] {
            for before in [1, 63, 64, 1_000, 30_000] {
                if taps <= most {
                    suite::reset_equals_fresh(name, factory, taps, before);
                }
            }
        }
    }
}

#[test]
fn impulses_may_be_empty_or_silent() {
    for channels in [vec![], vec![vec![]; 2], vec![vec![0.0; 5_000]; 2]] {
        let matrix = Matrix::for_layout(Layout::Stereo, channels.len());
        for (name, factory, _) in ENGINES {
            let mut engine = factory(&channels, &matrix);
            assert_eq!(engine.tail(), 0, "{name}");
            let input = [vec![1.0; 300], vec![-1.0; 300]];
            let output = suite::run(&mut *engine, &input, &[100, 0, 200]);
            assert!(
                output.iter().flatten().all(|sample| *sample == 0.0),
                "{name}"
            );
        }
    }
    let mut silent = Engine::silent(2, 2);
    let output = suite::run(&mut silent, &[vec![1.0; 300], vec![1.0; 300]], &[300]);
    assert!(output.iter().flatten().all(|sample| *sample == 0.0));
}

#[test]
fn the_tail_is_exact() {
    let case = Case {
        taps: 5_000,
        frames: 100,
        ..Case::default()
    };
    for (name, factory, _) in ENGINES.iter().filter(|engine| engine.2 >= case.taps) {
        let engine = factory(&case.impulse(), &case.matrix());
        assert_eq!(engine.tail(), 5_000, "{name}");
    }
}

#[test]
fn bad_impulses_are_refused() {
    let matrix = Matrix::for_layout(Layout::Stereo, 2);
    let few = Kernel::prepare(&[vec![1.0]], &matrix).unwrap_err();
    assert_eq!(
        few,
        PrepareError::BadPath {
            input: 1,
            output: 1,
            channel: 1
        }
    );
    let poisoned = Kernel::prepare(&[vec![1.0], vec![1.0, f32::NAN]], &matrix).unwrap_err();
    assert_eq!(poisoned, PrepareError::NotFinite { channel: 1 });
    assert_eq!(
        poisoned.to_string(),
        "channel 1 of the impulse has a sample that is not finite"
    );
}

/// Splitting the input differently does not change one bit.
#[test]
fn the_engine_does_not_know_the_hosts_blocks() {
    for (layout, channels) in [
        (Layout::Stereo, 4),
        (Layout::MonoToStereo, 1),
        (Layout::Mono, 2),
    ] {
        for taps in [40, 1_000, 20_000] {
            let case = Case {
                taps,
                frames: 30_000,
                layout,
                channels,
                ..Case::default()
            };
            let kernel = Kernel::prepare(&case.impulse(), &case.matrix()).unwrap();
            let run = |blocks: &[usize]| {
                suite::run(&mut Engine::new(kernel.clone()), &case.input(), blocks)
            };
            let whole = run(&[30_000]);
            for blocks in NAMED_BLOCKS
                .iter()
                .copied()
                .chain([&suite::random_blocks(taps as u64, 30_000)[..]])
            {
                assert!(
                    run(blocks) == whole,
                    "{layout:?}, {taps} taps, blocks of {blocks:?}"
                );
            }
        }
    }
}

/// Ten seconds of true stereo, noise of half the full scale, unit energy: within -118 dB of full scale.
#[test]
fn ten_seconds_are_accurate() {
    let case = Case {
        taps: 480_000,
        frames: 600_000,
        channels: 4,
        blocks: &[8192],
        ..Case::default()
    };
    let mut impulse = case.impulse();
    for channel in &mut impulse {
        let energy: f64 = channel.iter().map(|tap| f64::from(*tap).powi(2)).sum();
        channel
            .iter_mut()
            .for_each(|tap| *tap /= energy.sqrt() as f32);
    }
    let mut input = case.input();
    input.iter_mut().flatten().for_each(|sample| *sample *= 0.5);
    let kernel = Kernel::prepare(&impulse, &case.matrix()).unwrap();
    let output = suite::run(&mut Engine::new(kernel), &input, case.blocks);
    let truth = suite::reference(&impulse, &case.matrix(), &input);
    let pairs = output.iter().flatten().zip(truth.iter().flatten());
    let error = pairs
        .map(|(a, b)| (f64::from(*a) - b).abs())
        .fold(0.0, f64::max);
    let error_db = 20.0 * error.log10();
    assert!(error_db <= -118.0, "largest error {error_db} dBFS");
}

/// An instance only adds its history: engines of one kernel share everything prepared.
#[test]
fn many_engines_share_one_kernel() {
    let case = Case {
        taps: 100_000,
        channels: 4,
        ..Case::default()
    };
    let kernel = Kernel::prepare(&case.impulse(), &case.matrix()).unwrap();
    let engines: Vec<Engine> = (0..32).map(|_| Engine::new(kernel.clone())).collect();
    let shared = kernel.bytes() + engines.iter().map(Engine::bytes).sum::<usize>();
    let unshared = engines
        .iter()
        .map(|engine| engine.bytes() + kernel.bytes())
        .sum::<usize>();
    assert!(
        engines
            .iter()
            .all(|engine| std::sync::Arc::ptr_eq(engine.kernel(), &kernel))
    );
    assert!(shared < unshared / 2, "{shared} of {unshared} bytes");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if is_imitated() { 6 } else { 64 }, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any impulse, input, layout and split, with a reset anywhere: the definition's samples.
    #[test]
    fn any_case(
        taps in 1_usize..6_000,
        channels in prop_oneof![Just(1_usize), Just(2), Just(4)],
        layout in prop_oneof![Just(Layout::Mono), Just(Layout::MonoToStereo), Just(Layout::Stereo)],
        before in 0_usize..3_000,
        blocks in prop::collection::vec(0_usize..900, 1..40),
        seed in any::<u64>(),
    ) {
        let frames = blocks.iter().sum();
        let case = Case { taps, frames, channels, layout, seed, ..Case::default() };
        let (impulse, input, matrix) = (case.impulse(), case.input(), case.matrix());
        let mut engine = Engine::new(Kernel::prepare(&impulse, &matrix).unwrap());
        let past = Case { frames: before, seed: !seed, ..case.clone() }.input();
        suite::run(&mut engine, &past, &[301]);
        engine.reset();
        let output = suite::run(&mut engine, &input, &blocks);
        suite::compare("engine", &case, &impulse, &output, &suite::reference(&impulse, &matrix, &input));
    }
}

/// Every instruction set of this processor passes, the portable one always.
#[test]
fn every_instruction_set() {
    let sets: [Factory; 4] = [
        |channels, matrix| {
            Box::new(Engine::new(
                Kernel::prepare_for(channels, matrix, Isa::Portable).unwrap(),
            ))
        },
        |channels, matrix| {
            Box::new(Engine::new(
                Kernel::prepare_for(channels, matrix, Isa::Avx2).unwrap(),
            ))
        },
        |channels, matrix| {
            Box::new(Engine::new(
                Kernel::prepare_for(channels, matrix, Isa::Avx512).unwrap(),
            ))
        },
        |channels, matrix| {
            Box::new(Engine::new(
                Kernel::prepare_for(channels, matrix, Isa::Neon).unwrap(),
            ))
        },
    ];
    for factory in sets {
        for taps in [1, 100, 1_000, 50_000] {
            Case {
                taps,
                frames: 9_000,
                channels: 4,
                ..Case::default()
            }
            .check("instruction set", factory);
        }
    }
}

/// A net that can not fail is none: the suite must see an engine whose response is off by a little.
#[test]
#[should_panic(expected = "differs from the definition")]
fn the_suite_sees_a_wrong_tap() {
    let wrong: Factory = |channels, matrix| {
        let mut channels = channels.to_vec();
        channels[0][77] += 1e-3;
        Box::new(Engine::new(Kernel::prepare(&channels, matrix).unwrap()))
    };
    Case {
        taps: 100,
        frames: 500,
        ..Case::default()
    }
    .check("wrong", wrong);
}

#[test]
fn handles_may_travel() {
    fn send<T: Send>() {}
    fn send_sync<T: Send + Sync>() {}
    send::<Engine>();
    send::<Box<dyn Convolver>>();
    send_sync::<Kernel>();
}
