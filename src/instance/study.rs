//! A closer look at the impulse in use: its outline before shaping and its room acoustics before
//! and after. Made on a thread of its own, and only for as long as somebody looks: an instance
//! whose editor is closed spends nothing on it.

use std::io;
use std::sync::Arc;

use crate::exchange::{Looper, Observer, Publisher, observe};
use crate::impulse::{Analysis, Impulse, Shape, analyze, shape};
use crate::loader::{Material, Picture};

/// What was found out about an impulse.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What was looked at.
    pub material: Material,
    /// Its outline before shaping.
    pub original: Arc<Picture>,
    /// Its acoustics before shaping.
    pub before: Option<Arc<Analysis>>,
    /// Its acoustics as it sounds.
    pub after: Option<Arc<Analysis>>,
}

/// Looks at impulses, the newest first. Dropping it ends its thread and waits for it.
#[derive(Debug)]
pub struct Study {
    wanted: Publisher<Material>,
    found: Observer<Findings>,
    looper: Looper,
}

impl Study {
    /// Starts the thread. `notify` is called on it when something was found.
    ///
    /// # Errors
    /// The operating system's word if it gives no thread.
    pub fn start(notify: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (wanted, wishes) = observe(Material::default());
        let (findings, found) = observe(Findings::default());
        let mut desk = Student {
            wishes,
            findings,
            last: Findings::default(),
        };
        let step = move || {
            let worked = desk.step();
            if worked {
                notify();
            }
            worked
        };
        Ok(Self {
            wanted,
            found,
            looper: Looper::spawn("anteroom study", step)?,
        })
    }

    /// Asks for a look at this; what was asked for before and not begun is forgotten.
    pub fn look_at(&mut self, material: Material) {
        self.wanted.write(material);
        self.looper.wake();
    }

    /// What was found last, if it is new.
    pub fn news(&mut self) -> Option<&Findings> {
        self.found.update().then(|| self.found.output_buffer())
    }
}

/// The half on the thread.
struct Student {
    wishes: Observer<Material>,
    findings: Publisher<Findings>,
    last: Findings,
}

impl Student {
    fn step(&mut self) -> bool {
        if !self.wishes.update() {
            return false;
        }
        let material = self.wishes.output_buffer().clone();
        if !material.is_of(&self.last.material) {
            let Some((original, before)) = material.look(|impulse| {
                let before = analyze(&first(impulse));
                (Arc::new(Picture::of(impulse)), Arc::new(before))
            }) else {
                return true;
            };
            self.last.original = original;
            self.last.before = Some(before);
        }
        let plain = Shape {
            normalize: false,
            ..Shape::default()
        };
        let neutral = Shape {
            normalize: false,
            ..material.shape
        } == plain;
        self.last.after = match neutral {
            // Loudness changes nothing that is measured here.
            true => self.last.before.clone(),
            false => {
                material.look(|impulse| Arc::new(analyze(&shape(&first(impulse), &material.shape))))
            }
        };
        self.last.material = material;
        self.findings.write(self.last.clone());
        true
    }
}

/// The first channel speaks for all: in a room they differ less than the bands do, and whoever
/// closes an editor waits for what has been begun.
fn first(impulse: &Impulse) -> Impulse {
    Impulse {
        channels: impulse.channels.iter().take(1).cloned().collect(),
        rate: impulse.rate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::observe;

    #[test]
    fn nothing_is_found_in_nothing() {
        let (mut wanted, wishes) = observe(Material::default());
        let (findings, mut found) = observe(Findings::default());
        let mut student = Student {
            wishes,
            findings,
            last: Findings::default(),
        };
        assert!(!student.step());
        wanted.write(Material::default());
        assert!(student.step());
        assert!(!student.step());
        found.update();
        assert!(found.output_buffer().before.is_none());
    }
}
