//! Distance: a room is made again for its place, a recording is shaped; however long the control moves, one of each
//! stage is held.

use anteroom::impulse::{Origin, RoomRecipe, Shape, shape};

use super::rig::{FORMAT, Folder, RATE, Rig, close_to, plain};

/// A small room: it is made soon.
fn booth() -> RoomRecipe {
    let room = RoomRecipe::by_name("Vocal Booth").expect("a room");
    room.recipe.clone()
}

fn at(distance_percent: f32) -> Shape {
    Shape {
        distance_percent,
        ..plain()
    }
}

/// What the engine should answer from the left to the left.
fn wanted(recipe: &RoomRecipe, wanted: &Shape) -> Vec<f32> {
    let (placed, rest) = recipe.placed(wanted);
    shape(&placed.render(RATE, 4), &rest).channels.remove(0)
}

#[test]
fn a_room_is_made_again_and_goes_on_as_the_same_impulse() {
    let mut rig = Rig::new();
    rig.configure_as(FORMAT, Origin::Room("Booth".into(), booth()), plain());
    let before = rig.status();
    let own = wanted(&booth(), &at(0.0));
    for percent in [-100.0, 60.0] {
        rig.handle.request_shape(at(percent));
        rig.settle();
        assert!(rig.swap(), "{percent}");
        let whole = wanted(&booth(), &at(percent));
        let answer = rig.answer(whole.len());
        assert!(close_to(&answer, &whole), "{percent}");
        assert!(!close_to(&answer[..own.len().min(whole.len())], &own));
        let held = rig.cache.held();
        assert_eq!((held.resampled, held.kernels, held.decays), (1, 1, 0));
        // The project has not changed: it remembers the room as it is.
        let status = rig.status();
        assert_eq!(status.origin, before.origin);
        assert_eq!(status.revision, before.revision);
        assert_eq!(rig.handle.settled(), rig.generation());
    }
    rig.handle.request_shape(at(0.0));
    rig.settle();
    assert!(rig.swap());
    assert!(close_to(&rig.answer(own.len()), &own));
    let held = rig.close().held();
    assert_eq!((held.resampled, held.kernels), (0, 0));
}

#[test]
fn a_control_in_motion_holds_one_room_and_makes_no_more_than_it_has_percents() {
    let mut rig = Rig::new();
    rig.configure_as(FORMAT, Origin::Room("Booth".into(), booth()), plain());
    let before = rig.cache.held().made;
    for step in 0..60 {
        rig.handle.request_shape(at(-3.0 + 0.1 * step as f32));
        rig.settle();
        rig.swap();
        let held = rig.cache.held();
        assert_eq!((held.resampled, held.kernels), (1, 1), "step {step}");
    }
    // From -3 to 3 percent: six rooms besides the first, and a kernel of each.
    let made = rig.cache.held().made - before;
    assert!((10..=14).contains(&made), "{made}");
    // The last request is done although its room was there.
    assert_eq!(rig.handle.settled(), rig.status().generation);
    rig.close();
}

#[test]
fn other_controls_do_not_make_the_room_again() {
    let mut rig = Rig::new();
    rig.configure_as(FORMAT, Origin::Room("Booth".into(), booth()), at(40.0));
    let before = rig.cache.held().made;
    let cut = Shape {
        length_percent: 50.0,
        ..at(40.0)
    };
    rig.handle.request_shape(cut);
    rig.settle();
    assert!(rig.swap());
    // A kernel.
    assert_eq!(rig.cache.held().made, before + 1);
    let whole = wanted(&booth(), &cut);
    assert!(close_to(&rig.answer(whole.len()), &whole));
    rig.close();
}

#[test]
fn a_recording_is_read_once_and_shaped() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    rig.configure_as(FORMAT, folder.origin("one.wav", 1), plain());
    let before = rig.cache.held().made;
    let own = rig.answer(200);
    rig.handle.request_shape(at(-100.0));
    rig.settle();
    assert!(rig.swap());
    assert_eq!(rig.cache.held().made, before + 1);
    let near = rig.answer(200);
    // 4 ms long, it is all first sound: four times as loud, but for the end of its fade.
    assert!(
        near[..90]
            .iter()
            .zip(&own)
            .all(|(near, own)| (near - 4.0 * own).abs() < 1e-4)
    );
    rig.close();
}

#[test]
fn a_device_has_no_distance() {
    let phone = RoomRecipe::by_name("Telephone").expect("a device");
    let mut rig = Rig::new();
    rig.configure_as(
        FORMAT,
        Origin::Room("Telephone".into(), phone.recipe.clone()),
        plain(),
    );
    let before = rig.cache.held().made;
    let asked = rig.handle.request_shape(at(80.0));
    rig.settle();
    assert!(!rig.swap(), "what is wanted is in use");
    assert_eq!(rig.cache.held().made, before);
    assert!(rig.handle.settled() >= asked);
    rig.close();
}
