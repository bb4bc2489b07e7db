//! What all instances of the process share: the result of each stage that is worth keeping, and where files are.
//! Worker threads; not real-time.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use crate::convolution::{Kernel, Profile};
use crate::impulse::{Decoded, FileRef, Impulse};

use super::identity::{Content, DecayedKey, KernelKey, ResampledKey};
use super::known_places::KnownPlaces;
use super::picture::Picture;
use super::wait::Heartbeat;
use super::weak_cache::{Cancelled, WeakCache};

/// A kernel with its picture and its profile.
#[derive(Debug)]
pub(super) struct CachedKernel {
    /// For the engines.
    pub kernel: Arc<Kernel>,
    /// Whether the kernel has what a tail needs to move.
    pub moves: bool,
    /// For the blend of two impulses.
    pub profile: Arc<Profile>,
    /// For the editor.
    pub picture: Arc<Picture>,
}

/// The things that instances share. One for the process, or one for a test.
#[derive(Default)]
pub struct Cache {
    /// Decoded files.
    pub(super) decoded: WeakCache<Content, Decoded>,
    /// Files and rooms at a rate.
    pub(super) resampled: WeakCache<ResampledKey, Impulse>,
    /// The same after the decay stage, where that changes them.
    pub(super) decayed: WeakCache<DecayedKey, Impulse>,
    /// Kernels.
    pub(super) kernels: WeakCache<KernelKey, CachedKernel>,
    /// Where files are, as far as the instances have found out.
    pub(super) places: KnownPlaces,
    /// Beats while any loader does something.
    pub(super) heart: Heartbeat,
}

/// What a cache holds at the moment, and how often its stages have run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Decoded files that are alive.
    pub decoded: usize,
    /// Resampled impulses that are alive.
    pub resampled: usize,
    /// Decayed impulses that are alive.
    pub decayed: usize,
    /// Kernels that are alive.
    pub kernels: usize,
    /// How often anything was made, ever.
    pub made: usize,
    /// How often the decay stage has run, ever; `made` counts these as well.
    pub decays: usize,
}

impl Cache {
    /// The one that all instances of the process share.
    #[must_use]
    pub fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Cache>> = LazyLock::new(Arc::default);
        Arc::clone(&SHARED)
    }

    /// What is alive at the moment.
    #[must_use]
    pub fn held(&self) -> Held {
        let (decoded, decodes) = self.decoded.count();
        let (resampled, resamples) = self.resampled.count();
        let (decayed, decays) = self.decayed.count();
        let (kernels, partitions) = self.kernels.count();
        Held {
            decoded,
            resampled,
            decayed,
            kernels,
            made: decodes + resamples + decays + partitions,
            decays,
        }
    }

    /// Names the folders that are searched by content for missing files, for all instances.
    pub fn set_library(&self, folders: Vec<PathBuf>) {
        self.places.set_library(folders);
    }

    /// Holds samples that are in no file, under the identity that `file` knows them by. They are found
    /// for as long as the answer is held.
    #[must_use]
    pub fn hold(&self, file: &FileRef, decoded: Decoded) -> Option<Arc<Decoded>> {
        let content = Content::of(file);
        let make = || Ok::<_, Cancelled>(decoded);
        // Nobody cancels it.
        self.decoded.get_or_make(&content, &|| false, make).ok()
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cache").field(&self.held()).finish()
    }
}
