//! Every pattern, rule and use case of the two texts, a test for each: this page lists them in the
//! order of the texts, by their ids, with what each must demonstrate. The tests are in the modules.
//!
//! Bencina, *Programming with lightweight asynchronous messages: some basic patterns* (A to H), and
//! *Real-time audio programming 101: time waits for nothing* (R). The table that maps the ids to the
//! types is in the documentation of `anteroom::exchange::rows`.

#![cfg_attr(rtsan, feature(sanitize))]

#[allow(dead_code, reason = "the rules of the whole project use the rest")]
#[path = "../tidy/source.rs"]
mod source;
#[path = "../support/support.rs"]
mod support;

mod allocation;
mod delivery;
mod first_lap;
mod in_the_plugin;
mod messages;
mod model;
mod network;
mod patterns;
mod picture;
mod plugin;
mod queues;
mod rules;
mod sources;
mod streamer;
mod topologies;
mod transfer;
mod use_cases;
mod work;

// A: the execution model.

#[test]
fn a1_a_context_migrates_between_threads_and_the_samples_stay_the_same() {
    model::a_context_may_migrate_between_threads();
}

#[test]
fn a2_numbered_messages_arrive_once_in_order() {
    model::numbered_messages();
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

#[test]
fn b2_a_voice_migrates_with_its_own_queue_and_misses_nothing() {
    topologies::an_object_takes_its_queue_along();
}

#[test]
fn b3_a_reply_queue_travels_in_a_request() {
    topologies::a_reply_queue_travels_in_a_request();
}

// C: use cases.

#[test]
fn c1_a_command_goes_round_in_one_callback_without_heap_or_kernel() {
    use_cases::a_pair_of_queues("c1_a_command_goes_round_in_one_callback_without_heap_or_kernel");
}

#[test]
fn c2_two_clients_of_one_disk_get_each_result_where_they_said() {
    use_cases::disk_commands_say_where_their_results_go();
}

#[test]
fn c3_packets_with_loss_reordering_and_jitter_are_heard_or_concealed() {
    use_cases::packets_from_the_network();
}

#[test]
fn c3_packets_from_ffmpeg_are_heard_as_they_were_sent() {
    if network::from_ffmpeg().is_none() {
        let required = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!required, "ffmpeg is not installed: apt-get install ffmpeg");
        println!("skip ffmpeg: not installed (apt-get install ffmpeg)");
    }
}

// D: what a message is.

#[test]
fn d1_parameters_only() {
    messages::parameters_only();
}

#[test]
fn d2_a_command_code_with_data_is_copied_and_small() {
    in_the_plugin::commands_are_small_enums();
}

#[test]
fn d3_function_pointers_are_run_by_a_receiver_that_does_not_know_them() {
    messages::function_pointers();
}

#[test]
fn d4_closures_are_sent_without_the_heap_or_freed_where_they_were_made() {
    messages::closures();
}

#[test]
fn d5_one_code_means_different_things_in_different_states() {
    messages::one_code_several_meanings();
    streamer::one_command_in_every_state();
}

#[test]
fn d6_values_are_moved_in_and_moved_out() {
    messages::moved_in_and_out();
}

#[test]
fn d7_a_message_is_constructed_in_the_queue() {
    messages::constructed_in_the_queue();
}

#[test]
fn d8_a_message_is_interpreted_in_the_queue() {
    messages::interpreted_in_the_queue();
}

#[test]
fn d9_frames_of_any_length_wrap_anywhere_and_stay_whole() {
    messages::variable_length();
}

#[test]
fn d10_each_kind_of_message_has_data_of_its_own() {
    in_the_plugin::commands_are_small_enums();
}

#[test]
fn d11_polymorphic_commands_run_there_and_die_here() {
    messages::polymorphic_commands();
}

#[test]
fn d12_timestamped_messages_fire_at_their_sample_in_the_order_sent() {
    messages::timestamped();
}

#[test]
fn d13_a_late_urgent_job_is_served_next() {
    messages::prioritised();
}

// E: queues.

#[test]
fn e1_push_and_pop_return_whatever_the_other_side_does() {
    queues::push_and_pop_are_wait_free("e1_push_and_pop_return_whatever_the_other_side_does");
}

#[test]
fn e2_several_clients_share_a_lock_that_the_server_never_sees() {
    queues::several_clients_one_server(
        "e2_several_clients_share_a_lock_that_the_server_never_sees",
    );
}

#[test]
fn e3_one_queue_feeds_four_workers_each_job_once() {
    queues::one_queue_several_workers();
}

#[test]
fn e4_michael_and_scott_lose_and_double_nothing() {
    queues::michael_and_scott();
}

// F: delivery.

#[test]
fn f1_a_command_takes_effect_in_the_block_after_it() {
    delivery::the_callback_polls_when_it_starts();
}

#[test]
fn f2_a_worker_sleeps_and_no_wake_up_is_lost() {
    delivery::a_worker_sleeps_until_it_is_signalled("f2_a_worker_sleeps_and_no_wake_up_is_lost");
}

#[test]
fn f3_an_editor_repaints_when_it_is_told_and_has_no_timer() {
    delivery::an_editor_is_notified();
}

#[test]
fn f4_meters_move_at_each_frame_and_a_closed_editor_costs_nothing() {
    delivery::a_timer_polls();
}

#[test]
fn f5_a_consumer_asks_for_the_next_when_it_has_finished_one() {
    delivery::a_consumer_asks_when_it_has_finished_one();
}

// 1: state.

#[test]
fn p1_1_set_node_x_to_red() {
    patterns::mutate_target_state();
}

#[test]
fn p1_1_a_setting_acts_on_state_that_is_the_callbacks_own() {
    in_the_plugin::a_setting_changes_the_state_of_the_callback();
}

#[test]
fn p1_2a_get_is_answered_with_the_value_at_the_time_of_processing() {
    patterns::get();
}

#[test]
fn p1_2b_subscribed_changes_are_notified_and_others_are_not() {
    patterns::observe_by_subscription();
}

#[test]
fn p1_2b_the_last_change_is_never_lost() {
    patterns::coalesced_but_never_lost();
}

#[test]
fn p1_2c_meters_are_whole_and_recent_however_long_nobody_looks() {
    patterns::periodic_notification();
}

#[test]
fn p1_2c_snapshots_of_the_plugin_are_of_one_block() {
    in_the_plugin::snapshots_are_whole();
}

#[test]
fn p1_3_a_cached_copy_is_read_at_once_and_equal_in_the_end() {
    patterns::cached_state();
}

// 2: objects.

#[test]
fn p2_1_link_installs_an_object_that_the_source_has_no_longer() {
    patterns::link();
}

#[test]
fn p2_2_unlink_takes_out_what_was_named_and_sends_it_back() {
    patterns::unlink();
}

#[test]
fn p2_3_swap_never_mixes_old_and_new() {
    patterns::swap();
}

#[test]
fn p2_3_swap_costs_the_same_for_a_kilobyte_and_for_64_megabytes() {
    patterns::swap_in_constant_time();
}

#[test]
fn p2_3_an_impulse_is_swapped_while_it_plays() {
    in_the_plugin::an_impulse_is_swapped();
}

// T: what a transfer means.

#[test]
fn t1_an_object_that_is_not_thread_safe_crosses_all_the_same() {
    transfer::exclusive_ownership();
}

#[test]
fn t2_the_right_to_write_is_handed_over() {
    transfer::write_access();
}

#[test]
fn t3_an_immutable_object_is_read_by_both_and_dies_at_home() {
    transfer::publication_of_an_immutable_object();
}

#[test]
fn t3_the_picture_and_the_sound_are_of_one_impulse() {
    in_the_plugin::the_picture_and_the_sound_are_of_one_impulse();
}

#[test]
fn t4_a_source_goes_on_writing_what_it_has_published() {
    transfer::publication_of_a_single_writer_object();
}

#[test]
fn t5_monitors_are_used_from_everywhere() {
    transfer::monitors();
}

#[test]
fn t6_the_receiver_ends_first_and_everything_is_freed_once() {
    transfer::the_receiver_ends_first();
}

#[test]
fn t6_the_worker_ends_first_and_the_commands_come_home() {
    transfer::the_sender_ends_first();
}

#[test]
fn t6_an_instance_ends_by_its_parts_in_any_order() {
    in_the_plugin::an_instance_ends_in_any_order();
}

// 3 and 4: allocation.

#[test]
fn p3_1_allocated_in_the_source_and_linked_in_the_target() {
    allocation::allocate_in_source_link_in_target();
}

#[test]
fn p3_2_unlinked_and_destroyed_in_the_source_even_if_it_sleeps() {
    allocation::unlink_and_return_to_source();
}

#[test]
fn p3_2p_a_pool_in_the_source_makes_a_hundred_thousand_swaps_of_three_buffers() {
    allocation::a_pool_in_the_source();
}

#[test]
fn p3_2r_a_count_is_held_on_behalf_of_the_target() {
    allocation::a_count_held_on_behalf_of_the_target();
}

#[test]
fn p4_1_grains_live_and_die_in_the_callbacks_own_pool() {
    allocation::storage_local_to_the_context();
}

#[test]
fn p4_2_four_buffers_go_round_a_million_times() {
    allocation::closed_loop();
}

#[test]
fn p4_2_a_file_is_played_from_a_fixed_number_of_blocks() {
    streamer::plays_a_file_from_a_fixed_number_of_blocks();
}

#[test]
fn p4_2_blocks_that_were_asked_for_before_a_seek_are_not_heard() {
    streamer::stale_blocks_are_not_heard();
}

// H: not the whole picture.

#[test]
fn h1_work_is_done_in_the_order_of_its_urgency() {
    messages::prioritised();
}

#[test]
fn h2_two_replicas_of_one_log_are_equal_in_the_end() {
    picture::state_mirroring();
}

#[test]
fn h3_a_file_is_freed_when_its_last_part_has_come_home() {
    picture::parts_of_an_object();
}

#[test]
fn h4_a_transaction_is_seen_whole_or_not_at_all() {
    picture::transactions();
}

#[test]
fn h4_a_drain_that_is_too_short_splits_a_transaction() {
    picture::a_drain_that_is_too_short_splits_a_transaction();
}

#[test]
fn h4_a_preset_is_heard_whole() {
    in_the_plugin::a_preset_is_never_half_heard();
}

#[test]
fn h5_never_more_in_flight_than_the_limit() {
    picture::a_limit_in_flight();
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
fn r4_the_callback_has_work_done_without_waking_anybody() {
    rules::no_wake_up("r4_the_callback_has_work_done_without_waking_anybody");
}

#[test]
fn r4_a_wake_up_from_the_callback_would_be_caught() {
    rules::a_wake_up_is_caught("r4_a_wake_up_from_the_callback_would_be_caught");
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
fn r10_the_callbacks_own_allocator_agrees_with_a_model() {
    rules::its_own_allocator();
}

#[test]
fn r11_no_page_is_missing_even_in_the_first_block_of_a_new_engine() {
    rules::no_page_fault("r11_no_page_is_missing_even_in_the_first_block_of_a_new_engine");
}

#[test]
fn r11_no_page_is_missing_on_the_first_lap_of_anything() {
    first_lap::no_page_fault_on_the_first_lap(
        "r11_no_page_is_missing_on_the_first_lap_of_anything",
    );
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
