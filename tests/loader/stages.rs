//! Which stages run again when a control is moved: the dear ones only for their own controls.

use std::sync::Arc;

use anteroom::impulse::{Impulse, Origin, Shape, shape};
use anteroom::loader::{Cache, file_at};

use super::rig::{FORMAT, Folder, RATE, Rig, close_to, plain, write_wav};

/// Half a second of a decay, without a constant offset.
fn decay() -> Vec<f32> {
    let mut state = 1_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let pair = |place: usize| {
        let level = 0.5 * 0.9997_f32.powi(2 * place as i32);
        let sample = level * noise();
        [sample, -sample]
    };
    (0..12_000).flat_map(pair).collect()
}

fn origin(folder: &Folder) -> Origin {
    let path = folder.path("decay.wav");
    write_wav(&path, RATE, &decay());
    file_at(&path)
}

fn long() -> Shape {
    Shape {
        decay_percent: 150.0,
        ..plain()
    }
}

/// Moves of the controls that come after the decay stage.
fn trims(shape: Shape) -> [Shape; 12] {
    [
        Shape {
            early_db: -3.0,
            ..shape
        },
        Shape {
            tail_db: -60.0,
            ..shape
        },
        Shape {
            gap_ms: 30.0,
            ..shape
        },
        Shape {
            tail_db: 2.0,
            split_ms: 20.0,
            ..shape
        },
        Shape {
            distance_percent: 40.0,
            ..shape
        },
        Shape {
            attack_ms: 20.0,
            ..shape
        },
        Shape {
            length_percent: 50.0,
            ..shape
        },
        Shape {
            length_s: 0.02,
            ..shape
        },
        Shape {
            reverse: true,
            ..shape
        },
        Shape {
            normalize: true,
            ..shape
        },
        Shape {
            moves: true,
            ..shape
        },
        Shape {
            attack_ms: 5.0,
            length_percent: 70.0,
            reverse: true,
            normalize: true,
            ..shape
        },
    ]
}

#[test]
fn a_move_of_length_attack_reverse_or_normalize_repeats_no_decay_stage() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure_as(FORMAT, origin(&folder), long());
    let before = rig.cache.held();
    assert_eq!((before.decays, before.decayed), (1, 1));
    let impulse = Impulse {
        channels: vec![decay(); 2],
        rate: RATE,
    };
    for (turn, wanted) in trims(long()).into_iter().enumerate() {
        rig.handle.request_shape(wanted);
        rig.settle();
        assert!(rig.swap(), "{wanted:?}");
        let held = rig.cache.held();
        assert_eq!((held.decays, held.decayed), (1, 1), "{wanted:?}");
        // A kernel each time, and nothing else.
        assert_eq!(held.made, before.made + turn + 1, "{wanted:?}");
        // It is what the whole of shaping makes.
        let shaped = shape(&impulse, &wanted);
        let answer = rig.answer(shaped.frames());
        assert!(close_to(&answer, &shaped.channels[0]), "{wanted:?}");
    }
    rig.close();
}

#[test]
fn a_move_of_start_size_or_decay_repeats_it_and_the_old_one_is_dropped() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure_as(FORMAT, origin(&folder), long());
    let shapes = [
        Shape {
            start_ms: 10.0,
            ..long()
        },
        Shape {
            size_percent: 120.0,
            ..long()
        },
        Shape {
            decay_percent: 80.0,
            ..long()
        },
        Shape {
            damping_percent: 60.0,
            ..long()
        },
        Shape {
            decay_63_percent: 60.0,
            ..long()
        },
        Shape {
            decay_8k_percent: 60.0,
            ..long()
        },
    ];
    for (turn, wanted) in shapes.into_iter().enumerate() {
        rig.handle.request_shape(wanted);
        rig.settle();
        assert!(rig.swap());
        let held = rig.cache.held();
        assert_eq!((held.decays, held.decayed), (turn + 2, 1), "{wanted:?}");
    }
    // A shape that leaves the decay alone holds none.
    let made = rig.cache.held().decays;
    for wanted in [plain(), shapes_without_decay()] {
        rig.handle.request_shape(wanted);
        rig.settle();
        assert!(rig.swap());
        assert_eq!(
            (rig.cache.held().decays, rig.cache.held().decayed),
            (made, 0)
        );
    }
    let held = rig.close().held();
    assert_eq!((held.decoded, held.decayed, held.kernels), (0, 0, 0));
}

fn shapes_without_decay() -> Shape {
    Shape {
        start_ms: 10.0,
        length_percent: 50.0,
        attack_ms: 20.0,
        reverse: true,
        ..plain()
    }
}

/// Each octave alone is heard: what it makes is not what is played without it.
#[test]
fn an_octaves_own_decay_is_heard_when_it_alone_is_moved() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure_as(FORMAT, origin(&folder), plain());
    let impulse = Impulse {
        channels: vec![decay(); 2],
        rate: RATE,
    };
    let as_it_is = shape(&impulse, &plain());
    type Octave = fn(&mut Shape) -> &mut f32;
    let octaves: [Octave; 8] = [
        |shape| &mut shape.decay_63_percent,
        |shape| &mut shape.decay_125_percent,
        |shape| &mut shape.decay_250_percent,
        |shape| &mut shape.decay_500_percent,
        |shape| &mut shape.decay_1k_percent,
        |shape| &mut shape.decay_2k_percent,
        |shape| &mut shape.decay_4k_percent,
        |shape| &mut shape.decay_8k_percent,
    ];
    for octave in octaves {
        let mut wanted = plain();
        *octave(&mut wanted) = 50.0;
        rig.handle.request_shape(wanted);
        rig.settle();
        assert!(rig.swap(), "{wanted:?}");
        let shaped = shape(&impulse, &wanted);
        let answer = rig.answer(shaped.frames());
        assert!(close_to(&answer, &shaped.channels[0]), "{wanted:?}");
        assert!(!close_to(&answer, &as_it_is.channels[0]), "{wanted:?}");
    }
    rig.close();
}

#[test]
fn instances_share_the_decay_stage_whatever_their_other_controls() {
    let folder = Folder::new();
    let origin = origin(&folder);
    let cache = Arc::new(Cache::default());
    let rigs: Vec<Rig> = trims(long())
        .into_iter()
        .map(|shape| {
            let mut rig = Rig::sharing(cache.clone(), || {});
            assert_eq!(rig.configure_as(FORMAT, origin.clone(), shape).error, None);
            rig
        })
        .collect();
    let held = cache.held();
    assert_eq!((held.decays, held.decayed, held.kernels), (1, 1, 12));
    rigs.into_iter().for_each(|rig| drop(rig.close()));
    assert_eq!((cache.held().decayed, cache.held().kernels), (0, 0));
}
