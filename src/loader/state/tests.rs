//! The state machine in a world of its own: examples, and every order of events.

use std::sync::Arc;

use proptest::prelude::*;

use crate::loader::error::LoadError;
use crate::loader::event::{Effect, Event};
use crate::loader::identity::Content;
use crate::loader::order::SoundInfo;
use crate::loader::status::Phase;

mod world;

use world::{FILES, World, file, has_copy, shape};

#[test]
fn a_recall_is_prepared_published_remembered_and_answered_in_that_order() {
    let mut world = World::new();
    let number = world.recall(1);
    let mut effects = Vec::new();
    while let Some(event) = world.mail.requests.pop_front() {
        effects.extend(world.state.handle(event));
    }
    effects.extend(world.state.handle(Event::Read));
    assert!(matches!(
        &effects[..],
        [Effect::DropWaiting, Effect::Publish(said), Effect::Prepare(order)]
            if said.phase == Phase::Loading { what: "1.wav".into() } && order.generation == number
    ));
    let info = SoundInfo {
        content: Content::File("hash 1".into(), None),
        origin: Arc::new(file(1, true)),
        note: None,
        instead: None,
    };
    let effects = world
        .state
        .handle(Event::Prepared(Box::new(info), Some(shape(1))));
    assert!(matches!(
        &effects[..],
        [Effect::Adopt, Effect::Remember { .. }, Effect::Publish(said), Effect::Settle { complete, result }]
            if said.phase == Phase::Ready && *complete == number && result.error.is_none()
    ));
}

#[test]
fn of_many_choices_only_the_newest_is_prepared() {
    let mut world = World::new();
    world.recall(0);
    world.rest();
    let jobs = world.jobs;
    for number in [1, 2, 1, 2] {
        world.choose(number);
    }
    world.rest();
    assert_eq!((world.in_use(), world.jobs), (Some(2), jobs + 1));
}

#[test]
fn a_choice_gives_up_another_but_not_a_recall_that_is_waited_for() {
    let mut world = World::new();
    world.recall(0);
    world.read();
    world.choose(1);
    assert!(!world.state.gives_up(&world.mail));
    world.mail.is_abandoned = true;
    assert!(world.state.gives_up(&world.mail));
    world.rest();
    assert_eq!(world.in_use(), Some(1));
    world.choose(2);
    world.read();
    assert!(!world.state.gives_up(&world.mail));
    world.choose(0);
    assert!(world.state.gives_up(&world.mail));
}

#[test]
fn what_is_picked_is_in_use_without_a_job_and_takes_the_place_of_a_choice() {
    let mut world = World::new();
    world.recall(0);
    world.rest();
    let (jobs, revision) = (world.jobs, world.status.last().expect("said").revision);
    world.choose(1);
    world.read();
    // The job is given up, and before it begins again there is a pick.
    world.running = None;
    world.apply(Event::Failed(LoadError::Cancelled, None));
    let number = world.pick(2);
    world.rest();
    // What is left to do is to look at the shape.
    assert_eq!((world.in_use(), world.jobs), (Some(2), jobs + 2));
    assert_eq!(world.remembered.0, number);
    assert_eq!(world::number(&world.remembered.1), 2);
    let said = world.status.last().expect("said");
    assert_eq!((&said.phase, said.revision), (&Phase::Ready, revision));
    // A choice that is no good leads back to it.
    world.good[3] = false;
    world.choose(3);
    world.rest();
    assert_eq!(
        (world.in_use(), world::number(&world.remembered.1)),
        (Some(2), 2)
    );
    // Another list is a number and nothing else.
    let jobs = world.jobs;
    let number = world.next_number();
    world.apply(Event::Listed(number));
    assert_eq!((world.settled, world.jobs), (number, jobs));
}

#[test]
fn a_shape_that_never_rests_is_followed() {
    let mut world = World::new();
    world.recall(0);
    world.rest();
    let before = world.settled;
    for turn in 0..4 {
        world.reshape();
        world.read();
        world.reshape();
        world.finish();
        assert_eq!(world.settled > before, turn > 0, "{turn}");
    }
}

#[test]
fn what_came_after_a_recall_that_is_waited_for_is_read_after_it() {
    let mut world = World::new();
    world.recall(1);
    world.choose(2);
    assert!(world.read());
    assert_eq!(world.mail.requests.len(), 1, "the choice is not read yet");
    world.finish();
    assert_eq!(world.in_use(), Some(1));
    assert_eq!(world.answers[0].error, None);
    world.rest();
    assert_eq!((world.in_use(), world.jobs), (Some(2), 2));
}

#[test]
fn a_shape_belongs_to_the_recall_that_its_sender_knew_of() {
    let mut world = World::new();
    let before = world.recall(0);
    world.rest();
    let brought = world.recall(1);
    let late = world.reshape();
    world.mail.shape.recalled = before;
    world.rest();
    assert_eq!(world.state.shape_in_use, Some(shape(brought)));
    assert_eq!(world.settled, late, "it is settled all the same");
    // One for a recall that is still to be read waits for it.
    world.reshape();
    world.mail.shape.recalled = late + 2;
    world.rest();
    assert_eq!(world.settled, late);
    let recalled = world.recall(2);
    assert_eq!(recalled, late + 2);
    world.rest();
    assert_eq!((world.in_use(), world.settled), (Some(2), recalled));
}

#[test]
fn a_bad_choice_gives_its_place_back_to_the_recall_that_it_overtook() {
    let mut world = World::new();
    world.recall(0);
    world.rest();
    world.recall(1);
    world.mail.is_abandoned = true;
    world.read();
    world.choose(3);
    world.finish();
    world.rest();
    assert_eq!((world.in_use(), world.phase()), (Some(1), Phase::Ready));
}

#[test]
fn a_file_that_an_older_project_missed_does_not_keep_a_newer_one_from_being_found() {
    let mut world = World::new();
    world.recall(3);
    world.rest();
    assert!(matches!(world.phase(), Phase::Missing { .. }));
    world.recall(0);
    world.mail.is_abandoned = true;
    world.choose(3);
    world.rest();
    assert_eq!((world.in_use(), world.phase()), (Some(0), Phase::Ready));
}

#[test]
fn a_copy_that_nobody_wants_is_left_out() {
    let mut world = World::new();
    world.recall(0);
    world.send(Event::Embed(true));
    world.rest();
    let copied = Arc::clone(&world.remembered.1);
    assert!(has_copy(&copied));
    world.send(Event::Embed(false));
    world.rest();
    assert!(!has_copy(&world.remembered.1));
    // Nor is one kept that is chosen with its file.
    world.choose(1);
    world.rest();
    let number = world.number + 1;
    world.number = number;
    world.remembered = (number, Arc::clone(&copied));
    world.send(Event::Choose(copied, number));
    world.rest();
    assert_eq!(world.in_use(), Some(0));
    assert!(!has_copy(&world.remembered.1));
}

#[test]
fn a_choice_that_fails_says_so_until_what_came_with_it_is_done() {
    let mut world = World::new();
    world.recall(0);
    world.rest();
    let before = world.remembered.clone();
    world.choose(3);
    let shaped = world.reshape();
    world.read();
    world.finish();
    assert!(matches!(world.phase(), Phase::Failed { .. }));
    assert!(world.settled < shaped, "the shape is still to come");
    world.rest();
    assert_eq!(world.settled, shaped);
    assert_eq!(world.engine, Some((Some(0), shaped)));
    assert!(matches!(world.phase(), Phase::Failed { .. }));
    assert_eq!(world.remembered, before);
    world.reshape();
    world.rest();
    assert_eq!(world.phase(), Phase::Ready);
}

#[test]
fn a_missing_file_is_silence_and_looked_for_when_it_may_be_back() {
    let mut world = World::new();
    world.recall(3);
    world.rest();
    assert_eq!(world.engine.map(|(file, _)| file), Some(None));
    assert!(matches!(world.phase(), Phase::Missing { .. }));
    assert!(world.answers[0].error.is_some());
    // Nothing new is known, so it is not looked for, whatever else is asked.
    let jobs = world.jobs;
    world.reshape();
    world.rest();
    assert_eq!(world.jobs, jobs);
    world.good[3] = true;
    world.turned_up += 1;
    world.rest();
    assert_eq!(world.in_use(), Some(3));
    assert_eq!(world.phase(), Phase::Ready);
}

/// What others may do at any time.
#[derive(Clone, Copy, Debug)]
enum Act {
    Recall(usize),
    Choose(usize),
    Reshape,
    Embed(bool),
    Retry,
    Abandon,
    /// The worker reads, and begins a job.
    Read,
    /// The job ends.
    Finish,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0..FILES).prop_map(Act::Recall),
        3 => (0..FILES).prop_map(Act::Choose),
        3 => Just(Act::Reshape),
        1 => any::<bool>().prop_map(Act::Embed),
        1 => Just(Act::Retry),
        1 => Just(Act::Abandon),
        4 => Just(Act::Read),
        4 => Just(Act::Finish),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes in whatever order: the newest wins, nothing wanted is lost, nothing precious is dropped, and
    /// the status ends with what is in use or why there is nothing.
    #[test]
    fn every_order_of_events_ends_well(acts in prop::collection::vec(act(), 1..40)) {
        let mut world = World::new();
        world.recall(0);
        let mut last_recall = (0, true);
        let mut last = (0, true);
        let mut shape_number = world.recalled;
        let mut embeds = false;
        for act in acts {
            match act {
                Act::Recall(number) => {
                    shape_number = world.recall(number);
                    last = (number, true);
                    last_recall = (number, true);
                }
                Act::Choose(number) => {
                    world.choose(number);
                    last = (number, false);
                    // A choice that is good takes the place of what was recalled.
                    last_recall.1 &= !world.good[number];
                }
                Act::Reshape => shape_number = world.reshape(),
                Act::Embed(on) => {
                    world.send(Event::Embed(on));
                    embeds = on;
                }
                Act::Retry => world.send(Event::Retry),
                Act::Abandon => world.mail.is_abandoned = true,
                Act::Read => {
                    if world.running.is_none() {
                        world.read();
                    }
                }
                Act::Finish => world.finish(),
            }
        }
        world.rest();

        // Nothing wanted is lost: every number is settled, and everybody has an answer.
        prop_assert_eq!(world.settled, world.number);
        prop_assert_eq!(world.mail.unanswered, 0);
        // The status has come to an end.
        let phase = world.phase();
        match (&phase, world.in_use()) {
            (Phase::Ready | Phase::Failed { .. }, Some(_)) => {}
            (Phase::Missing { .. } | Phase::Failed { .. }, None) => {}
            other => prop_assert!(false, "{:?}", other),
        }
        // The newest wins.
        let (number, is_recall) = last;
        if world.good[number] {
            prop_assert_eq!(world.in_use(), Some(number));
            prop_assert_eq!(&phase, &Phase::Ready);
        } else if is_recall {
            prop_assert_eq!(world.in_use(), None);
        }
        if world.in_use().is_some() {
            prop_assert_eq!(world.state.shape_in_use, Some(shape(shape_number)));
            prop_assert!(world.engine.is_some_and(|(_, number)| number >= shape_number));
        }
        // Nothing precious is dropped: a bad choice is not remembered, a recall is until a good choice is made.
        let (_, remembered) = &world.remembered;
        if last_recall.1 {
            prop_assert_eq!(world::number(remembered), last_recall.0);
            let is_there = world.good[last_recall.0].then_some(last_recall.0);
            prop_assert_eq!(world.in_use(), is_there);
        }
        prop_assert_eq!(remembered, world.state.origin().0);
        if let Some(file) = world.in_use() {
            prop_assert_eq!(world::number(remembered), file);
            prop_assert_eq!(has_copy(remembered), embeds);
        }
        // What is missing comes back by itself.
        let was_missing = world.state.missing().is_some();
        world.good = [true; FILES];
        world.turned_up += 1;
        world.rest();
        if was_missing {
            prop_assert_eq!(world.in_use(), Some(world::number(&world.remembered.1)));
            prop_assert_eq!(world.phase(), Phase::Ready);
        }
    }
}
