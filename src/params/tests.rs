//! The table as it was published, and everything that must say the same as it.

use super::spec;
use super::*;
use crate::impulse::Shape;

/// What hosts have stored: the order, and the numbers that CLAP and VST3 know a parameter by. A new
/// parameter is added behind these; none of these lines ever changes.
const PUBLISHED: [(&str, u32); 59] = [
    ("mix", 108_124),
    ("output", 1_141_971_201),
    ("bypass", 773_352_680),
    ("predelay", 856_962_240),
    ("width", 113_126_854),
    ("low_cut", 356_813_527),
    ("high_cut", 462_548_517),
    ("start", 109_757_538),
    ("length", 1_041_119_974),
    ("attack", 740_224_584),
    ("reverse", 1_099_846_370),
    ("normalize", 236_609_293),
    ("decay", 95_459_258),
    ("size", 3_530_753),
    ("damping", 1_437_187_330),
    ("changes", 738_943_683),
    ("next_impulse", 1_029_583_785),
    ("previous_impulse", 924_852_141),
    ("decay_63", 558_498_146),
    ("decay_125", 133_568_559),
    ("decay_250", 133_569_608),
    ("decay_500", 133_572_336),
    ("decay_1k", 558_498_047),
    ("decay_2k", 558_498_078),
    ("decay_4k", 558_498_140),
    ("decay_8k", 558_498_264),
    ("early", 96_278_371),
    ("tail", 3_552_336),
    ("gap", 102_102),
    ("split", 109_648_666),
    ("eq1_freq", 780_083_570),
    ("eq1_gain", 780_097_145),
    ("eq1_q", 96_692_151),
    ("eq2_freq", 808_712_721),
    ("eq2_gain", 808_726_296),
    ("eq2_q", 96_693_112),
    ("eq3_freq", 837_341_872),
    ("eq3_gain", 837_355_447),
    ("eq3_q", 96_694_073),
    ("eq4_freq", 865_971_023),
    ("eq4_gain", 865_984_598),
    ("eq4_q", 96_695_034),
    ("low_slope", 1_462_406_400),
    ("high_slope", 2_142_000_334),
    ("duck", 3_094_713),
    ("duck_threshold", 1_022_444_645),
    ("duck_attack", 1_577_721_998),
    ("duck_hold", 363_856_005),
    ("duck_release", 1_283_210_881),
    ("clear", 94_746_189),
    ("duck_key", 1_882_128_857),
    ("predelay_sync", 578_787_002),
    ("length_sync", 1_639_020_628),
    ("distance", 288_459_765),
    ("blend", 93_823_057),
    ("freeze", 881_080_983),
    ("motion", 1_079_164_854),
    ("motion_rate", 1_284_417_481),
    ("pick", 3_440_673),
];

/// The number that the framework makes of an id.
fn number_of(id: &str) -> u32 {
    let all = id.bytes().fold(0_u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(byte.into())
    });
    all & 0x7fff_ffff
}

#[test]
fn published_parameters_stay_where_they_are() {
    let listed: Vec<_> = host_ids().map(|id| (id, number_of(id))).collect();
    assert_eq!(listed[..PUBLISHED.len()], PUBLISHED);
    let mut numbers: Vec<u32> = listed.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), listed.len(), "two ids have the same number");
}

#[test]
fn every_entry_makes_sense() {
    for param in &PARAMS {
        let id = param.id;
        assert!(
            param.min <= param.default && param.default <= param.max,
            "{id}"
        );
        assert!(param.min < param.max, "{id}");
        let plain = id
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
        assert!(plain && !id.is_empty(), "{id}");
        assert!(param.help.ends_with('.') && !param.name.is_empty(), "{id}");
        assert_eq!(param_of(id), Some(param), "{id} is there twice");
        let named = PARAMS.iter().filter(|other| other.name == param.name);
        assert_eq!(named.count(), 1, "{} is there twice", param.name);
        let is_number = matches!(param.kind, Kind::Number(_));
        assert_eq!(is_number, param.unit != Unit::None, "{id}");
    }
    let bypasses = PARAMS.iter().filter(|param| param.is_bypass);
    assert_eq!(bypasses.count(), 1);
}

#[test]
fn panels_and_pages_show_each_parameter_once() {
    let shown: Vec<usize> = Section::ALL
        .into_iter()
        .flat_map(|section| section.params().map(|(place, _)| place))
        .collect();
    for (place, param) in PARAMS.iter().enumerate() {
        let times = shown.iter().filter(|shown| **shown == place).count();
        assert_eq!(times, 1, "{}", param.id);
    }
    let ids = |slots: [Option<usize>; 8]| -> [&str; 8] {
        slots.map(|slot| slot.map_or("", |at| PARAMS[at].id))
    };
    let sound = "mix predelay width output low_cut high_cut clear bypass";
    let room = "decay size damping normalize start length attack reverse";
    let octaves = "decay_63 decay_125 decay_250 decay_500 decay_1k decay_2k decay_4k decay_8k";
    let early = "early tail gap split distance blend predelay_sync length_sync";
    let shelves = "eq1_freq eq1_gain eq1_q eq4_freq eq4_gain eq4_q low_slope high_slope";
    let ducker = "duck duck_threshold duck_attack duck_hold duck_release duck_key pick freeze";
    let motion = "motion motion_rate - - - - - -";
    let bells = "eq2_freq eq2_gain eq2_q eq3_freq eq3_gain eq3_q - -";
    for (page, wanted) in [
        (RemotePage::Sound, sound),
        (RemotePage::Room, room),
        (RemotePage::Octaves, octaves),
        (RemotePage::EarlyTail, early),
        (RemotePage::Shelves, shelves),
        (RemotePage::Bells, bells),
        (RemotePage::Ducker, ducker),
        (RemotePage::Motion, motion),
    ] {
        let wanted: Vec<&str> = wanted.split(' ').map(|id| id.trim_matches('-')).collect();
        assert_eq!(ids(page.slots()).as_slice(), wanted);
    }
    for param in PARAMS.iter().filter(|param| param.remote.is_some()) {
        let of_page = RemotePage::ALL.map(|page| ids(page.slots()));
        let times = of_page
            .iter()
            .flatten()
            .filter(|id: &&&str| **id == param.id);
        assert_eq!(
            times.count(),
            1,
            "{}: its slot is taken, or not 0 to 7",
            param.id
        );
    }
}

#[test]
fn each_parameter_acts_in_one_place_and_nowhere_else() {
    let default = ParamValues::default();
    assert_eq!(default.settings(), Settings::default());
    assert_eq!(Settings::default().mix, 35.0);
    for param in &PARAMS {
        let mut moved = default;
        moved.set(param.id, param.min);
        if param.default == param.min {
            moved.set(param.id, param.max);
        }
        let acts = (
            moved.settings() != default.settings(),
            moved.shape() != default.shape(),
        );
        assert_eq!(
            acts,
            (param.acts == Acts::Sound, param.acts == Acts::Impulse),
            "{}",
            param.id
        );
    }
}

/// The impulse's crate knows nothing of the table, and has its own ranges and defaults.
#[test]
fn the_shape_has_the_tables_ranges_and_defaults() {
    assert_eq!(ParamValues::default().shape(), Shape::default());
    for (place, param) in PARAMS.iter().enumerate() {
        let shape = |value: f32| {
            let all = |at: usize| {
                if at == place {
                    value
                } else {
                    PARAMS[at].default
                }
            };
            ParamValues::from_fn(all).shape()
        };
        if param.acts == Acts::Sound {
            continue;
        }
        assert_eq!(shape(param.min).clamped(), shape(param.min), "{}", param.id);
        assert_eq!(shape(param.max).clamped(), shape(param.max), "{}", param.id);
        if matches!(param.kind, Kind::Number(_)) {
            assert_eq!(
                shape(param.min - 1.0).clamped(),
                shape(param.min),
                "{}",
                param.id
            );
            assert_eq!(
                shape(param.max + 1.0).clamped(),
                shape(param.max),
                "{}",
                param.id
            );
            assert_eq!(
                shape(f32::NAN).clamped(),
                shape(param.default),
                "{}",
                param.id
            );
        }
        assert_ne!(
            shape(param.min).bits(),
            shape(param.max).bits(),
            "{}",
            param.id
        );
    }
}

/// No parameter is a choice yet: one that is made as an entry would make it.
#[test]
fn a_choice_is_read_and_written_by_name() {
    const NAMES: &[&str] = &["off", "1/4", "1/8"];
    let param = spec::choice("Sync", Section::Wet, NAMES).entry("sync", " Help. ", Acts::Sound);
    assert_eq!((param.id, param.help), ("sync", "Help."));
    assert_eq!((param.min, param.default, param.max), (0.0, 0.0, 2.0));
    for (place, name) in NAMES.iter().enumerate() {
        let value = place as f32;
        assert_eq!(param.show(value), *name);
        assert_eq!(param.parse(name), Ok(value));
        assert_eq!(param.plain(param.normalized(value)), value);
        assert_eq!(usize::from_plain(value), place);
    }
    assert_eq!(param.plain(0.4), 1.0);
    assert_eq!(param.parse(" OFF "), Ok(0.0));
    let refused = param.parse("1/3").unwrap_err();
    assert_eq!(refused, "sync is one of off, 1/4, 1/8, not '1/3'");
    assert_eq!(param.range(), "off, 1/4, 1/8");
}

#[test]
fn numbers_are_read_as_people_type_them() {
    let read = |id: &str, text: &str| param_of(id).and_then(|param| param.parse(text).ok());
    for (id, text, wanted) in [
        ("output", "6 db", 6.0),
        ("output", "6dB", 6.0),
        ("output", "-INF", -60.0),
        ("tail", "-inf dB", -60.0),
        ("eq4_freq", "8k", 8_000.0),
        ("eq4_freq", "8 khz", 8_000.0),
        ("eq4_freq", "8 KHZ", 8_000.0),
        ("eq1_freq", "120 HZ", 120.0),
        ("mix", "20,5", 20.5),
        ("mix", "20,5 %", 20.5),
        ("predelay", "0.25 s", 250.0),
        ("predelay", "30 MS", 30.0),
        ("split", "auto", 0.0),
        ("duck", "off", 0.0),
        ("eq2_q", "0,71", 0.71),
        ("low_slope", "24", 1.0),
        ("low_slope", "12 DB/oct", 0.0),
        ("predelay_sync", "OFF", 0.0),
        ("duck_key", "Sidechain", 1.0),
    ] {
        assert_eq!(read(id, text), Some(wanted), "{id} '{text}'");
    }
    for (id, text) in [
        ("output", "inf"),
        ("output", "nan"),
        ("output", "6 k"),
        ("mix", "20 db"),
        ("eq4_freq", "80 khz"),
        ("predelay", "2 s"),
        ("low_slope", ""),
        ("low_slope", "36"),
        ("predelay_sync", "1/128"),
        ("predelay_sync", "1/8x"),
        ("predelay_sync", "1/3"),
        ("predelay_sync", "dotted"),
        ("length_sync", ""),
        ("duck_key", "dotted"),
    ] {
        assert_eq!(read(id, text), None, "{id} '{text}'");
    }
}

#[test]
fn notes_are_read_as_people_type_them() {
    let param = param_of("length_sync").expect("it is there");
    for (text, wanted) in [
        ("1/8d", "1/8d"),
        ("1/8D", "1/8d"),
        ("1/8 dotted", "1/8d"),
        ("1/8 DOTTED", "1/8d"),
        ("1/8.", "1/8d"),
        ("1/4t", "1/4t"),
        ("1/4 T", "1/4t"),
        (" 1/4 Triplet ", "1/4t"),
        ("1/4-triplet", "1/4t"),
        ("1/1", "1/1"),
        ("1/16 note", "1/16"),
        ("1/16", "1/16"),
        ("Off", "off"),
    ] {
        let read = param.parse(text).map(|plain| param.show(plain));
        assert_eq!(read.as_deref(), Ok(wanted), "{text}");
    }
    for name in NOTES {
        let place = param.parse(name).expect("it reads what it shows");
        assert_eq!(param.show(place), *name);
        assert_eq!(param.plain(param.normalized(place)), place);
    }
}

#[test]
fn the_length_in_notes_follows_the_tempo() {
    let mut values = ParamValues::default();
    assert_eq!(values.shape_at(33.3), Shape::default());
    for name in ["1/64t", "1/8d", "1/4", "1/1d"] {
        let place = NOTES.iter().position(|known| *known == name);
        values.set("length_sync", place.expect("a note") as f32);
        let note = Note::named(name).expect("a note");
        for bpm in [1.0, 60.0, 97.31, 120.0, 240.0, 1000.0] {
            let wanted = note.seconds(bpm).expect("it is on");
            let shape = values.shape_at(bpm);
            let off = f64::from(shape.length_s) / wanted - 1.0;
            assert!(off.abs() < 2e-7, "{name} at {bpm}: {off}");
            assert_eq!(shape.clamped(), shape);
        }
        assert_eq!(values.shape(), values.shape_at(120.0));
    }
}

/// The table of the README, as it has to be.
fn readme_table() -> String {
    let rows = |acts: Acts| {
        let params = PARAMS.iter().filter(move |param| param.acts == acts);
        params.map(|param| {
            let default = match param.kind {
                Kind::Number(_) => format!("{}{}", param.default, param.unit.suffix()),
                _ => param.show(param.default),
            };
            let help = param.help.trim_end_matches('.');
            format!(
                "| `{}` | {} | {default} | {help} |\n",
                param.id,
                param.range()
            )
        })
    };
    let mut table = String::from("| id | range | default | what it does |\n|---|---|---|---|\n");
    table.extend(rows(Acts::Sound));
    table += "| | | | |\n";
    table.extend(rows(Acts::Impulse));
    table
}

#[test]
fn the_readme_has_the_table() {
    let readme = include_str!("../../README.md").replace("\r\n", "\n");
    let table = readme_table();
    assert!(
        readme.contains(&format!("\n{table}\n")),
        "the README's table of parameters has to read\n\n{table}"
    );
}
