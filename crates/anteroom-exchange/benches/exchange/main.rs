//! What the exchange layer costs, beside others that do the same work, in one run.
//!
//! ```text
//! cargo bench --package anteroom-exchange
//! ```
//!
//! The first table is the floor: both ends on one core, the least of many rounds, in which all candidates
//! take turns, so that none has the machine's quiet moment for itself. The second is the price of the call
//! that sends, on the audio's side, while the other side sleeps, polls now and then, or never rests. Every
//! operation is asserted to do its work before it is timed, and every message to arrive.

mod floor;
mod messages;
mod sending;
mod things;

use floor::{Row, measure, nanoseconds};

/// What is sent: 32 bytes.
type Message = [u64; 4];

const MESSAGE: Message = [1, 2, 3, 4];

fn main() {
    let full = std::env::args().any(|argument| argument == "--bench");
    let rounds = if full { 41 } else { 1 };
    let mut rows: Vec<Row> = Vec::new();
    messages::rows(&mut rows);
    things::rows(&mut rows);
    measure(&mut rows, rounds);

    println!("| work | by | ns |\n|---|---|---|");
    for row in &rows {
        println!("| {} | {} | {:.1} |", row.work, row.by, row.best);
    }
    println!(
        "\n| the call that sends | the other side | p50 | p99.9 | max |\n|---|---|---|---|---|"
    );
    let calls = if full { 5000 } else { 50 };
    let sending = sending::table(calls);

    let ratio = nanoseconds(&rows, messages::PUSH, "`queue`")
        / nanoseconds(&rows, messages::PUSH, "rtrb, raw");
    let linked = nanoseconds(&rows, things::LINK, "`exchange`");
    println!("\n| target | found |\n|---|---|");
    println!("| push + pop at most 1.1 times rtrb's | {ratio:.2} |");
    println!("| link + swap + reclaim under 10 ns | {linked:.1} ns |");
    println!(
        "| sending to a sleeper under 50 ns, p50, less the clock | {} ns |",
        sending.as_nanos()
    );
}
