//! The factory impulses as a collection: each can be found, and those that are no rooms behave.

use std::cell::Cell;
use std::collections::BTreeSet;

use anteroom_impulse::rooms::{Character, Model};
use anteroom_impulse::{Impulse, NamedRoom, RoomRecipe, rooms};

/// More groups than this are no help.
const MOST_CATEGORIES: usize = 14;

#[test]
fn every_factory_impulse_can_be_found() {
    let mut names = BTreeSet::new();
    for room in rooms() {
        let name = room.name;
        assert!(names.insert(name.to_lowercase()), "{name} is there twice");
        assert_eq!(RoomRecipe::by_name(name), Some(room), "{name}");
        assert!(!room.category.is_empty(), "{name} has no category");
        let tags: BTreeSet<_> = room.tags.iter().collect();
        assert!(tags.len() >= 2, "{name} has too few tags");
        assert_eq!(tags.len(), room.tags.len(), "{name} has a tag twice");
        let plain = |tag: &&str| !tag.is_empty() && tag.to_lowercase() == **tag;
        assert!(room.tags.iter().all(plain), "{name}: {:?}", room.tags);
        assert!((8..=90).contains(&room.use_for.len()), "{name}");
    }
}

#[test]
fn categories_are_few_and_each_is_one_group() {
    let mut groups: Vec<&str> = rooms().iter().map(|room| room.category).collect();
    groups.dedup();
    let different: BTreeSet<&str> = groups.iter().copied().collect();
    assert_eq!(
        groups.len(),
        different.len(),
        "not in one place: {groups:?}"
    );
    assert!(groups.len() <= MOST_CATEGORIES, "{groups:?}");
    let lone = |name: &&str| rooms().iter().filter(|room| room.category == *name).count() < 2;
    let lone: Vec<&str> = groups.into_iter().filter(lone).collect();
    assert!(lone.is_empty(), "only one in each of {lone:?}");
}

/// Two rooms of one seed would share their noise: the same place heard twice.
#[test]
fn no_two_have_the_same_seed() {
    let mut seeds = std::collections::BTreeMap::new();
    for room in rooms() {
        let key = (format!("{:?}", room.recipe.character), room.recipe.seed);
        if let Some(before) = seeds.insert(key, room.name) {
            panic!("{before} and {} have the same seed", room.name);
        }
    }
}

fn others() -> impl Iterator<Item = &'static NamedRoom> {
    let kinds = [Character::Outdoor, Character::Device, Character::Effect];
    rooms()
        .iter()
        .filter(move |room| kinds.contains(&room.recipe.character))
}

fn db(power: f64) -> f64 {
    10.0 * power.max(1e-30).log10()
}

fn energy(samples: &[f32]) -> f64 {
    let square = |&sample: &f32| f64::from(sample) * f64::from(sample);
    samples.iter().map(square).sum()
}

/// The mean level of a stretch of all channels, in dB.
fn level(impulse: &Impulse, from: usize, to: usize) -> f64 {
    let sum: f64 = (impulse.channels.iter())
        .map(|row| energy(&row[from..to]))
        .sum();
    db(sum / (to - from) as f64)
}

#[test]
fn places_devices_and_effects_end_quietly_and_stand_in_the_middle() {
    assert!(others().count() >= 12);
    for room in others() {
        let name = room.name;
        let stereo = room.recipe.render(48_000, 2);
        let [left, right] = &stereo.channels[..] else {
            panic!("{name} is not stereo");
        };
        let lean = db(energy(left) / energy(right));
        assert!(lean.abs() < 1.0, "{name} leans by {lean} dB");
        let frames = stereo.frames();
        let loudest = (0..frames - 960)
            .step_by(480)
            .map(|at| level(&stereo, at, at + 960))
            .fold(f64::MIN, f64::max);
        let last = level(&stereo, frames - 960, frames) - loudest;
        if room.recipe.character != Character::Effect {
            assert!(last < -80.0, "{name} ends at {last} dB");
        }
        let all = room.recipe.render(48_000, 4);
        for (path, row) in all.channels.iter().enumerate() {
            let share = db(energy(row) / energy(&all.channels[0]));
            assert!(share.abs() < 6.0, "{name}: path {path} at {share} dB");
        }
    }
}

/// What only these kinds do: a device is a band, a gate shuts, a reversed field rises, and nothing under
/// the sky combs the dry sound.
#[test]
fn each_kind_does_what_it_is_for() {
    for room in others() {
        let made = room.recipe.render(48_000, 1);
        let row = &made.channels[0];
        let parts: Vec<f64> = row.chunks(row.len() / 8).map(energy).collect();
        match room.recipe.character {
            Character::Device => {
                let soon = energy(&row[..480]) / energy(row);
                assert!(soon > 0.7, "{}: {soon} within 10 ms", room.name);
            }
            Character::Effect if room.recipe.model == Model::Reverse => {
                let rises = parts[..8].windows(2).all(|pair| pair[1] > 2.0 * pair[0]);
                assert!(rises, "{}: {parts:?}", room.name);
            }
            Character::Effect => {
                assert!(db(parts[6] / parts[1]) > -15.0, "{}: {parts:?}", room.name);
            }
            _ => {
                let heard = made.leading_silence();
                assert!(heard >= 200, "{} begins after {heard} samples", room.name);
            }
        }
    }
}

#[test]
fn any_recipe_gives_numbers() {
    let models = [
        Model::Plain,
        Model::Forest,
        Model::Street,
        Model::Courtyard,
        Model::Canyon,
        Model::Stadium,
        Model::Gated,
        Model::Reverse,
        Model::Telephone,
    ];
    let sizes = [[0.0; 3], [f32::NAN, 1e30, -5.0]];
    for (number, model) in models.into_iter().enumerate() {
        for character in [Character::Outdoor, Character::Device, Character::Effect] {
            for (which, size_m) in sizes.into_iter().enumerate() {
                let recipe = RoomRecipe {
                    character,
                    model,
                    size_m,
                    rt60_s: [0.0, 0.3][which],
                    bass: [f32::INFINITY, 0.0][which],
                    treble: [f32::NAN, 9.0][which],
                    distance: [0.0, 1.0][which],
                    seed: number as u32,
                    ..RoomRecipe::default()
                };
                for channels in [1, 4] {
                    let made = recipe.render(48_000, channels);
                    let mut samples = made.channels.iter().flatten();
                    assert!(samples.all(|x| x.is_finite()), "{recipe:?}");
                    assert!(made.peak() > 0.0, "{recipe:?} is silent");
                }
            }
        }
    }
}

#[test]
fn a_render_that_nobody_wants_ends() {
    for room in others() {
        let asked = Cell::new(0);
        let given_up = || {
            asked.set(asked.get() + 1);
            true
        };
        let made = room.recipe.render_with(48_000, 4, &given_up);
        assert!(made.is_none() && asked.get() > 0, "{}", room.name);
    }
}
