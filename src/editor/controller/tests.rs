//! Row H4 for the editor: whatever sets several parameters is one change, and the audio thread sees either none or all of
//! it. (A state that a host loads is another such change; the tests of the hosts show it.)
#![allow(
    unsafe_code,
    reason = "the framework's context has functions of that kind"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;

use super::*;
use crate::editor::Action;
use crate::exchange::SeqLockReader;
use crate::instance::{AudioSide, instance};
use crate::params::PARAMS;

/// A host that notes, at each value that it is given, whether a change is under way.
pub(super) struct Host {
    /// What an audio thread would read: a number that is never the same.
    heard: Mutex<SeqLockReader<usize>>,
    looks: AtomicUsize,
    /// Values set within a change, and outside of any.
    within: AtomicUsize,
    outside: AtomicUsize,
    /// The values, normalised.
    given: Mutex<Vec<f32>>,
}

impl Host {
    fn under_way(&self) -> bool {
        let now = self.looks.fetch_add(1, Ordering::Relaxed) + 1;
        let mut heard = self.heard.lock().expect("no test panics in here");
        // The first look after a change may still find what was there before it.
        heard.read(|| now);
        *heard.read(|| now) != now
    }

    /// How many values were set since the last time, within a change and outside of any.
    fn set(&self) -> (usize, usize) {
        let take = |count: &AtomicUsize| count.swap(0, Ordering::Relaxed);
        (take(&self.within), take(&self.outside))
    }
}

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, _: ParamPtr) {}

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        // The count of what the loader has done is no control, and nobody hears it.
        if matches!(param, ParamPtr::IntParam(_)) {
            return;
        }
        let mut given = self.given.lock().expect("no test panics in here");
        given.push(normalized);
        let count = match self.under_way() {
            true => &self.within,
            false => &self.outside,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    unsafe fn raw_end_set_parameter(&self, _: ParamPtr) {}

    fn get_state(&self) -> PluginState {
        unreachable!("nothing here saves")
    }

    fn set_state(&self, _: PluginState) {
        unreachable!("nothing here loads")
    }

    fn request_restart(&self) {}
}

fn controller() -> (Controller, Arc<Host>) {
    let (controller, _, host) = controller_and_audio();
    (controller, host)
}

/// A controller, and the audio thread's half of its instance.
pub(super) fn controller_and_audio() -> (Controller, AudioSide, Arc<Host>) {
    let params = Arc::new(AnteroomParams::default());
    let host = Arc::new(Host {
        heard: Mutex::new(params.seq_lock.reader(0)),
        looks: AtomicUsize::new(0),
        within: AtomicUsize::new(0),
        outside: AtomicUsize::new(0),
        given: Mutex::default(),
    });
    let (audio, ui_handle, remote) = instance(|| {}).expect("a thread");
    let mut controller = Controller::new(
        params,
        ui_handle,
        remote,
        Shared::new(state::Project::default()),
    );
    controller.context = Some(GuiContext::new(host.clone()));
    (controller, audio, host)
}

/// A whole gesture on a control.
fn set(id: &'static str) -> [Action; 3] {
    [Action::Begin(id), Action::Set(id, 0.25), Action::End(id)]
}

#[test]
fn several_controls_that_are_set_at_once_are_one_change() {
    let (mut controller, host) = controller();
    let ctx = egui::Context::default();
    controller.perform(&ctx, [set("mix"), set("width")].concat());
    assert_eq!(host.set(), (2, 0));
    // A single value needs no change of its own; and the last change has ended.
    controller.perform(&ctx, set("mix").to_vec());
    assert_eq!(host.set(), (0, 1));
}

#[test]
fn a_preset_is_one_change() {
    let (mut controller, host) = controller();
    let folder = tempfile::tempdir().expect("a folder");
    controller.user_data = UserData::new(Some(folder.path().to_owned()));
    let ctx = egui::Context::default();
    // The preset has the defaults, so the sound must be another by then.
    controller.perform(&ctx, vec![Action::SavePreset("Wide".into(), Vec::new())]);
    wait(|| {
        controller.poll_user_data();
        controller
            .model
            .presets
            .iter()
            .any(|preset| preset.name == "Wide")
    });
    let mut values = controller.params.state_values();
    let changed = ["mix", "width", "predelay"];
    for id in changed {
        use nice_plug::plugin::ParamValue::F32;
        let value = values.get_mut(id).expect("a parameter");
        *value = F32(1.0);
    }
    controller.params.restore(&values);
    controller.perform(&ctx, vec![Action::LoadPreset("Wide".into())]);
    let (mut within, mut outside) = (0, 0);
    wait(|| {
        controller.perform(&ctx, Vec::new());
        let (more, other) = host.set();
        (within, outside) = (within + more, outside + other);
        within + outside >= changed.len()
    });
    assert_eq!((within, outside), (changed.len(), 0));
}

#[test]
fn a_preset_of_the_plug_in_gives_exactly_its_sound_as_one_change() {
    let (mut controller, host) = controller();
    let ctx = egui::Context::default();
    let all = crate::state::factory_presets();
    controller.perform(&ctx, vec![Action::LoadFactory(all[0].name)]);
    assert_eq!(controller.remote.origin().name(), all[0].room);
    host.given.lock().expect("no test panics in here").clear();
    for factory in all {
        controller.perform(&ctx, vec![Action::LoadFactory(factory.name)]);
        let given = std::mem::take(&mut *host.given.lock().expect("no test panics in here"));
        // This host keeps nothing, so each preset finds the defaults and sets all that differs, in this order.
        let values = factory.preset().values;
        let differ = values.iter().filter(|(spec, plain)| *plain != spec.default);
        let wanted: Vec<f32> = differ.map(|(spec, plain)| spec.normalized(plain)).collect();
        assert_eq!(given.len(), wanted.len(), "{}", factory.name);
        let far = given.iter().zip(&wanted).any(|(a, b)| (a - b).abs() > 1e-6);
        assert!(!far, "{}: {given:?}, not {wanted:?}", factory.name);
        let (_, outside) = host.set();
        assert_eq!(outside, 0, "{}", factory.name);
    }
}

#[test]
fn a_room_of_the_users_own_is_the_projects_saved_and_listed() {
    use crate::editor::view_model::ImpulseSource;
    use crate::state::{Origin, RoomRecipe};
    let (mut controller, _host) = controller();
    let folder = tempfile::tempdir().expect("a folder");
    controller.user_data = UserData::new(Some(folder.path().to_owned()));
    let ctx = egui::Context::default();
    let recipe = RoomRecipe {
        rt60_s: 0.7,
        source_m: 3.0,
        ..RoomRecipe::default()
    };
    let edited = Action::EditRoom("Attic".into(), Box::new(recipe.clone()));
    let saved = Action::SaveRoom("Attic".into(), Box::new(recipe.clone()));
    controller.perform(&ctx, vec![edited, saved]);
    // The project has the recipe itself, and needs no file.
    let own = Origin::Room("Attic".into(), recipe.clone());
    assert_eq!(*controller.remote.origin(), own);
    let mut project = state::Project::default();
    project.origin = own.clone();
    let text = project.to_json();
    assert_eq!(state::Project::from_json(&text).origin, own);
    assert!(text.len() < 1_000, "{}", text.len());
    wait(|| {
        controller.poll_user_data();
        let rooms = &controller.model.rooms;
        rooms.iter().any(|room| room.category == "Own rooms")
    });
    let listed = controller.model.rooms[0].source();
    controller.refresh(1.0);
    assert_eq!(controller.model.source, listed);
    assert_eq!(controller.model.recipe.as_deref(), Some(&recipe));
    // It is chosen again after another one.
    let hall = ImpulseSource::Room("Hall".into());
    controller.perform(&ctx, vec![Action::Choose(hall)]);
    assert_eq!(controller.remote.origin().name(), "Hall");
    controller.perform(&ctx, vec![Action::Choose(listed)]);
    assert_eq!(*controller.remote.origin(), own);
}

#[test]
fn to_stop_comparing_is_one_change() {
    let (mut controller, host) = controller();
    // What the user has shaped, in the model as the screen fills it.
    for (value, control) in controller.model.values.iter_mut().zip(PARAMS) {
        if ["length", "decay", "attack"].contains(&control.id) {
            *value = 0.75;
        }
    }
    let shaped = controller.model.values;
    controller
        .screen
        .history
        .toggle_unshaped(&controller.model, &mut Vec::new());
    controller.model = ViewModel::default();
    assert_ne!(controller.model.values, shaped);
    controller.stop_comparing();
    let (within, outside) = host.set();
    assert!(within >= 3 && outside == 0, "{within}, {outside}");
}

/// Looks until something that a background thread does has come.
fn wait(mut come: impl FnMut() -> bool) {
    let start = Instant::now();
    while !come() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never came");
        std::thread::sleep(Duration::from_millis(2));
    }
}
