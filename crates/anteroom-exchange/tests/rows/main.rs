//! The patterns, rules and use cases of two texts that the exchange layer shows by itself, a test for
//! each, in the order of the texts and by their ids. The tests are in the modules.
//!
//! Bencina, *Programming with lightweight asynchronous messages: some basic patterns* (A to H), and
//! *Real-time audio programming 101: time waits for nothing* (R). The table that maps the ids to the
//! types is in the documentation of `anteroom_exchange::rows`. The other rows need a plug-in to be
//! shown, and are with it.
//!
//! Linux: several of them ask the kernel.
#![cfg(all(target_os = "linux", not(loom)))]
#![cfg_attr(rtsan, feature(sanitize))]
#![allow(missing_docs, reason = "the names of the tests say it")]

mod allocation;
mod first_lap;
mod messages;
mod network;
mod patterns;
mod picture;
mod queues;
mod streamer;
mod topologies;
mod transfer;
mod waking;
mod work;

use anteroom_test_support as support;
use network::receiver::Encoding;

// A: the execution model.

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn a1_ends_are_sent_and_never_doubled() {
    transfer::ends_are_sent_and_never_doubled();
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn a2_numbered_messages_arrive_once_in_order() {
    queues::numbered_messages();
}

// B: topologies.

#[test]
#[cfg_attr(miri, ignore = "long")]
fn b2_a_voice_migrates_with_its_own_queue_and_misses_nothing() {
    topologies::an_object_takes_its_queue_along();
}

#[test]
fn b3_a_reply_queue_travels_in_a_request() {
    topologies::a_reply_queue_travels_in_a_request();
}

// C: use cases.

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn c2_two_clients_of_one_disk_get_each_result_where_they_said() {
    work::disk_commands_say_where_their_results_go();
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn c3_packets_with_loss_reordering_and_jitter_are_heard_or_concealed() {
    for encoding in [Encoding::L16, Encoding::L24] {
        network::over_a_bad_network(encoding);
    }
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn c3_packets_from_ffmpeg_are_heard_as_they_were_sent() {
    if network::from_ffmpeg().is_none() {
        let required = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!required, "ffmpeg is not installed: apt-get install ffmpeg");
        println!("skip ffmpeg: not installed (apt-get install ffmpeg)");
    }
}

// D: what a message is.

#[test]
#[cfg_attr(miri, ignore = "long")]
fn d1_parameters_only() {
    messages::parameters_only();
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
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn d5_a_streamer_reads_one_command_by_its_state() {
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
#[cfg_attr(miri, ignore = "long")]
fn d9_frames_of_any_length_wrap_anywhere_and_stay_whole() {
    messages::variable_length();
}

#[test]
fn d11_polymorphic_commands_run_there_and_die_here() {
    messages::polymorphic_commands();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn d12_timestamped_messages_fire_at_their_sample_in_the_order_sent() {
    messages::timestamped();
}

#[test]
fn d13_a_late_urgent_job_is_served_next() {
    messages::prioritised();
}

// E: queues.

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn e1_push_and_pop_return_whatever_the_other_side_does() {
    queues::push_and_pop_are_wait_free("e1_push_and_pop_return_whatever_the_other_side_does");
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn e2_several_clients_share_a_lock_that_the_server_never_sees() {
    queues::several_clients_one_server(
        "e2_several_clients_share_a_lock_that_the_server_never_sees",
    );
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn e3_one_queue_feeds_four_workers_each_job_once() {
    queues::one_queue_several_workers();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn e4_michael_and_scott_lose_and_double_nothing() {
    queues::michael_and_scott();
}

// F: delivery.

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn f2_a_worker_sleeps_and_no_wake_up_is_lost() {
    waking::a_worker_sleeps_until_it_is_signalled("f2_a_worker_sleeps_and_no_wake_up_is_lost");
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn f5_a_consumer_asks_for_the_next_when_it_has_finished_one() {
    streamer::a_consumer_asks_when_it_has_finished_one();
}

// 1: state.

#[test]
fn p1_1_set_node_x_to_red() {
    patterns::mutate_target_state();
}

#[test]
fn p1_2a_get_is_answered_with_the_value_at_the_time_of_processing() {
    patterns::get();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn p1_2b_subscribed_changes_are_notified_and_others_are_not() {
    patterns::observe_by_subscription();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn p1_2b_the_last_change_is_never_lost() {
    patterns::coalesced_but_never_lost();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn p1_2c_meters_are_whole_and_recent_however_long_nobody_looks() {
    patterns::periodic_notification();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
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
#[cfg_attr(miri, ignore = "long")]
fn p2_3_swap_never_mixes_old_and_new() {
    patterns::swap();
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn p2_3_swap_costs_the_same_for_a_kilobyte_and_for_64_megabytes() {
    patterns::swap_in_constant_time();
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
#[cfg_attr(miri, ignore = "long")]
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

// 3 and 4: allocation.

#[test]
fn p3_1_allocated_in_the_source_and_linked_in_the_target() {
    allocation::allocate_in_source_link_in_target();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn p3_2_unlinked_and_destroyed_in_the_source_even_if_it_sleeps() {
    allocation::unlink_and_return_to_source();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn p3_2p_a_pool_in_the_source_makes_a_hundred_thousand_swaps_of_three_buffers() {
    allocation::a_pool_in_the_source();
}

#[test]
fn p3_2r_a_count_is_held_on_behalf_of_the_target() {
    allocation::a_count_held_on_behalf_of_the_target();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn p4_1_grains_live_and_die_in_the_callbacks_own_pool() {
    allocation::storage_local_to_the_context();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn p4_2_four_buffers_go_round_a_million_times() {
    allocation::closed_loop();
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn p4_2_a_file_is_played_from_a_fixed_number_of_blocks() {
    streamer::plays_a_file_from_a_fixed_number_of_blocks();
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn p4_2_blocks_that_were_asked_for_before_a_seek_are_not_heard() {
    streamer::stale_blocks_are_not_heard();
}

// H: not the whole picture.

#[test]
fn h1_work_is_done_in_the_order_of_its_urgency() {
    messages::prioritised();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn h2_two_replicas_of_one_log_are_equal_in_the_end() {
    picture::state_mirroring();
}

#[test]
fn h3_a_file_is_freed_when_its_last_part_has_come_home() {
    picture::parts_of_an_object();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn h4_a_transaction_is_seen_whole_or_not_at_all() {
    picture::transactions();
}

#[test]
fn h4_a_drain_that_is_too_short_splits_a_transaction() {
    picture::a_drain_that_is_too_short_splits_a_transaction();
}

#[test]
#[cfg_attr(miri, ignore = "long")]
fn h5_never_more_in_flight_than_the_limit() {
    picture::a_limit_in_flight();
}

// R: the rules of the second text.

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn r4_the_callback_has_work_done_without_waking_anybody() {
    waking::no_wake_up("r4_the_callback_has_work_done_without_waking_anybody");
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn r4_a_wake_up_from_the_callback_would_be_caught() {
    waking::a_wake_up_is_caught("r4_a_wake_up_from_the_callback_would_be_caught");
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn r10_the_callbacks_own_allocator_agrees_with_a_model() {
    allocation::its_own_allocator();
}

#[test]
#[cfg_attr(any(miri, tsan), ignore = "asks the system, or is long")]
fn r11_no_page_is_missing_on_the_first_lap_of_anything() {
    first_lap::no_page_fault_on_the_first_lap(
        "r11_no_page_is_missing_on_the_first_lap_of_anything",
    );
}
