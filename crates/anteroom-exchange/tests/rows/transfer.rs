//! T: what it means to transfer an object.

use crate::support::allocations::forbidden;
use crate::support::drops::Recorder;
use anteroom_exchange::{
    AtomicF32, Client, Consumer, FrameReader, FrameWriter, HistoryReader, HistoryWriter, Mirror,
    Observer, Outcome, Pool, Producer, Publisher, Replica, Request, RtBox, Schedule, Shared,
    Source, Target, WakeRegistration, Worker, WorkerThread, handoff, observe, queue,
};
use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

/// Whether a type has a trait, by name lookup: an inherent constant is found before one of a trait.
struct Check<T: ?Sized>(PhantomData<T>);

trait Otherwise {
    const CLONE: bool = false;
    const SYNC: bool = false;
}

impl<T: ?Sized> Otherwise for Check<T> {}

impl<T: Clone> Check<T> {
    const CLONE: bool = true;
}

/// The same for `Sync`, as a type may have both.
struct CheckSync<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Otherwise for CheckSync<T> {}

impl<T: ?Sized + Sync> CheckSync<T> {
    const SYNC: bool = true;
}

/// Asserts that each may go to another thread, and that there can be no second one of it.
macro_rules! ends {
    ($($end:ty),* $(,)?) => {{
        fn assert_send<T: Send>() {}
        $(
            assert_send::<$end>();
            const { assert!(!Check::<$end>::CLONE) };
        )*
    }};
}

/// Ends of wires go to other threads, and are used in one at a time.
pub fn ends_are_sent_and_never_doubled() {
    // What they carry is neither thread-safe nor precious enough to forbid it.
    type Word = Cell<u8>;
    ends![
        Producer<Word>, Consumer<Word>, Source<Word>, Target<Word>, RtBox<Word>, Publisher<Word>,
        Observer<Word>, FrameWriter, FrameReader, HistoryWriter, HistoryReader, Pool<Word>,
        Schedule<u64, Word>, Mirror<super::picture::Log>, Replica<super::picture::Log>,
        Client<super::work::Reads>, Worker<super::work::Reads>, WorkerThread, WakeRegistration,
    ];
    const {
        // What could be used through a shared reference is bound to one thread.
        assert!(!CheckSync::<Producer<u8>>::SYNC && !CheckSync::<Consumer<u8>>::SYNC);
        assert!(!CheckSync::<Source<u8>>::SYNC && !CheckSync::<Target<u8>>::SYNC);
        assert!(!CheckSync::<Client<super::work::Reads>>::SYNC);
        // The checks can tell.
        assert!(Check::<u8>::CLONE && CheckSync::<u8>::SYNC && !CheckSync::<Word>::SYNC);
    }
}

pub fn exclusive_ownership() {
    // A `Cell` is not thread-safe, and need not be: only one thread can reach it at a time.
    const { assert!(!CheckSync::<Cell<u64>>::SYNC) };
    let (mut source, mut target) = handoff(1);
    source.link(Box::new(Cell::new(0_u64))).unwrap();
    let audio = thread::spawn(move || {
        let mut rounds = 0;
        while rounds < 1000 {
            match target.accept() {
                Some(cell) => {
                    cell.set(cell.get() + 1);
                    target.unlink(cell);
                    rounds += 1;
                }
                None => thread::yield_now(),
            }
        }
        target
    });
    let mut rounds = 0;
    let cell = loop {
        match source.reclaim() {
            None => thread::yield_now(),
            Some(cell) => {
                cell.set(cell.get() + 1);
                rounds += 1;
                if rounds == 1000 {
                    break cell;
                }
                source.link(cell).unwrap();
            }
        }
    };
    assert_eq!(cell.get(), 2000);
    audio.join().unwrap();
}

pub fn write_access() {
    let (mut publisher, mut observer) = observe(0_u64);
    publisher.write(1);
    assert_eq!(observer.read(), &1);

    // The right to write is itself the message.
    let (mut tx, mut rx) = queue(1);
    tx.push(publisher)
        .unwrap_or_else(|_| panic!("there is room"));
    let target = thread::spawn(move || {
        let mut publisher: Publisher<u64> = rx.pop().unwrap();
        for value in 2..=1000 {
            forbidden(|| publisher.write(value));
        }
        publisher
    });
    let mut last = 1;
    while last < 1000 {
        let now = *observer.read();
        assert!(now >= last);
        last = now;
    }
    drop(target.join().unwrap());
}

pub fn publication_of_an_immutable_object() {
    let recorder = Recorder::default();
    struct Impulse {
        samples: Vec<f32>,
        _mortal: crate::support::drops::Mortal,
    }
    let impulse = Arc::new(Impulse {
        samples: (0..4096).map(|i| i as f32).collect(),
        _mortal: recorder.mortal(),
    });
    let picture = impulse.clone();
    let (mut source, mut target) = handoff(1);
    assert!(source.link(Box::new(impulse)).is_ok());

    let audio = thread::spawn(move || {
        let sum = forbidden(|| {
            let impulse = target.accept().unwrap();
            let sum: f32 = impulse.samples.iter().sum();
            target.unlink(impulse);
            sum
        });
        (sum, target)
    });
    // Read here at the same time, by whoever draws it.
    let drawn: f32 = picture.samples.iter().sum();
    let (heard, _target) = audio.join().unwrap();
    assert_eq!(drawn, heard);
    drop(picture);
    assert!(
        recorder.deaths().is_empty(),
        "the count is held until it is back"
    );
    drop(source.reclaim());
    recorder.assert_all_died_here(1);
}

pub fn publication_of_a_single_writer_object() {
    // The source keeps it and goes on changing it in place; the target reads whole versions.
    let (mut source, mut target) = observe([0_u64; 16]);
    let reader = thread::spawn(move || {
        let mut last = 0;
        while last < 50_000 {
            let version = forbidden(|| *target.read());
            assert!(version.iter().all(|word| *word == version[0]), "torn");
            assert!(version[0] >= last);
            last = version[0];
        }
    });
    for number in 1..=50_000 {
        source.input_buffer_mut().fill(number);
        source.publish();
    }
    reader.join().unwrap();
}

pub fn monitors() {
    // Written and read by three contexts, of which one is the callback.
    let gain = Arc::new(AtomicF32::new(0.0));
    // Only for the two that may wait.
    let history = Shared::new(Vec::new());
    thread::scope(|scope| {
        for context in 1..=2 {
            let (gain, history) = (gain.clone(), history.clone());
            scope.spawn(move || {
                for _ in 0..1000 {
                    gain.store(context as f32, Ordering::Relaxed);
                    history.with(|history| history.push(context));
                }
            });
        }
        let gain = gain.clone();
        scope.spawn(move || {
            forbidden(|| {
                for _ in 0..1000 {
                    let now = gain.load(Ordering::Relaxed);
                    assert!([0.0, 1.0, 2.0, 3.0].contains(&now));
                    gain.store(3.0, Ordering::Relaxed);
                }
            });
        });
    });
    assert_eq!(history.with(|history| history.len()), 2000);
}

/// Works until it is told that nobody waits, then answers all the same.
struct Patient {
    recorder: Recorder,
    begun: Arc<anteroom_exchange::Flag>,
}

impl anteroom_exchange::Job for Patient {
    type Command = crate::support::drops::Mortal;
    type Output = crate::support::drops::Mortal;

    fn run(&mut self, _command: &mut Self::Command, cancelled: &dyn Fn() -> bool) -> Self::Output {
        self.begun.raise();
        while !cancelled() {
            thread::yield_now();
        }
        self.recorder.mortal()
    }
}

/// A worker with one request in work and one waiting, and the client of both.
fn busy(recorder: &Recorder) -> (Worker<Patient>, Client<Patient>) {
    let begun = Arc::new(anteroom_exchange::Flag::new());
    let job = Patient {
        recorder: recorder.clone(),
        begun: begun.clone(),
    };
    let worker = Worker::spawn("patient", job).unwrap();
    let mut client = worker.client(2);
    for _ in 0..2 {
        assert!(client.request(Request::new(recorder.mortal())).is_ok());
    }
    worker.wake();
    while !begun.take() {
        thread::yield_now();
    }
    (worker, client)
}

pub fn the_receiver_ends_first() {
    // Objects in both queues of an exchange.
    let recorder = Recorder::default();
    let (mut source, mut target) = handoff(4);
    for _ in 0..4 {
        assert!(source.link(Box::new(recorder.mortal())).is_ok());
    }
    let (mut retire, mut retired) = queue(1);
    let audio = thread::spawn(move || {
        forbidden(|| {
            let in_use = target.accept().unwrap();
            let done = target.accept().unwrap();
            target.unlink(done);
            // It ends: unlinks what it has, and sends its own end of the wire away.
            target.unlink(in_use);
            assert!(retire.push(target).is_ok());
        });
    });
    audio.join().unwrap();
    let target: Target<_> = retired.pop().unwrap();
    let worker = thread::spawn(move || target.close());
    worker.join().unwrap();
    assert!(source.is_closed());
    assert!(recorder.deaths().is_empty());
    while source.reclaim().is_some() {}
    assert_eq!(source.in_flight(), 0);
    recorder.assert_all_died_here(4);

    // A client of a worker, with one request in work and one waiting.
    let recorder = Recorder::default();
    let (worker, client) = busy(&recorder);
    let (mut retire, mut retired) = queue(1);
    let audio = thread::spawn(move || {
        forbidden(|| assert!(retire.push(client).is_ok()));
        thread::current().id()
    });
    let audio = audio.join().unwrap();
    let client: Client<Patient> = retired.pop().unwrap();
    client.close();
    drop(worker);
    // Two commands and the output of the one that was in work.
    let deaths = recorder.deaths();
    assert_eq!(deaths.len(), 3, "each dies once");
    assert!(!deaths.contains(&audio));
}

/// And the other way round: the worker ends first, and the commands come home.
pub fn the_sender_ends_first() {
    let recorder = Recorder::default();
    let (worker, mut client) = busy(&recorder);
    drop(worker);
    for _ in 0..2 {
        let reply = client.reply().unwrap();
        assert!(matches!(reply.outcome, Outcome::Cancelled));
    }
    assert_eq!((client.outstanding(), recorder.deaths().len()), (0, 3));
}
