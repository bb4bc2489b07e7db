//! H4, for the editor: whatever sets several parameters is one change, of which the audio thread hears nothing before
//! all of it is there. (A state that a host loads is another, in the tests of the hosts.)
#![allow(
    unsafe_code,
    reason = "the framework's context has functions of that kind"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;

use super::*;
use crate::editor::Action;
use crate::exchange::SeqLockReader;
use crate::instance::instance;
use crate::params::PARAMS;

/// A host that notes, at each value that it is given, whether a change is under way.
struct Host {
    /// What an audio thread would read: a number that is never the same.
    heard: Mutex<SeqLockReader<usize>>,
    looks: AtomicUsize,
    /// Values set within a change, and outside of any.
    within: AtomicUsize,
    outside: AtomicUsize,
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

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, _: f32) {
        // The count of what the loader has done is no control, and nobody hears it.
        if matches!(param, ParamPtr::IntParam(_)) {
            return;
        }
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

fn app() -> (App, Arc<Host>) {
    let params = Arc::new(AnteroomParams::default());
    let host = Arc::new(Host {
        heard: Mutex::new(params.seq_lock.whole(0)),
        looks: AtomicUsize::new(0),
        within: AtomicUsize::new(0),
        outside: AtomicUsize::new(0),
    });
    let (_audio, desk, remote) = instance(|| {}).expect("a thread");
    let mut app = App::new(params, desk, remote, Shared::new(state::Project::default()));
    app.context = Some(GuiContext::new(host.clone()));
    (app, host)
}

/// A hand on a control, or a click on a button that moves it.
fn set(id: &'static str) -> [Action; 3] {
    [Action::Begin(id), Action::Set(id, 0.25), Action::End(id)]
}

#[test]
fn several_controls_that_are_set_at_once_are_one_change() {
    let (mut app, host) = app();
    let ctx = egui::Context::default();
    app.carry_out(&ctx, [set("mix"), set("width")].concat());
    assert_eq!(host.set(), (2, 0));
    // What one hand turns is heard at once; and the change has ended.
    app.carry_out(&ctx, set("mix").to_vec());
    assert_eq!(host.set(), (0, 1));
}

#[test]
fn a_preset_is_one_change() {
    let (mut app, host) = app();
    let folder = tempfile::tempdir().expect("a folder");
    app.shelf = Some(folder.path().to_owned());
    let ctx = egui::Context::default();
    // The preset has the defaults, so the sound must be another by then.
    app.carry_out(&ctx, vec![Action::SavePreset("Wide".into(), Vec::new())]);
    wait(|| {
        app.shelve();
        app.model.presets.iter().any(|preset| preset.name == "Wide")
    });
    let mut values = app.params.state_values();
    let changed = ["mix", "width", "predelay"];
    for id in changed {
        use nice_plug::plugin::ParamValue::F32;
        let value = values.get_mut(id).expect("a parameter");
        *value = F32(1.0);
    }
    app.params.restore(&values);
    app.carry_out(&ctx, vec![Action::LoadPreset("Wide".into())]);
    let (mut within, mut outside) = (0, 0);
    wait(|| {
        app.carry_out(&ctx, Vec::new());
        let (more, other) = host.set();
        (within, outside) = (within + more, outside + other);
        within + outside >= changed.len()
    });
    assert_eq!((within, outside), (changed.len(), 0));
}

#[test]
fn to_stop_comparing_is_one_change() {
    let (mut app, host) = app();
    // What the user has shaped, in the model as the screen fills it.
    for (value, control) in app.model.values.iter_mut().zip(PARAMS) {
        if ["length", "decay", "attack"].contains(&control.id) {
            *value = 0.75;
        }
    }
    let shaped = app.model.values;
    app.view.history.before(&app.model, &mut Vec::new());
    app.model = Model::default();
    assert_ne!(app.model.values, shaped);
    app.stop_comparing();
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
