//! Names in other scripts: drawn with the system's fonts, and Arabic and Hebrew from right to left. Where the system has no
//! such fonts (`apt install fonts-noto-cjk fonts-dejavu-core`) that is said, and fails under `CI=true`.

use anteroom::editor::Screen;
use anteroom::editor::screen::SIZE;
use anteroom::editor::view_model::{ImpulseSource, RoomInfo};
use anteroom::editor::widgets::{system_fonts, theme};
use egui::epaint::text::FontId;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness_set_up, model};

/// Names of halls in Japanese, simplified and traditional Chinese, and Korean.
const EAST: [&str; 4] = [
    "東京の大ホール",
    "北京大学音乐厅",
    "臺北國家音樂廳",
    "서울 콘서트홀",
];

/// A large hall in Arabic and in Hebrew.
const RIGHT_TO_LEFT: [&str; 2] = ["قاعة كبيرة 24", "אולם גדול (2)"];

fn listed(names: &[&str]) -> Harness<'static, Stage> {
    let mut model = model();
    model.rooms = names
        .iter()
        .map(|name| RoomInfo {
            name: (*name).into(),
            ..RoomInfo::default()
        })
        .collect();
    model.source = ImpulseSource::Room(names[0].into());
    let mut harness = harness_set_up(model, Screen::default(), (SIZE, 2.0), |ctx| {
        theme::apply(ctx);
        system_fonts::install(ctx);
        // Where there are no such fonts, that is found out below.
        ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
    });
    harness.run_ok();
    harness
}

/// Whether there is a glyph for each letter of a text.
fn can_draw(harness: &Harness<'_, Stage>, text: &str) -> bool {
    let font = FontId::proportional(13.0);
    let letters: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    harness
        .ctx
        .fonts_mut(|fonts| letters.chars().all(|letter| fonts.has_glyph(&font, letter)))
}

/// Says that the system has no fonts for it.
fn is_missing(found: bool, package: &str) -> bool {
    if !found {
        assert!(
            std::env::var_os("CI").is_none(),
            "{package} is not installed"
        );
        eprintln!("skipped: no fonts for this script (apt install {package})");
    }
    !found
}

/// The letters, where they are drawn: how many pixels are not like their left neighbour.
fn save(harness: &mut Harness<'_, Stage>, name: &str) {
    let picture = harness.render().expect("a picture");
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    picture.save(folder.join(name)).expect("room on the disk");
}

#[test]
fn names_of_east_asia_are_drawn_without_boxes() {
    let mut harness = listed(&EAST);
    let found = EAST.iter().all(|name| can_draw(&harness, name));
    if is_missing(found, "fonts-noto-cjk") {
        return;
    }
    save(&mut harness, "east.png");
    for name in EAST {
        assert!(harness.query_all_by_label(name).count() >= 1);
    }
}

#[test]
fn arabic_and_hebrew_names_are_joined_and_read_from_the_right() {
    let mut harness = listed(&RIGHT_TO_LEFT);
    let found = RIGHT_TO_LEFT.iter().all(|name| can_draw(&harness, name));
    if is_missing(found, "fonts-dejavu-core") {
        return;
    }
    save(&mut harness, "right-to-left.png");
    let width = |text: &str| {
        let galley = harness.ctx.fonts_mut(|fonts| {
            fonts.layout_no_wrap(
                text.into(),
                FontId::proportional(40.0),
                egui::Color32::WHITE,
            )
        });
        galley.size().x
    };
    // Joined letters are narrower than the same ones, each by itself.
    let apart: f32 = "كبيرة"
        .chars()
        .map(|letter| width(&letter.to_string()))
        .sum();
    assert!(width("كبيرة") < 0.9 * apart);
    // Assistive tools get the text as it was written.
    assert!(harness.query_all_by_label(RIGHT_TO_LEFT[0]).count() >= 1);
}
