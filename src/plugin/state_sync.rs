//! What a project remembers, and when it counts: the persisted field of the parameters, tied to the
//! loader. Host's main thread; the audio thread never comes here.
//!
//! A host loads a state at any time: before the first `activate`, between two, or while it plays.
//!
//! ```text
//! load, always ─────────▶ one change: parameters, project and request are heard and seen together
//! load while inactive ──▶ kept; `activate` asks the loader for it and waits
//! load while playing  ──▶ the loader is asked at once and not waited for; the engine is swapped in
//! choice in the editor ─▶ goes to the loader; what it remembers is newer than what was kept
//! save ──▶ the newer of the two, with what the loader has found out about the file
//! ```

use crate::exchange::Shared;
use crate::impulse::{Origin, Shape};
use crate::loader::{ConfigureError, ConfigureResult, Format, Recalled, Remote, Wait};
use crate::params::{AnteroomParams, StateHooks, StateValues};
use crate::state::Project;
use serde_json::{Map, Value};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How long `activate` waits for the impulse where somebody plays. What comes later is swapped in when it is there.
const PATIENCE: Duration = Duration::from_millis(250);

/// The project of one instance.
#[derive(Debug)]
pub struct Recall {
    remote: Remote,
    params: Weak<AnteroomParams>,
    project: Shared<Project>,
    now: Shared<Now>,
}

/// Where the instance stands.
#[derive(Debug)]
struct Now {
    /// What the host is prepared for, while the instance is active.
    format: Option<Format>,
    /// An impulse that was loaded with a state and has not been asked for yet, and the number of what had
    /// been asked for last at that time: if something newer has been since, the user has chosen another.
    kept: Option<(Origin, u64)>,
}

impl Recall {
    /// The project of an instance, tied to its parameters and its loader from now on.
    pub fn new(params: &Arc<AnteroomParams>, remote: Remote) -> Arc<Self> {
        let project = Project::default();
        let kept = Some((project.origin.clone(), remote.asked()));
        let recall = Arc::new(Self {
            remote,
            params: Arc::downgrade(params),
            project: Shared::new(project),
            now: Shared::new(Now { format: None, kept }),
        });
        let (save, load) = (Arc::clone(&recall), Arc::clone(&recall));
        params.project.attach(StateHooks {
            save: Box::new(move || save.save()),
            load: Box::new(move |values, value| load.load(&values, value)),
        });
        recall
    }

    /// The project itself, shared with the editor: how it looks, and what the reader had to say.
    pub fn project(&self) -> &Shared<Project> {
        &self.project
    }

    /// The loader's end.
    pub fn remote(&self) -> &Remote {
        &self.remote
    }

    /// Has the impulse prepared for a format and waits for it: what `activate` does. Returns the shape that it was
    /// asked for, and the loader's answer; its error is an impulse that does not come in time, and follows when it does.
    pub fn activate(
        &self,
        format: Format,
        params: &AnteroomParams,
        offline: bool,
    ) -> (Shape, Result<ConfigureResult, ConfigureError>) {
        // A state that is loaded meanwhile comes before the request or after it; it is not waited for with it.
        let alone = params.states.hold();
        let shape = params.plain_values().shape();
        let origin = self.now.with(|now| {
            now.format = Some(format);
            let origin = newest(now, &self.remote);
            now.kept = None;
            origin
        });
        let recalled = Recalled {
            format,
            origin,
            shape,
            embed: Some(self.project.with(|project| project.embed)),
        };
        let wait = match offline {
            true => Wait::WhileItMoves,
            false => Wait::AtMost(PATIENCE),
        };
        let answer = self.remote.recall(recalled, || drop(alone), wait);
        (shape, answer)
    }

    /// Nobody listens from now on.
    pub fn deactivate(&self) {
        self.now.with(|now| now.format = None);
        self.remote.set_active(false);
    }

    /// What the host saves.
    fn save(&self) -> Value {
        let origin = self.now.with(|now| newest(now, &self.remote));
        let project = self.project.with(|project| {
            project.origin = origin;
            project.clone()
        });
        serde_json::to_value(&project).unwrap_or_default()
    }

    /// What the host loads: the values of the parameters and the project, as one.
    fn load(&self, values: &StateValues, value: Value) {
        let Some(params) = self.params.upgrade() else {
            return;
        };
        let project: Project = serde_json::from_value(value).unwrap_or_default();
        let _alone = params.states.hold();
        // Until it ends the audio thread goes on with all of what was there before.
        let _change = params.seq_lock.begin_writing();
        params.restore(values);
        self.take(&params, project);
    }

    /// Takes a project, and asks the loader for it if somebody listens.
    fn take(&self, params: &AnteroomParams, project: Project) {
        let (origin, embed) = (project.origin.clone(), project.embed);
        // Whoever stepped before this went on from what was there then.
        self.remote.reset_steps();
        self.project.with(|held| *held = project);
        let playing = self.now.with(|now| {
            now.kept = match now.format {
                Some(_) => None,
                None => Some((origin.clone(), self.remote.asked())),
            };
            now.format
        });
        if let Some(format) = playing {
            let recalled = Recalled {
                format,
                origin,
                shape: params.plain_values().shape(),
                embed: Some(embed),
            };
            // Not waited for: the audio thread plays on, and what comes is swapped in. The answer is that it is not
            // ready yet.
            let _ = self.remote.recall(recalled, || (), Duration::ZERO);
        }
    }
}

/// Ties the parameters of an instance that has no loader: values are set, and the project is kept for the next save.
pub fn without_loader(params: &Arc<AnteroomParams>) {
    let kept = Shared::new(Value::Object(Map::new()));
    let (save, load, params_of) = (kept.clone(), kept, Arc::downgrade(params));
    params.project.attach(StateHooks {
        save: Box::new(move || save.with(|value| value.clone())),
        load: Box::new(move |values, value| {
            if let Some(params) = params_of.upgrade() {
                let _alone = params.states.hold();
                let _change = params.seq_lock.begin_writing();
                params.restore(&values);
                load.with(|kept| *kept = value);
            }
        }),
    });
}

/// The impulse that counts: what was loaded last, unless something was chosen after that.
fn newest(now: &Now, remote: &Remote) -> Origin {
    match &now.kept {
        // A choice that was no good takes its number back.
        Some((kept, before)) if remote.asked() <= *before => kept.clone(),
        _ => (*remote.origin()).clone(),
    }
}
