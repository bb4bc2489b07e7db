//! Packing piece by piece.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::flac::Flac;
use super::pcm::{self, Pcm};
use super::planes::Planes;
use super::{Codec, Embedded, Step};
use crate::{Impulse, ImpulseError};

/// Bytes that are turned into text at once, a multiple of three.
const PART: usize = 3 << 16;

/// The packing of one impulse, which can be stopped at any time and goes on where it was.
///
/// Off the audio thread. Dropped, it costs nothing more than what was done.
#[derive(Debug)]
pub struct Packer {
    way: Way,
    /// The bytes of the impulse as it is, and how many the packed ones may be.
    width: usize,
    most: usize,
}

/// What is being done.
#[derive(Debug)]
enum Way {
    Flac(Box<Flac>),
    Planes(Box<Planes>),
    Pcm(Pcm),
    /// The packed bytes as text, as far as it has come.
    Text(Codec, Vec<u8>, String),
}

impl Packer {
    /// Begins to pack an impulse; `bits` is the resolution of its integer samples, if it has one.
    #[must_use]
    pub fn new(impulse: &Impulse, bits: Option<u32>) -> Self {
        let bits = bits.filter(|bits| (8..=24).contains(bits));
        let width = bits.map_or(size_of::<f32>(), |bits| bits.div_ceil(8) as usize);
        let mut new = Self {
            way: Way::Pcm(Pcm::new(width)),
            width,
            most: 0,
        };
        new.most = new.size(impulse);
        if let Some(flac) = bits.and_then(|bits| Flac::new(impulse, bits, new.most)) {
            new.way = Way::Flac(Box::new(flac));
        } else if bits.is_none() {
            new.way = Way::Planes(Box::new(Planes::new(new.most)));
        }
        new
    }

    /// The most that packed bytes may be: those of the samples as they are, and 1 % more.
    fn size(&self, impulse: &Impulse) -> usize {
        let raw = impulse.frames() * impulse.channels.len() * self.width;
        raw + raw / 100
    }

    /// Goes on until it is done, or until `stop` says so, which is asked every few milliseconds after some work:
    /// `None` then. The impulse is the one that it began with.
    pub fn go_on(
        &mut self,
        impulse: &Impulse,
        stop: &dyn Fn() -> bool,
    ) -> Option<Result<Embedded, ImpulseError>> {
        loop {
            let (codec, step) = match &mut self.way {
                Way::Flac(flac) => (Codec::Flac, flac.go_on(impulse, stop)),
                Way::Planes(planes) => (Codec::Planes, planes.go_on(impulse, stop)),
                Way::Pcm(pcm) => (Codec::Pcm, pcm.go_on(impulse, stop)),
                Way::Text(codec, packed, text) => {
                    if text.capacity() == 0 && text.try_reserve_exact(characters(packed)).is_err() {
                        return Some(Err(no_memory()));
                    }
                    loop {
                        let at = text.len() / 4 * 3;
                        let Some(rest) = packed.get(at..).filter(|rest| !rest.is_empty()) else {
                            break;
                        };
                        STANDARD.encode_string(&rest[..rest.len().min(PART)], text);
                        if stop() {
                            return None;
                        }
                    }
                    return Some(Ok(Embedded {
                        codec: *codec,
                        rate: impulse.rate,
                        channels: impulse.channels.len() as u32,
                        frames: impulse.frames() as u64,
                        data: std::mem::take(text),
                    }));
                }
            };
            self.way = match (step, codec) {
                (Step::Stopped, _) => return None,
                (Step::Done(packed), _) => Way::Text(codec, packed, String::new()),
                (Step::GivenUp, Codec::Pcm) if self.width == pcm::FLOAT => {
                    return Some(Err(no_memory()));
                }
                // They are no integers after all: something was repaired.
                (Step::GivenUp, Codec::Pcm) => {
                    self.width = pcm::FLOAT;
                    self.most = self.size(impulse);
                    Way::Planes(Box::new(Planes::new(self.most)))
                }
                (Step::GivenUp, _) => Way::Pcm(Pcm::new(self.width)),
            };
        }
    }
}

fn characters(packed: &[u8]) -> usize {
    packed.len().div_ceil(3) * 4
}

fn no_memory() -> ImpulseError {
    ImpulseError::unsupported("embedding", "there is not enough memory for it")
}
