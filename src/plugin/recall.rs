//! What a project remembers, and when it counts: the persisted field of the parameters, tied to the
//! loader. Host's main thread; the audio thread never comes here.
//!
//! A host loads a state at any time: before the first `activate`, between two, or while it plays.
//!
//! ```text
//! load while inactive ──▶ kept; `activate` asks the loader for it and waits
//! load while playing  ──▶ the loader is asked at once and not waited for; the engine is swapped in
//! choice in the editor ─▶ goes to the loader; what it remembers is newer than what was kept
//! save ──▶ the newer of the two, with what the loader has found out about the file
//! ```

use crate::exchange::Shared;
use crate::impulse::{Origin, Shape};
use crate::loader::{ConfigureError, Format, PATIENCE, Remote, Settled};
use crate::params::{AnteroomParams, Memory};
use crate::state::Project;
use serde_json::Value;
use std::sync::{Arc, Weak};
use std::time::Duration;

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
        params.project.tie(Memory {
            save: Box::new(move || save.save()),
            load: Box::new(move |value| load.load(value)),
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

    /// Has the impulse prepared for a format and waits for it: what `activate` does.
    ///
    /// # Errors
    /// The loader's, when the impulse does not come in time; it follows when it does.
    pub fn activate(&self, format: Format, shape: Shape) -> Result<Settled, ConfigureError> {
        let origin = self.now.with(|now| {
            now.format = Some(format);
            let origin = newest(now, &self.remote);
            now.kept = None;
            origin
        });
        self.remote.configure(format, origin, shape, PATIENCE)
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

    /// What the host loads.
    fn load(&self, value: Value) {
        let project: Project = serde_json::from_value(value).unwrap_or_default();
        let (origin, embed) = (project.origin.clone(), project.embed);
        // Whoever stepped before this went on from what was there then.
        self.remote.forget_steps();
        self.project.with(|held| *held = project);
        let playing = self.now.with(|now| {
            now.kept = match now.format {
                Some(_) => None,
                None => Some((origin.clone(), self.remote.asked())),
            };
            now.format
        });
        self.remote.embed(embed);
        if let (Some(format), Some(params)) = (playing, self.params.upgrade()) {
            // Not waited for: the audio thread plays on, and what comes is swapped in. A refusal
            // leaves the project as it is, and the next activation asks again.
            let asked = self.remote.configure(
                format,
                origin.clone(),
                super::shape(&params),
                Duration::ZERO,
            );
            if matches!(
                asked,
                Err(ConfigureError::Busy { .. } | ConfigureError::Gone)
            ) {
                let asked = self.remote.asked();
                self.now.with(|now| now.kept = Some((origin, asked)));
            }
        }
    }
}

/// The impulse that counts: what was loaded last, unless something was chosen after that.
fn newest(now: &Now, remote: &Remote) -> Origin {
    match &now.kept {
        // A choice that was no good takes its number back.
        Some((kept, before)) if remote.asked() <= *before => kept.clone(),
        _ => (*remote.origin()).clone(),
    }
}
