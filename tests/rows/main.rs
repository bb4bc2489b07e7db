//! The patterns, rules and use cases of two texts that take the plug-in to be shown, a test for each, in
//! the order of the texts and by their ids. The tests are in the modules. Those that need nothing but
//! the exchange layer are its crate's (`crates/anteroom-exchange/tests/rows`).
//!
//! Bencina, *Programming with lightweight asynchronous messages: some basic patterns* (A to H), and
//! *Real-time audio programming 101: time waits for nothing* (R). The table that maps the ids to the
//! types is in the documentation of `anteroom_exchange::rows`. Linux, whose kernel is asked in some of them.

#![cfg(target_os = "linux")]
#![cfg_attr(rtsan, feature(sanitize))]

#[allow(dead_code, reason = "the rules of the whole project use the rest")]
#[path = "../tidy/source.rs"]
mod source;

mod capture;
mod delivery;
mod in_the_plugin;
mod model;
mod plugin;
mod rules;
mod sources;
mod use_cases;

use anteroom_test_support as support;

// A: the execution model.

#[test]
fn a1_a_context_migrates_between_threads_and_the_samples_stay_the_same() {
    model::a_context_may_migrate_between_threads();
}

#[test]
fn a3_a_thousand_pings_get_their_own_pongs_over_two_queues() {
    model::a_queue_for_each_direction();
}

// B: topologies.

#[test]
fn b1_the_same_wires_through_a_hundred_activations_and_editors() {
    model::the_wires_stay();
}

// C: use cases.

#[test]
fn c1_a_command_goes_round_in_one_callback_without_heap_or_kernel() {
    use_cases::a_pair_of_queues("c1_a_command_goes_round_in_one_callback_without_heap_or_kernel");
}

// D: what a message is.

#[test]
fn d2_a_command_code_with_data_is_copied_and_small() {
    in_the_plugin::commands_are_small_enums();
}

#[test]
fn d10_each_kind_of_message_has_data_of_its_own() {
    in_the_plugin::commands_are_small_enums();
}

#[test]
fn d5_one_command_in_every_state_of_a_recording() {
    capture::one_code_means_what_the_state_makes_of_it();
}

#[test]
fn d12_a_recording_begins_and_ends_at_the_sample_that_was_asked_for() {
    capture::a_command_has_its_sample();
}

// F: delivery.

#[test]
fn f1_a_command_takes_effect_in_the_block_after_it() {
    delivery::the_callback_polls_when_it_starts();
}

#[test]
fn f3_an_editor_repaints_when_it_is_told_and_has_no_timer() {
    delivery::an_editor_is_notified();
}

#[test]
fn f4_meters_move_at_each_frame_and_a_closed_editor_costs_nothing() {
    delivery::a_timer_polls();
}

// 1: state.

#[test]
fn p1_1_a_setting_acts_on_state_that_is_the_callbacks_own() {
    in_the_plugin::a_setting_changes_the_state_of_the_callback();
}

#[test]
fn p1_2c_snapshots_of_the_plugin_are_of_one_block() {
    in_the_plugin::snapshots_are_whole();
}

// 2: objects.

#[test]
fn p2_3_an_impulse_is_swapped_while_it_plays() {
    in_the_plugin::an_impulse_is_swapped();
}

// T: what a transfer means.

#[test]
fn t3_the_picture_and_the_sound_are_of_one_impulse() {
    in_the_plugin::the_picture_and_the_sound_are_of_one_impulse();
}

#[test]
fn t6_an_instance_ends_by_its_parts_in_any_order() {
    in_the_plugin::an_instance_ends_in_any_order();
}

// 4: memory.

#[test]
fn p4_2_a_room_is_recorded_in_blocks_that_go_round() {
    capture::blocks_go_round_in_a_closed_loop("p4_2_a_room_is_recorded_in_blocks_that_go_round");
}

// H: not the whole picture.

#[test]
fn h4_a_preset_is_heard_whole() {
    in_the_plugin::a_preset_is_never_half_heard();
}

// R: the rules of the second text.

#[test]
fn r1_a_minute_of_everything_without_one_allocation() {
    rules::no_allocation();
}

#[test]
fn r2_every_other_thread_is_stopped_and_the_callback_goes_on() {
    rules::no_lock("r2_every_other_thread_is_stopped_and_the_callback_goes_on");
}

#[test]
fn r3_a_thousand_blocks_without_one_system_call() {
    rules::no_io("r3_a_thousand_blocks_without_one_system_call");
}

#[test]
fn r5_the_worst_block_is_reported_calm_and_in_a_storm() {
    rules::worst_case_and_median();
}

#[test]
fn r6_the_callback_reaches_trusted_crates_only() {
    sources::only_trusted_code();
}

#[test]
fn r6_the_lint_is_on_where_the_callback_goes() {
    sources::the_lint_is_on();
}

#[test]
fn r7_a_reset_costs_no_more_than_a_block() {
    rules::reset_costs_no_more_than_a_block();
}

#[test]
fn r8_after_activation_the_heap_does_not_grow() {
    rules::everything_is_prepared();
}

#[test]
fn r9_nothing_in_the_callbacks_state_is_shared() {
    sources::nothing_is_shared();
}

#[test]
fn r11_no_page_is_missing_even_in_the_first_block_of_a_new_engine() {
    rules::no_page_fault("r11_no_page_is_missing_even_in_the_first_block_of_a_new_engine");
}

#[test]
fn r12_there_is_no_try_lock() {
    sources::no_try_lock();
}

#[test]
fn r13_two_seconds_of_loading_and_no_block_is_late() {
    rules::unbounded_tasks_elsewhere();
}

#[test]
fn r14_the_share_of_the_period_is_published() {
    rules::the_deadline_is_known();
}
