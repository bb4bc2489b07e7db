//! What others read is read alike: tags around a file, sizes that are wrong, and the ways in which samples
//! are written. Each right value is that of libsndfile, ffmpeg or sox; where they differ, of two of them.

#[path = "decoding/build.rs"]
mod build;
#[path = "decoding/cases.rs"]
mod cases;
#[path = "decoding/codings.rs"]
mod codings;
#[path = "common/flac.rs"]
mod flac;
#[path = "decoding/places.rs"]
mod places;
#[path = "decoding/sizes.rs"]
mod sizes;
#[path = "decoding/tags.rs"]
mod tags;
