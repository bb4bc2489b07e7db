//! The rows of `tests/rows` that need nothing but the layer, for the sanitizers: under their names there.

#[path = "../support/support.rs"]
mod support;

#[path = "../rows/allocation.rs"]
mod allocation;
#[path = "../rows/messages.rs"]
mod messages;
#[path = "../rows/patterns.rs"]
mod patterns;
#[path = "../rows/picture.rs"]
mod picture;
#[path = "../rows/queues.rs"]
mod queues;
#[path = "../rows/topologies.rs"]
mod topologies;
#[path = "../rows/transfer.rs"]
mod transfer;
#[path = "../rows/work.rs"]
mod work;

// The name by which the rows know it.
extern crate layer as anteroom;

macro_rules! rows {
    ($($(#[$attribute:meta])* $id:ident: $module:ident::$row:ident;)*) => {
        $(#[test] $(#[$attribute])* fn $id() { $module::$row(); })*
    };
}

// Short ones, which an interpreter gets through sixteen times.
rows! {
    b3: topologies::a_reply_queue_travels_in_a_request;
    d3: messages::function_pointers;
    d4: messages::closures;
    d5: messages::one_code_several_meanings;
    d6: messages::moved_in_and_out;
    d7: messages::constructed_in_the_queue;
    d8: messages::interpreted_in_the_queue;
    d11: messages::polymorphic_commands;
    d13_h1: messages::prioritised;
    p1_1: patterns::mutate_target_state;
    p1_2a: patterns::get;
    p2_1: patterns::link;
    p2_2: patterns::unlink;
    t1: transfer::exclusive_ownership;
    t2: transfer::write_access;
    t3: transfer::publication_of_an_immutable_object;
    t5: transfer::monitors;
    t6_receiver_first: transfer::the_receiver_ends_first;
    t6_sender_first: transfer::the_sender_ends_first;
    p3_1: allocation::allocate_in_source_link_in_target;
    p3_2r: allocation::a_count_held_on_behalf_of_the_target;
    h3: picture::parts_of_an_object;
    h4_too_short: picture::a_drain_that_is_too_short_splits_a_transaction;
}

// Long ones, which only a compiled program gets through.
#[cfg(not(miri))]
rows! {
    b2: topologies::an_object_takes_its_queue_along;
    d1: messages::parameters_only;
    d9: messages::variable_length;
    d12: messages::timestamped;
    e3: queues::one_queue_several_workers;
    e4: queues::michael_and_scott;
    p1_2b: patterns::observe_by_subscription;
    p1_2b_never_lost: patterns::coalesced_but_never_lost;
    p1_2c: patterns::periodic_notification;
    p1_3: patterns::cached_state;
    p2_3: patterns::swap;
    t4: transfer::publication_of_a_single_writer_object;
    p3_2: allocation::unlink_and_return_to_source;
    p3_2p: allocation::a_pool_in_the_source;
    p4_1: allocation::storage_local_to_the_context;
    p4_2: allocation::closed_loop;
    h2: picture::state_mirroring;
    h4: picture::transactions;
    h5: picture::a_limit_in_flight;
}
