//! How the screen looks: the main states as pictures. `UPDATE_SNAPSHOTS=1` accepts new ones.

use anteroom::editor::model::{Phase, Source};
use anteroom::editor::screen::{SIZE, SMALLEST};
use egui_kittest::{Harness, SnapshotOptions};

use crate::stage::{Stage, harness, model};

fn keep(mut harness: Harness<'_, Stage>, name: &str) {
    harness.run_ok();
    // Floating point may differ between processors by a shade here and there.
    let options = SnapshotOptions::new()
        .output_path("tests/images")
        .threshold(1.0)
        .max_failed_pixels(20);
    harness.snapshot_options(name, &options);
}

#[test]
fn the_main_screen_at_its_first_size() {
    keep(harness(model(), SIZE, 1.0), "main");
}

#[test]
fn the_smallest_size() {
    keep(harness(model(), SMALLEST, 1.0), "smallest");
}

#[test]
fn twice_as_fine() {
    keep(harness(model(), SMALLEST, 2.0), "fine");
}

#[test]
fn a_missing_file() {
    let mut model = model();
    model.source = Source::File("/samples/halls/Church of St Anne.wav".into());
    model.phase = Phase::Missing {
        name: "Church of St Anne.wav".into(),
        place: "/samples/halls".into(),
    };
    model.loaded = None;
    model.picture = Default::default();
    keep(harness(model, SIZE, 1.0), "missing");
}
