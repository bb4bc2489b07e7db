//! What clap-validator checks and no other test of ours does. It is in no registry, so its checks are made here, with a
//! host of our own: parameters as text and back, defaults, flushes, buffered streams, states that are no states.

use super::published::NUMBERS;
use super::rig::{Block, Host, Rig};
use super::typed::TYPED;
use clack_extensions::params::{ParamInfoBuffer, ParamInfoFlags, PluginParams};
use clack_extensions::remote_controls::{PluginRemoteControls, RemoteControlsPageBuffer};
use clack_extensions::state::PluginState;
use clack_host::events::Pckn;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use clack_host::utils::ClapId;
use std::ffi::CString;
use std::io::{Read, Write};

/// One parameter, as the host is told of it.
struct Told {
    id: ClapId,
    name: String,
    flags: ParamInfoFlags,
    range: [f64; 2],
    default: f64,
}

fn params(rig: &mut Rig) -> (PluginParams, Vec<Told>) {
    let handle = rig.plugin.plugin_handle();
    let params: PluginParams = handle.get_extension().expect("parameters");
    let told = (0..params.count(&handle)).map(|index| {
        let mut buffer = ParamInfoBuffer::new();
        let info = params
            .get_info(&handle, index, &mut buffer)
            .expect("a parameter");
        Told {
            id: info.id,
            name: String::from_utf8_lossy(info.name).into_owned(),
            flags: info.flags,
            range: [info.min_value, info.max_value],
            default: info.default_value,
        }
    });
    let told = told.collect();
    (params, told)
}

#[test]
fn hosts_find_published_parameters_by_the_same_numbers_in_the_same_order() {
    let rig = Rig::new();
    let numbers: Vec<u32> = rig.ids.iter().map(|id| id.get()).collect();
    assert_eq!(numbers[..NUMBERS.len()], NUMBERS);
}

#[test]
fn a_hardware_controller_gets_pages_of_eight() {
    let mut rig = Rig::new();
    let pages = [
        (
            "Sound",
            "mix predelay width output low_cut high_cut clear bypass",
        ),
        (
            "Room",
            "decay size damping normalize start length attack reverse",
        ),
        (
            "Decay by octave",
            "decay_63 decay_125 decay_250 decay_500 decay_1k decay_2k decay_4k decay_8k",
        ),
        (
            "Early and tail",
            "early tail gap split distance blend predelay_sync length_sync",
        ),
        (
            "Shelves",
            "eq1_freq eq1_gain eq1_q eq4_freq eq4_gain eq4_q low_slope high_slope",
        ),
        (
            "Bells",
            "eq2_freq eq2_gain eq2_q eq3_freq eq3_gain eq3_q - -",
        ),
        (
            "Ducker",
            "duck duck_threshold duck_attack duck_hold duck_release duck_key pick freeze",
        ),
        ("Motion", "motion motion_rate - - - - - -"),
    ];
    let pages = pages.map(|(name, ids)| {
        let ids = ids.split(' ');
        let numbers: Vec<_> = ids.map(|id| (id != "-").then(|| rig.id(id))).collect();
        (name, numbers)
    });
    let handle = rig.plugin.plugin_handle();
    let told: PluginRemoteControls = handle.get_extension().expect("pages");
    assert_eq!(told.count(&handle), 8);
    for (index, (name, numbers)) in (0..).zip(pages) {
        let mut buffer = RemoteControlsPageBuffer::new();
        let page = told.get(&handle, index, &mut buffer).expect("a page");
        assert_eq!(page.section_name, b"Anteroom");
        assert_eq!(page.page_name, name.as_bytes());
        assert_eq!(page.param_ids.as_slice(), numbers);
    }
}

#[test]
fn a_new_instance_has_its_defaults_within_their_ranges_and_every_id_once() {
    let mut rig = Rig::new();
    let (params, told) = params(&mut rig);
    let mut ids: Vec<u32> = told.iter().map(|param| param.id.get()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), told.len());
    let handle = rig.plugin.plugin_handle();
    for param in &told {
        let [least, most] = param.range;
        assert!(least < most, "{}", param.name);
        assert!((least..=most).contains(&param.default), "{}", param.name);
        assert_eq!(
            params.get_value(&handle, param.id),
            Some(param.default),
            "{}",
            param.name
        );
    }
}

#[test]
fn every_value_has_a_text_that_is_read_as_the_same_text() {
    let mut rig = Rig::new();
    let (params, told) = params(&mut rig);
    let handle = rig.plugin.plugin_handle();
    for param in &told {
        let [least, most] = param.range;
        for step in 0..=40 {
            let mut value = least + (most - least) * f64::from(step) / 40.0;
            if param.flags.contains(ParamInfoFlags::IS_STEPPED) {
                value = value.round();
            }
            let mut buffer = [0; 256];
            let mut text = |value: f64| {
                let text = params.value_to_text(&handle, param.id, value, &mut buffer);
                let text = text.unwrap_or_else(|_| panic!("{} {value} has a text", param.name));
                CString::new(&*text).expect("no zero within")
            };
            let shown = text(value);
            let read = params.text_to_value(&handle, param.id, &shown);
            let read = read.unwrap_or_else(|| panic!("{}: {shown:?} can be read", param.name));
            assert!(
                (least - 1e-9..=most + 1e-9).contains(&read),
                "{}: {shown:?} is {read}",
                param.name
            );
            let again = text(read);
            assert_eq!(shown, again, "{}: {value} and {read}", param.name);
        }
        for nonsense in [c"", c"no number", c"1e", c"--1", c"\xff\xfe"] {
            // Read or refused, but nothing else.
            if let Some(read) = params.text_to_value(&handle, param.id, nonsense) {
                assert!(read.is_finite(), "{}: {nonsense:?}", param.name);
            }
        }
    }
}

#[test]
fn values_are_read_as_people_type_them() {
    let mut rig = Rig::new();
    let (params, _) = params(&mut rig);
    let refused = [("output", "6 k"), ("eq4_freq", "80 khz"), ("mix", "-inf")];
    let refused = refused.map(|(id, typed)| (rig.id(id), typed));
    let typed = TYPED.map(|(id, typed, wanted)| (rig.id(id), id, typed, wanted));
    let handle = rig.plugin.plugin_handle();
    for (number, id, typed, wanted) in typed {
        let text = CString::new(typed).expect("no zero within");
        let read = params.text_to_value(&handle, number, &text);
        let read = read.unwrap_or_else(|| panic!("{id}: {typed:?} can be read"));
        let mut buffer = [0; 256];
        let shown = params.value_to_text(&handle, number, read, &mut buffer);
        let shown = CString::new(&*shown.expect("a text")).expect("no zero within");
        assert_eq!(shown.to_str(), Ok(wanted), "{id}: {typed:?}");
    }
    for (number, typed) in refused {
        let text = CString::new(typed).expect("no zero within");
        let read = params.text_to_value(&handle, number, &text);
        assert_eq!(read, None, "{typed:?}");
    }
}

/// A value within the range that no parameter has by default.
fn elsewhere(param: &Told) -> f64 {
    let [least, most] = param.range;
    if param.flags.contains(ParamInfoFlags::IS_STEPPED) {
        return if param.default == least { most } else { least };
    }
    let share = (param.default - least) / (most - least);
    least + (most - least) * if share > 0.5 { 0.25 } else { 0.75 }
}

/// Tells the values that an instance has.
fn value_of(rig: &mut Rig) -> impl Fn(&Told) -> f64 {
    let handle = rig.plugin.plugin_handle();
    let params: PluginParams = handle.get_extension().expect("parameters");
    move |param| params.get_value(&handle, param.id).expect("a value")
}

/// Whether a value is that one, but for the steps in which a parameter is read.
fn is_elsewhere(param: &Told, value: f64) -> bool {
    let [least, most] = param.range;
    (value - elsewhere(param)).abs() < 4e-3 * (most - least)
}

#[test]
fn values_that_are_flushed_are_those_that_are_processed_and_saved() {
    let mut flushed = Rig::new();
    let (params, told) = params(&mut flushed);
    let mut events = EventBuffer::with_capacity(told.len());
    let moved = |param: &&Told| !param.flags.contains(ParamInfoFlags::IS_READONLY);
    for param in told.iter().filter(moved) {
        let to = elsewhere(param);
        events.push(&ParamValueEvent::new(0, param.id, Pckn::match_all(), to));
    }
    let mut handle = flushed.plugin.inactive_plugin_handle().expect("inactive");
    params.flush(&mut handle, &events.as_input(), &mut OutputEvents::void());

    let mut processed = Rig::new();
    let stopped = processed.activate(48_000.0, 64);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, 64);
    for param in told.iter().filter(moved) {
        block.automate(param.id, 0, elsewhere(param));
    }
    block.process(&mut plugin, 64);
    processed.plugin.deactivate(plugin.stop_processing());

    for rig in [&mut flushed, &mut processed] {
        let values = value_of(rig);
        for param in told.iter().filter(moved) {
            let value = values(param);
            assert!(is_elsewhere(param, value), "{}", param.name);
        }
    }
    let saved = flushed.save();
    let mut third = Rig::new();
    assert!(third.load(&saved));
    assert_eq!(third.save(), saved, "the same bytes come back");
    let values = value_of(&mut third);
    for param in told.iter().filter(moved) {
        // A button is not pressed by opening a project.
        let value = values(param);
        let kept = is_elsewhere(param, value);
        assert!(kept || value == param.default, "{}", param.name);
    }
}

/// A stream that takes, or gives, a few bytes at a time.
struct Narrow<'a>(&'a mut Vec<u8>, usize);

impl Write for Narrow<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = bytes.len().min(self.1);
        self.0.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Read for Narrow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = into.len().min(self.1).min(self.0.len());
        into[..count].copy_from_slice(&self.0[..count]);
        self.0.drain(..count);
        Ok(count)
    }
}

#[test]
fn states_travel_through_streams_that_take_a_few_bytes_at_a_time() {
    let mut rig = Rig::new();
    let whole = rig.save();
    for width in [1, 7, 23] {
        let handle = rig.plugin.plugin_handle();
        let states: PluginState = handle.get_extension().expect("state");
        let mut narrow = Vec::new();
        states
            .save(&handle, &mut Narrow(&mut narrow, width))
            .expect("it is saved");
        assert_eq!(narrow, whole);
        states
            .load(&handle, &mut Narrow(&mut narrow, width))
            .expect("it is loaded");
        assert!(narrow.is_empty(), "all of it was read");
    }
}

#[test]
fn what_is_no_state_is_refused_and_changes_nothing() {
    let mut rig = Rig::new();
    let before = rig.save();
    assert!(!rig.load(&[]), "nothing at all");
    let mut rng = super::rng::Rng(5);
    for length in [1, 8, 9, 100, 10_000] {
        let noise: Vec<u8> = (0..length).map(|_| rng.roll(256) as u8).collect();
        assert!(!rig.load(&noise), "{length} bytes of noise");
    }
    assert_eq!(rig.save(), before);
}

#[test]
fn after_a_reset_it_sounds_as_it_did_when_it_was_new() {
    let mut rig = Rig::new();
    rig.offline(true);
    let stopped = rig.activate(48_000.0, 512);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, 512);
    let mut play = |plugin: &mut StartedPluginAudioProcessor<Host>| {
        let mut sound = Vec::new();
        for turn in 0..20 {
            block.feed(512, |channel, index| match turn {
                0 => ((index * 31 + channel * 7) % 97) as f32 / 97.0 - 0.5,
                _ => 0.0,
            });
            block.process(plugin, 512);
            sound.extend_from_slice(&block.output[0]);
        }
        sound
    };
    let first = play(&mut plugin);
    assert!(first.iter().any(|sample| *sample != 0.0));
    plugin.reset();
    assert!(first == play(&mut plugin));
    rig.plugin.deactivate(plugin.stop_processing());
}
