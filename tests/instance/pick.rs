//! The project's own choices, picked by a parameter: at its very sample, the same in every bounce, and nothing without a list.

use std::path::Path;
use std::time::Instant;

use super::{FORMAT, LIMIT};
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::{AudioSide, Phase, UiHandle, instance};
use anteroom::loader::{Recalled, Remote, file_at};
use anteroom::processor::Settings;

/// Noise that dies away, as a file.
fn impulse(folder: &Path, number: u32) -> Origin {
    let path = folder.join(format!("{number}.wav"));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let frames = 3_000 + 700 * number;
    let mut seed = number + 1;
    let mut writer = hound::WavWriter::create(&path, spec).expect("a file");
    for place in 0..frames {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let level = 0.1 * (-5.0 * place as f32 / frames as f32).exp();
        let sample = level * ((seed >> 8) as f32 / 8_388_608.0 - 1.0);
        writer.write_sample(sample).expect("room on the disk");
    }
    writer.finalize().expect("room on the disk");
    file_at(&path)
}

/// An instance that plays the first of so many impulses, all of which are its choices.
fn with_choices(folder: &Path, count: u32, offline: bool) -> (AudioSide, UiHandle, Remote) {
    let (mut audio, ui_handle, remote) = instance(|| {}).expect("a thread");
    let list: Vec<Origin> = (0..count).map(|number| impulse(folder, number)).collect();
    let first = list.first().cloned().unwrap_or_else(|| impulse(folder, 0));
    assert!(remote.set_choices(list));
    let shape = Shape::default();
    let settled = remote
        .configure(FORMAT, first, shape, LIMIT)
        .expect("an answer");
    assert_eq!(settled.error, None);
    audio.prepare(FORMAT, shape, settled.generation, offline);
    (audio, ui_handle, remote)
}

fn noise(samples: usize) -> Vec<f32> {
    let mut seed = 5_u32;
    let sample = |_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / 16_777_216.0 - 0.5
    };
    (0..samples).map(sample).collect()
}

/// Where `pick` moves to, from 0, at which sample.
type Moves = [(usize, usize)];

/// Plays in blocks of `block`, which are cut where `pick` moves, as hosts' blocks are.
fn play(
    audio: &mut AudioSide,
    dry: &[f32],
    block: usize,
    moves: &Moves,
    shape_at: impl Fn(usize) -> Shape,
) -> Vec<f32> {
    let (mut left, mut right) = (dry.to_vec(), dry.to_vec());
    let (mut start, mut pick) = (0, 0);
    while start < dry.len() {
        for (at, to) in moves {
            if *at <= start {
                pick = *to;
            }
        }
        let next = moves.iter().map(|(at, _)| *at).find(|at| *at > start);
        let end = (start + block - start % block)
            .min(start + 480 - start % 480)
            .min(next.unwrap_or(usize::MAX))
            .min(dry.len());
        let settings = Settings {
            mix: 100.0,
            pick,
            ..Settings::default()
        };
        let mut channels = [&mut left[start..end], &mut right[start..end]];
        audio.process(&mut channels, &settings, &shape_at(start));
        start = end;
    }
    left
}

fn still(_: usize) -> Shape {
    Shape::default()
}

/// Plays silence until all choices are ready.
fn until_ready(audio: &mut AudioSide, ui_handle: &mut UiHandle, count: usize) {
    let begin = Instant::now();
    let is_ready = |ui_handle: &mut UiHandle| {
        let choices = &ui_handle.status.read().choices;
        choices.len() == count && choices.iter().all(|choice| choice.phase == Phase::Ready)
    };
    while !is_ready(ui_handle) {
        assert!(begin.elapsed() < LIMIT, "they are never ready");
        play(audio, &[0.0; 512], 512, &[], still);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

#[test]
fn a_second_of_a_room_takes_what_the_manual_says() {
    let (mut audio, mut ui_handle, remote) = instance(|| {}).expect("a thread");
    let hall = Origin::room("Hall").expect("a room");
    assert!(remote.set_choices(vec![hall.clone()]));
    let settled = remote
        .configure(FORMAT, hall, Shape::default(), LIMIT)
        .expect("an answer");
    audio.prepare(FORMAT, Shape::default(), settled.generation, false);
    until_ready(&mut audio, &mut ui_handle, 1);
    let status = ui_handle.status.read();
    let seconds = status.picture.frames as f64 / 48_000.0;
    let megabytes = status.choices[0].bytes as f64 / 1e6;
    println!("{megabytes:.1} MB for {seconds:.2} s");
    assert!((3.0..4.0).contains(&(megabytes / seconds)));
}

/// Off the grid, close together, beyond the end of the list, and back.
const MOVES: &Moves = &[
    (1_001, 1),
    (9_000, 2),
    (9_100, 0),
    (9_101, 4),
    (20_555, 15),
    (26_000, 3),
    (31_999, 2),
];

#[test]
fn a_bounce_is_exact_whatever_the_blocks_and_however_often_it_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let dry = noise(40_800);
    let shape_at = |start: usize| Shape {
        length_percent: [100.0, 60.0][start / 4_800 % 2],
        ..Shape::default()
    };
    let bounce = |block| {
        let (mut audio, _ui, _remote) = with_choices(folder.path(), 5, true);
        play(&mut audio, &dry, block, MOVES, shape_at)
    };
    let reference = bounce(480);
    assert!(reference == bounce(480), "played again");
    for block in [1, 17, 64, 192, 512, 2_048] {
        assert!(bounce(block) == reference, "block {block}");
    }
    // Again in the same instance.
    let (mut audio, _ui, _remote) = with_choices(folder.path(), 5, true);
    let moves = [&[(0, 0)], MOVES].concat();
    let first = play(&mut audio, &dry, 480, &moves, still);
    audio.reset();
    assert!(play(&mut audio, &dry, 480, &moves, still) == first);
}

#[test]
fn in_real_time_a_pick_is_what_it_is_in_a_bounce() {
    let folder = tempfile::tempdir().expect("a folder");
    let dry = noise(48_000);
    // There is room for each of them.
    let moves: &Moves = &[(1_001, 1), (11_777, 2), (25_555, 0), (35_001, 1)];
    let (mut audio, _ui, _remote) = with_choices(folder.path(), 3, true);
    let bounce = play(&mut audio, &dry, 512, moves, still);
    let (mut audio, mut ui_handle, remote) = with_choices(folder.path(), 3, false);
    until_ready(&mut audio, &mut ui_handle, 3);
    audio.reset();
    let before = remote.engines();
    let sound = play(&mut audio, &dry, 512, moves, still);
    let difference = (sound.iter().zip(&bounce)).map(|(a, b)| (a - b).abs());
    let difference = difference.fold(0.0, f32::max);
    assert!(difference < 1e-6, "{difference}");
    // The loader has made no engine for it, but knows which one sounds.
    let begin = Instant::now();
    while remote.origin().name() != "1.wav" {
        assert!(begin.elapsed() < LIMIT, "{}", remote.origin().name());
        std::thread::yield_now();
    }
    let (away, freed) = remote.engines();
    assert!(
        away + freed <= before.0 + before.1,
        "{away}, {freed}, {before:?}"
    );
}

#[test]
fn without_a_list_not_one_bit_is_another_and_beyond_its_end_is_the_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let dry = noise(24_000);
    for offline in [true, false] {
        let (mut audio, _ui, _remote) = with_choices(folder.path(), 0, offline);
        let moved = play(&mut audio, &dry, 512, MOVES, still);
        assert_eq!(audio.slots().swaps, 1);
        let (mut audio, _ui, _remote) = with_choices(folder.path(), 0, offline);
        assert!(play(&mut audio, &dry, 512, &[], still) == moved);
    }
    let last = |pick| {
        let (mut audio, _ui, _remote) = with_choices(folder.path(), 3, true);
        play(&mut audio, &dry, 512, &[(0, pick)], still)
    };
    assert!(last(2) == last(15) && last(3) == last(2) && last(1) != last(2));
    // From one place beyond it to another nothing moves.
    let (mut audio, _ui, _remote) = with_choices(folder.path(), 3, true);
    let moved = play(
        &mut audio,
        &dry,
        512,
        &[(0, 2), (5_000, 9), (9_000, 3)],
        still,
    );
    assert!(moved == last(2));
}

#[test]
fn a_recalled_project_plays_its_impulse_until_pick_moves() {
    let folder = tempfile::tempdir().expect("a folder");
    let dry = noise(9_600);
    let list: Vec<Origin> = (0..3)
        .map(|number| impulse(folder.path(), number))
        .collect();
    let recalled = |origin: u32, at: usize, now: usize| {
        let (mut audio, _ui, remote) = instance(|| {}).expect("a thread");
        let recalled = Recalled {
            choices: Some(list.clone().into()),
            pick: Some(at),
            ..Recalled::of(FORMAT, impulse(folder.path(), origin), Shape::default())
        };
        let settled = remote.recall(recalled, || (), LIMIT).expect("an answer");
        assert_eq!(settled.error, None);
        audio.prepare(FORMAT, Shape::default(), settled.generation, true);
        play(&mut audio, &dry, 512, &[(0, now)], still)
    };
    let third = recalled(2, 2, 2);
    // One that is not in the list was chosen after `pick` had moved there.
    let other = recalled(5, 2, 2);
    assert!(other != third);
    // The host has moved it before the first block.
    assert!(recalled(0, 0, 2) == third && recalled(5, 1, 2) == third);
}

#[test]
fn a_change_of_the_list_changes_nothing_that_sounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let dry = noise(9_600);
    let (mut audio, _ui, _remote) = with_choices(folder.path(), 3, true);
    let reference = play(&mut audio, &dry, 512, &[(0, 1)], still);
    let (mut audio, _ui, remote) = with_choices(folder.path(), 3, true);
    let mut sound = play(&mut audio, &dry[..4_800], 480, &[(0, 1)], still);
    let shorter = vec![impulse(folder.path(), 0), impulse(folder.path(), 2)];
    assert!(remote.set_choices(shorter));
    sound.extend(play(&mut audio, &dry[4_800..], 480, &[(0, 1)], still));
    assert!(sound == reference);
    // The next move goes by the new one.
    let begin = Instant::now();
    audio.reset();
    let moved = play(&mut audio, &dry, 512, &[(0, 0), (1_000, 1)], still);
    assert!(begin.elapsed() < LIMIT);
    assert_eq!(remote.origin().name(), "2.wav");
    assert!(moved != reference);
}
