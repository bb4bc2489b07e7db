//! The types of the exchange layer that are made of atomics, in every order that loom can think of with
//! two or three preemptions.
//!
//! ```text
//! cargo xtask test loom
//! RUSTFLAGS="--cfg loom" cargo test --package anteroom-exchange --test models --target-dir target/loom
//! ```
#![cfg(loom)]

use anteroom_exchange::{Change, Dirty, Flag, Mirror, MsQueue, SeqLockWriter, State, history};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering, Ordering::Relaxed};
use loom::thread;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Explores with at most so many preemptions; the bugs of such queues need two or three.
fn explore(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

#[test]
fn whoever_takes_a_mark_sees_what_was_written_before_it() {
    explore(3, || {
        let shared = Arc::new((Dirty::new(), AtomicU64::new(0), AtomicU64::new(0)));
        let writer = shared.clone();
        let writing = thread::spawn(move || {
            let (dirty, a, b) = &*writer;
            a.store(1, Relaxed);
            dirty.mark(0);
            b.store(1, Relaxed);
            dirty.mark(1);
        });
        let (dirty, a, b) = &*shared;
        let mut seen = 0;
        for index in dirty.take() {
            seen |= 1 << index;
            assert_eq!([a, b][index].load(Relaxed), 1);
        }
        writing.join().unwrap();
        // Nothing is lost: each was taken before, or is there now.
        for index in dirty.take() {
            seen |= 1 << index;
        }
        assert_eq!(seen, 0b11);
    });
}

#[test]
fn whoever_takes_a_flag_finds_what_was_sent_before_it() {
    explore(3, || {
        let shared = Arc::new((Flag::new(), AtomicU64::new(0)));
        let raiser = shared.clone();
        let raising = thread::spawn(move || {
            raiser.1.store(1, Relaxed);
            raiser.0.raise();
        });
        let early = shared.0.take();
        assert!(!early || shared.1.load(Relaxed) == 1);
        raising.join().unwrap();
        assert!(early || shared.0.take(), "a flag was lost");
    });
}

/// Two senders and a receiver, with so few nodes that each is used again.
#[test]
fn two_senders_and_one_receiver_lose_and_double_nothing() {
    explore(2, || {
        let queue = Arc::new(MsQueue::new(2));
        let senders = [1, 2].map(|word| {
            let queue = queue.clone();
            thread::spawn(move || queue.push(word).unwrap())
        });
        let mut got: Vec<u64> = queue.pop().into_iter().collect();
        for sender in senders {
            sender.join().unwrap();
        }
        while let Some(word) = queue.pop() {
            got.push(word);
        }
        got.sort_unstable();
        assert_eq!(got, [1, 2]);
    });
}

/// A node that is taken out and put in again under the other side's eyes: the ABA problem.
#[test]
fn a_node_that_was_used_again_is_not_taken_for_what_it_was() {
    explore(2, || {
        let queue = Arc::new(MsQueue::new(1));
        queue.push(1).unwrap();
        let other = queue.clone();
        // Its two nodes change places twice, so the head is where it was and means another word.
        let cycling = thread::spawn(move || {
            let mut got = Vec::new();
            let mut pushed = vec![1];
            for word in [2, 3] {
                got.extend(other.pop());
                if other.push(word).is_ok() {
                    pushed.push(word);
                }
            }
            (got, pushed)
        });
        let mine = queue.pop();
        let (mut got, pushed) = cycling.join().unwrap();
        got.extend(mine);
        got.extend(queue.pop());
        got.sort_unstable();
        assert_eq!(got, pushed, "lost, doubled or out of thin air");
    });
}

/// The recording head comes round while the past is read: it is given whole, or not at all.
#[test]
fn a_past_is_never_torn() {
    explore(3, || {
        // Of four samples, of which blocks of one sample are recorded.
        let (mut writer, reader) = history(1, 4);
        for sample in [1.0, 2.0, 3.0] {
            writer.write(&[&[sample]]);
        }
        let writing = thread::spawn(move || {
            for sample in [4.0, 5.0, 6.0] {
                writer.write(&[&[sample]]);
            }
        });
        let mut past = [0.0; 2];
        if reader.read(1, &mut [&mut past]).is_ok() {
            assert_eq!(past, [2.0, 3.0], "torn");
        }
        writing.join().unwrap();
        // What is no longer there is not given.
        assert!(reader.read(1, &mut [&mut past]).is_err());
        assert!(reader.read(3, &mut [&mut past]).is_ok());
        assert_eq!(past, [4.0, 5.0]);
    });
}

/// The past is forgotten while it is read: what comes after that never continues what was before.
#[test]
fn what_is_read_never_spans_a_clear() {
    explore(3, || {
        let (mut writer, reader) = history(1, 4);
        writer.write(&[&[1.0]]);
        let writing = thread::spawn(move || {
            writer.clear();
            writer.write(&[&[2.0]]);
        });
        // Two samples are there only when the second has been recorded, and then the first is forgotten.
        let mut past = [0.0; 2];
        assert!(reader.read(0, &mut [&mut past]).is_err(), "{past:?}");
        // One of them is what it was, or is gone.
        let mut one = [0.0];
        if reader.read(0, &mut [&mut one]).is_ok() {
            assert_eq!(one, [1.0]);
        }
        if reader.read(1, &mut [&mut one]).is_ok() {
            assert_eq!(
                (one, reader.begin()),
                ([2.0], 1),
                "recorded after, forgotten before"
            );
        }
        writing.join().unwrap();
        assert_eq!((reader.begin(), reader.head()), (1, 2));
        assert!(reader.read(0, &mut [&mut one]).is_err());
        assert!(reader.read(1, &mut [&mut one]).is_ok());
        assert_eq!(one, [2.0]);
    });
}

/// Two values that are changed lock are never seen one without the other.
#[test]
fn a_change_is_seen_whole_or_not_at_all() {
    // Looks that may still find the old values once it has ended.
    seen_whole(SeqLockWriter::begin, 1);
    seen_whole(SeqLockWriter::begin_writing, 0);
}

fn seen_whole(begin: fn(&SeqLockWriter) -> Change<'_>, late: usize) {
    explore(3, move || {
        let lock = SeqLockWriter::new();
        let mut heard = lock.reader((0, 0));
        let values = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
        let theirs = values.clone();
        let changing = thread::spawn(move || {
            let _change = begin(&lock);
            theirs.0.store(1, Relaxed);
            theirs.1.store(1, Relaxed);
        });
        let read = || (values.0.load(Relaxed), values.1.load(Relaxed));
        for _ in 0..2 {
            let (a, b) = *heard.read(read);
            assert_eq!(a, b, "half of a change");
        }
        changing.join().unwrap();
        for _ in 0..late {
            heard.read(read);
        }
        assert_eq!(heard.read(read), &(1, 1));
    });
}

/// Counts in all copies lock how often an operation was applied.
#[derive(Clone)]
struct Counted(Arc<AtomicU64>);

impl State for Counted {
    type Op = ();

    fn apply(&mut self, (): &()) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn whoever_sees_that_a_replica_is_up_to_date_sees_what_it_did() {
    explore(3, || {
        let count = Arc::new(AtomicU64::new(0));
        let mut mirror = Mirror::new(Counted(count.clone()));
        let mut replica = mirror.attach(2);
        mirror.write_all(&[()]).unwrap();
        let updating = thread::spawn(move || {
            replica.update(2);
            replica
        });
        if mirror.lag() == 0 {
            assert_eq!(count.load(Relaxed), 2);
        }
        let _replica = updating.join().unwrap();
        assert_eq!((mirror.lag(), count.load(Relaxed)), (0, 2));
    });
}

/// `Flag`, but for the ordering of one of its two sides.
fn hand_over(raise: Ordering, take: Ordering) {
    explore(3, move || {
        let shared = Arc::new((AtomicBool::new(false), AtomicU64::new(0)));
        let raiser = shared.clone();
        let raising = thread::spawn(move || {
            raiser.1.store(1, Relaxed);
            raiser.0.store(true, raise);
        });
        let (flag, sent) = &*shared;
        assert!(!flag.swap(false, take) || sent.load(Relaxed) == 1, "late");
        raising.join().unwrap();
    });
}

/// The history buffer, but for the ordering of one of its two sides: a sample of the next time round comes to the place
/// that is being read.
fn run_over(store: Ordering, load: Ordering) {
    explore(3, move || {
        let shared = Arc::new((AtomicU64::new(2), AtomicU64::new(11)));
        let recorder = shared.clone();
        let recording = thread::spawn(move || {
            recorder.0.store(3, Ordering::Release);
            recorder.1.store(13, store);
            recorder.0.store(4, Ordering::Release);
        });
        let (head, cell) = &*shared;
        let stays = || head.load(Ordering::Acquire) == 2;
        if stays() {
            let sample = cell.load(load);
            assert!(!stays() || sample == 11, "torn");
        }
        recording.join().unwrap();
    });
}

/// Would loom notice? A flag whose raising or whose taking is relaxed announces what is not there yet; a history buffer whose
/// samples are, gives one for another.
#[test]
fn a_weaker_ordering_is_caught() {
    let caught = |raise, take| catch_unwind(AssertUnwindSafe(|| hand_over(raise, take))).is_err();
    assert!(caught(Relaxed, Ordering::Acquire), "a relaxed raise");
    assert!(caught(Ordering::Release, Relaxed), "a relaxed take");
    assert!(!caught(Ordering::Release, Ordering::Acquire), "as it is");
    let torn = |store, load| catch_unwind(AssertUnwindSafe(|| run_over(store, load))).is_err();
    assert!(torn(Relaxed, Ordering::Acquire), "a relaxed sample");
    assert!(torn(Ordering::Release, Relaxed), "a relaxed look at it");
    assert!(!torn(Ordering::Release, Ordering::Acquire), "as it is");
}
