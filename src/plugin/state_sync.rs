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
use crate::impulse::{MOST_CHOICES, Origin, Shape};
use crate::loader::{ConfigureError, ConfigureResult, Format, Recalled, Remote, Wait};
use crate::params::{AnteroomParams, StateHooks, StateValues};
use crate::state::Project;
use serde_json::{Map, Value};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

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
    /// The impulses of both slots that were loaded with a state and have not been asked for yet.
    kept: [Option<Kept>; 2],
    /// Where `pick` stood in the state that was loaded last, until the loader is told.
    pick: Option<usize>,
}

/// An impulse that was loaded with a state, and the number of what had been asked for last at that time: if something
/// newer has been since, the user has chosen another.
type Kept = (Origin, u64);

impl Recall {
    /// The project of an instance, tied to its parameters and its loader from now on.
    pub fn new(params: &Arc<AnteroomParams>, remote: Remote) -> Arc<Self> {
        let project = Project::default();
        let kept = kept_of(&project, &remote);
        let recall = Arc::new(Self {
            remote,
            params: Arc::downgrade(params),
            project: Shared::new(project),
            now: Shared::new(Now {
                format: None,
                kept,
                pick: None,
            }),
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

    /// Has the impulses prepared for a format and waits for them: what `activate` does. Returns the shape that was
    /// asked for, and the answer of the first slot's loader; its error is an impulse that does not come in time, and
    /// follows when it does.
    pub fn activate(
        &self,
        format: Format,
        params: &AnteroomParams,
        offline: bool,
    ) -> (Shape, Result<ConfigureResult, ConfigureError>) {
        // A state that is loaded meanwhile comes before the request or after it; it is not waited for with it.
        let alone = params.states.hold();
        let shape = params.shape();
        let ([first, second], pick) = self.now.with(|now| {
            now.format = Some(format);
            let origins = newest(now, &self.remote);
            now.kept = [None, None];
            (origins, now.pick.take())
        });
        let ([embed, embed_second], choices) = self
            .project
            .with(|project| (embeds(project), choices(project)));
        let recalled = |origin, embed| Recalled {
            embed: Some(embed),
            ..Recalled::of(format, origin, shape)
        };
        let is_empty = second == Origin::Nothing;
        let end = self.remote.second();
        let second = end.map(|end| end.begin_recall(recalled(second, embed_second)));
        let begin = Instant::now();
        let wait = || match offline {
            true => Wait::WhileItMoves,
            false => Wait::AtMost(PATIENCE.saturating_sub(begin.elapsed())),
        };
        let first = Recalled {
            choices: Some(choices),
            pick,
            ..recalled(first, embed)
        };
        let answer = self.remote.recall(first, || drop(alone), wait());
        // Nobody waits for an empty slot. What is wrong with an impulse is in its status.
        if let Some(second) = second.filter(|_| !is_empty) {
            let _ = second.wait(wait());
        }
        (shape, answer)
    }

    /// Nobody listens from now on.
    pub fn deactivate(&self) {
        self.now.with(|now| now.format = None);
        for end in ends(&self.remote) {
            end.set_active(false);
        }
    }

    /// What the host saves.
    fn save(&self) -> Value {
        let [first, second] = self.now.with(|now| newest(now, &self.remote));
        let project = self.project.with(|project| {
            project.origin = first;
            project.second = second.something();
            let mut saved = project.clone();
            if !project.embed {
                without_copies(&mut saved.choices);
            }
            saved
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

    /// Takes a project, and asks the loaders for it if somebody listens.
    fn take(&self, params: &AnteroomParams, project: Project) {
        let (origins, embeds) = (origins(&project), embeds(&project));
        let (list, pick) = (choices(&project), params.plain_values().settings().pick);
        let kept = kept_of(&project, &self.remote);
        // Whoever stepped before this went on from what was there then.
        self.remote.reset_steps();
        self.project.with(|held| *held = project);
        let playing = self.now.with(|now| {
            now.kept = match now.format {
                Some(_) => [None, None],
                None => kept,
            };
            now.pick = match now.format {
                Some(_) => None,
                None => Some(pick),
            };
            now.format
        });
        if let Some(format) = playing {
            let shape = params.shape();
            // The choices are the first slot's.
            let lists = [Some((list, pick)), None];
            let each = ends(&self.remote).zip(origins).zip(embeds).zip(lists);
            for (((end, origin), embed), list) in each {
                let (choices, pick) = list.unzip();
                // Not waited for: the audio thread plays on, and what comes is swapped in.
                drop(end.begin_recall(Recalled {
                    embed: Some(embed),
                    choices,
                    pick,
                    ..Recalled::of(format, origin, shape)
                }));
            }
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

/// The loaders' ends, the first slot's first.
fn ends(remote: &Remote) -> impl Iterator<Item = &Remote> {
    std::iter::once(remote).chain(remote.second())
}

/// The impulses of both slots that a project asks for.
fn origins(project: &Project) -> [Origin; 2] {
    let second = project.second.clone().unwrap_or(Origin::Nothing);
    [project.origin.clone(), second]
}

/// Whether the impulses of both slots are saved with the project.
fn embeds(project: &Project) -> [bool; 2] {
    [project.embed, project.embed_second]
}

/// The project's choices.
fn choices(project: &Project) -> Arc<[Origin]> {
    let choices = project.choices.iter().take(MOST_CHOICES);
    choices.cloned().collect()
}

/// Takes the copies out of a list: a project has them only if its impulse is saved with it.
fn without_copies(list: &mut [Origin]) {
    for origin in list {
        if let Origin::File(file) = origin {
            file.embedded = None;
        }
    }
}

/// What is kept of a project until the loaders are asked for it.
fn kept_of(project: &Project, remote: &Remote) -> [Option<Kept>; 2] {
    let [first, second] = origins(project);
    let end = remote.second();
    [
        Some((first, remote.asked())),
        end.map(|end| (second, end.asked())),
    ]
}

/// The impulses that count: what was loaded last, unless something was chosen after that.
fn newest(now: &Now, remote: &Remote) -> [Origin; 2] {
    let of = |kept: &Option<Kept>, end: &Remote| match kept {
        // A choice that was no good takes its number back.
        Some((kept, before)) if end.asked() <= *before => kept.clone(),
        _ => (*end.origin()).clone(),
    };
    let [first, second] = &now.kept;
    let end = remote.second();
    [
        of(first, remote),
        end.map_or(Origin::Nothing, |end| of(second, end)),
    ]
}
