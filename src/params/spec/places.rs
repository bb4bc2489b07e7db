//! Where a parameter is shown: the part of the plug-in that it belongs to, and the pages of hardware controllers.

/// The part of the plug-in that a parameter belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The level of the result and of its parts.
    Output,
    /// What colours the reverb alone.
    Wet,
    /// Which part of the impulse is used, and how.
    Shape,
    /// How the impulse dies away.
    Decay,
    /// The same for each octave.
    Octaves,
    /// The early reflections and the tail.
    EarlyTail,
    /// The equalizer's lowest band.
    LowShelf,
    /// Its second band.
    Bell1,
    /// Its third band.
    Bell2,
    /// Its highest band.
    HighShelf,
    /// How steep the cuts are.
    Slopes,
    /// What turns the reverb down while there is input.
    Ducker,
    /// What follows the host's tempo.
    Tempo,
    /// How the tail moves.
    Motion,
    /// Which impulses sound.
    Blend,
}

impl Section {
    /// All sections in the order of the signal, from the impulse to the output.
    pub const ALL: [Self; 15] = [
        Self::Blend,
        Self::Shape,
        Self::Decay,
        Self::Octaves,
        Self::EarlyTail,
        Self::Motion,
        Self::Wet,
        Self::LowShelf,
        Self::Bell1,
        Self::Bell2,
        Self::HighShelf,
        Self::Slopes,
        Self::Ducker,
        Self::Tempo,
        Self::Output,
    ];

    /// The group that hosts show it as. Published, it never changes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Output => "Output",
            Self::Wet => "Wet",
            Self::Shape => "Shape",
            Self::Decay => "Decay",
            Self::Octaves => "Decay by octave",
            Self::EarlyTail => "Early and tail",
            Self::LowShelf => "Low shelf",
            Self::Bell1 => "Bell 1",
            Self::Bell2 => "Bell 2",
            Self::HighShelf => "High shelf",
            Self::Slopes => "Slopes",
            Self::Ducker => "Ducker",
            Self::Tempo => "Tempo",
            Self::Motion => "Motion",
            Self::Blend => "Blend",
        }
    }

    /// The title of its panel in the editor.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shape => "Impulse",
            _ => self.name(),
        }
    }
}

/// A page of eight parameters that a hardware controller shows at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemotePage {
    /// What acts on the sound.
    Sound,
    /// What acts on the impulse.
    Room,
    /// Decay by octave.
    Octaves,
    /// Early reflections and tail.
    EarlyTail,
    /// The shelves of the equalizer, and how steep the cuts are.
    Shelves,
    /// The bells of the equalizer.
    Bells,
    /// The ducker.
    Ducker,
    /// How the tail moves.
    Motion,
}

impl RemotePage {
    /// All pages in their order.
    pub const ALL: [Self; 8] = [
        Self::Sound,
        Self::Room,
        Self::Octaves,
        Self::EarlyTail,
        Self::Shelves,
        Self::Bells,
        Self::Ducker,
        Self::Motion,
    ];

    /// The name that the controller shows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sound => "Sound",
            Self::Room => "Room",
            Self::Octaves => "Decay by octave",
            Self::EarlyTail => "Early and tail",
            Self::Shelves => "Shelves",
            Self::Bells => "Bells",
            Self::Ducker => "Ducker",
            Self::Motion => "Motion",
        }
    }
}
