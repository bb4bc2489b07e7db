//! 1 and 2: the patterns of the first text, by themselves.

use crate::support::allocations::forbidden;
use crate::support::noise::Noise;
use crate::support::patience::Patience;
use anteroom_exchange::{
    Dirty, Flag, Key, Mirror, Pool, RtBox, State, drain, handoff, observe, queue,
};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Colour {
    Red,
    Green,
    Blue,
}

/// What is local to the target: nodes with colours.
#[derive(Clone, Debug, PartialEq)]
struct Nodes([Colour; 4]);

#[derive(Clone, Copy, Debug)]
enum Message {
    SetColour(usize, Colour),
    GetColour(usize),
    Subscribe(usize),
    Unsubscribe(usize),
}

/// The target context: it owns the nodes by value.
struct Target {
    nodes: Nodes,
    subscribed: u64,
    dirty: Arc<Dirty>,
    inbox: anteroom_exchange::Consumer<Message>,
    replies: anteroom_exchange::Producer<(usize, Colour)>,
}

impl Target {
    fn callback(&mut self) {
        for message in drain(&mut self.inbox, 8) {
            match message {
                Message::SetColour(node, colour) => {
                    self.nodes.0[node] = colour;
                    if self.subscribed >> node & 1 == 1 {
                        self.dirty.mark(node);
                    }
                }
                Message::GetColour(node) => {
                    let _ = self.replies.push((node, self.nodes.0[node]));
                }
                Message::Subscribe(node) => self.subscribed |= 1 << node,
                Message::Unsubscribe(node) => self.subscribed &= !(1 << node),
            }
        }
    }
}

struct Ends {
    to_target: anteroom_exchange::Producer<Message>,
    replies: anteroom_exchange::Consumer<(usize, Colour)>,
    dirty: Arc<Dirty>,
}

fn target() -> (Ends, Target) {
    let (to_target, inbox) = queue(8);
    let (reply, replies) = queue(8);
    let dirty = Arc::new(Dirty::new());
    let target = Target {
        nodes: Nodes([Colour::Green; 4]),
        subscribed: 0,
        dirty: dirty.clone(),
        inbox,
        replies: reply,
    };
    let ends = Ends {
        to_target,
        replies,
        dirty,
    };
    (ends, target)
}

pub fn mutate_target_state() {
    let (mut ends, mut target) = target();
    const X: usize = 2;
    ends.to_target
        .push(Message::SetColour(X, Colour::Red))
        .unwrap();
    assert_eq!(target.nodes.0[X], Colour::Green, "sent is not done");
    let target = thread::spawn(move || {
        forbidden(|| target.callback());
        target
    });
    assert_eq!(target.join().unwrap().nodes.0[X], Colour::Red);
}

pub fn get() {
    let (mut ends, mut target) = target();
    for message in [
        Message::GetColour(1),
        Message::SetColour(1, Colour::Blue),
        Message::GetColour(1),
    ] {
        ends.to_target.push(message).unwrap();
    }
    assert!(ends.replies.is_empty(), "answered when it is processed");
    forbidden(|| target.callback());
    ends.to_target
        .push(Message::SetColour(1, Colour::Red))
        .unwrap();
    forbidden(|| target.callback());
    // The values at the time of processing, not at the time of asking or of looking.
    assert_eq!(ends.replies.pop(), Ok((1, Colour::Green)));
    assert_eq!(ends.replies.pop(), Ok((1, Colour::Blue)));
    assert!(ends.replies.is_empty());
}

pub fn observe_by_subscription() {
    let (mut ends, mut target) = target();
    let change = |ends: &mut Ends, target: &mut Target, colour| {
        ends.to_target.push(Message::SetColour(3, colour)).unwrap();
        forbidden(|| target.callback());
    };
    let told = |ends: &Ends| ends.dirty.take().collect::<Vec<usize>>();
    const NOTHING: [usize; 0] = [];

    change(&mut ends, &mut target, Colour::Red);
    assert_eq!(told(&ends), NOTHING, "before it subscribed");

    ends.to_target.push(Message::Subscribe(3)).unwrap();
    forbidden(|| target.callback());
    assert_eq!(told(&ends), NOTHING, "subscribing is no change");
    for colour in [Colour::Blue, Colour::Red, Colour::Green] {
        change(&mut ends, &mut target, colour);
        assert_eq!(told(&ends), [3], "one for each change");
    }
    // Not looked at between: coalesced, and the last one is not lost.
    for _ in 0..1000 {
        change(&mut ends, &mut target, Colour::Blue);
    }
    assert_eq!(told(&ends), [3]);
    assert_eq!(told(&ends), NOTHING);

    ends.to_target.push(Message::Unsubscribe(3)).unwrap();
    // Until that is processed it may still be told.
    forbidden(|| target.callback());
    change(&mut ends, &mut target, Colour::Red);
    assert_eq!(told(&ends), NOTHING, "after it unsubscribed");
}

/// The last change is never lost, whenever the observer looks.
pub fn coalesced_but_never_lost() {
    const CHANGES: u64 = 200_000;
    let dirty = Dirty::new();
    let value = std::sync::atomic::AtomicU64::new(0);
    let relaxed = std::sync::atomic::Ordering::Relaxed;
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..=CHANGES {
                value.store(number, relaxed);
                dirty.mark(7);
            }
        });
        let mut seen = 0;
        let patience = Patience::default();
        while seen < CHANGES {
            patience.go_on("the last change");
            if dirty.take().any(|index| index == 7) {
                let now = value.load(relaxed);
                assert!(now >= seen);
                seen = now;
            }
        }
    });
}

/// A frame that shows whether it is whole.
#[derive(Clone, Copy)]
struct Meters {
    number: u64,
    levels: [u64; 31],
}

impl Meters {
    fn new(number: u64) -> Self {
        Self {
            number,
            levels: [number.wrapping_mul(0x9E37_79B9_7F4A_7C15); 31],
        }
    }

    fn assert_whole(&self) {
        assert!(self.levels == Self::new(self.number).levels, "torn");
    }
}

pub fn periodic_notification() {
    const BLOCKS: u64 = 300_000;
    let (mut audio, mut editor) = observe(Meters::new(0));
    let looked = &Flag::new();
    let patience = &Patience::default();
    let mut looks = 0_u64;
    let mut audio = thread::scope(|scope| {
        let player = scope.spawn(move || {
            for number in 1..=BLOCKS {
                forbidden(|| audio.write(Meters::new(number)));
                // The first is seen, however late the editor comes.
                while number == 1 && !looked.take() {
                    patience.go_on("the first look");
                    thread::yield_now();
                }
            }
            audio
        });
        let mut last = 0;
        while last < BLOCKS {
            patience.go_on("the last block");
            let meters = editor.read();
            meters.assert_whole();
            assert!(meters.number >= last, "went back in time");
            if last == 0 && meters.number > 0 {
                looked.raise();
            }
            last = meters.number;
            looks += 1;
        }
        player.join().unwrap()
    });
    assert!(looks > 1);

    // The editor sleeps; the audio goes on; the first look is at the newest.
    for number in BLOCKS..2 * BLOCKS {
        forbidden(|| audio.write(Meters::new(number)));
    }
    let meters = editor.read();
    meters.assert_whole();
    assert_eq!(meters.number, 2 * BLOCKS - 1);
}

impl State for Nodes {
    type Op = (usize, Colour);

    fn apply(&mut self, &(node, colour): &(usize, Colour)) {
        if let Some(node) = self.0.get_mut(node) {
            *node = colour;
        }
    }
}

pub fn cached_state() {
    let mut noise = Noise::new(13);
    for _ in 0..200 {
        let mut master = Mirror::new(Nodes([Colour::Blue; 4]));
        let mut slave = master.attach(8);
        let mut expected = (*master).clone();
        for _ in 0..100 {
            let colour = [Colour::Red, Colour::Green, Colour::Blue][noise.below(3)];
            let op = (noise.below(5), colour);
            if master.write(op).is_ok() {
                expected.apply(&op);
            }
            // Known at once, without asking the slave.
            assert_eq!(*master, expected);
            if noise.once_in(3) {
                let most = noise.below(9);
                forbidden(|| slave.update(most));
            }
            assert_eq!(master.lag(), master.sequence() - slave.sequence());
        }
        slave.update(8);
        assert_eq!((&*slave, master.lag()), (&*master, 0));
    }
}

/// A node of a graph, of which the target has a table.
#[derive(Debug)]
struct Node {
    name: &'static str,
}

pub fn link() {
    let (mut source, mut target) = handoff(2);
    let mut table: Pool<RtBox<Node>> = Pool::new(2);
    let node = Box::new(Node { name: "x" });
    source.link(node).unwrap_or_else(|_| panic!("no credit"));
    // `node.name` does not compile here: the source has it no longer. The page of `Source::link` has
    // an example that must not compile, and the same with the use before the link, which must.
    let key = forbidden(|| {
        let node = target.accept().unwrap();
        table.insert(node).unwrap()
    });
    assert_eq!(table.get(key).unwrap().name, "x");
    target.unlink(table.remove(key).unwrap());
}

pub fn unlink() {
    let (mut source, mut target) = handoff(3);
    let (mut unlink, mut wanted) = queue::<Key>(3);
    let mut table: Pool<RtBox<Node>> = Pool::new(3);
    let mut keys = Vec::new();
    for name in ["x", "y", "z"] {
        assert!(source.link(Box::new(Node { name })).is_ok());
        keys.push(table.insert(target.accept().unwrap()).unwrap());
    }

    unlink.push(keys[1]).unwrap();
    // The same again, and it must not take anything else.
    unlink.push(keys[1]).unwrap();
    forbidden(|| {
        for key in drain(&mut wanted, 3) {
            if let Some(node) = table.remove(key) {
                target.unlink(node);
            }
        }
    });
    assert_eq!(source.reclaim().unwrap().name, "y");
    assert!(source.reclaim().is_none());
    assert_eq!((table.len(), source.in_flight()), (2, 2));
    for key in [keys[0], keys[2]] {
        target.unlink(table.remove(key).unwrap());
    }
}

/// As much memory as is asked for, and one version number all through it.
struct Graph {
    cells: Vec<u64>,
}

pub fn swap() {
    // Each block sees one graph only, the old or the new.
    let (mut source, mut target) = handoff(3);
    let stop = Arc::new(Flag::new());
    let stopped = stop.clone();
    let audio = thread::spawn(move || {
        let mut slot: Option<RtBox<Graph>> = None;
        let mut swaps = 0;
        while !stopped.take() {
            forbidden(|| {
                swaps += u64::from(target.swap(&mut slot));
                if let Some(graph) = &slot {
                    let version = graph.cells[0];
                    assert!(graph.cells.iter().all(|cell| *cell == version), "mixed");
                }
            });
        }
        if let Some(graph) = slot {
            target.unlink(graph);
        }
        swaps
    });
    let mut version = 0;
    while version < 20_000 {
        let mut graph = source.reclaim().unwrap_or_else(|| {
            Box::new(Graph {
                cells: vec![0; 256],
            })
        });
        version += 1;
        graph.cells.fill(version);
        if source.link(graph).is_err() {
            version -= 1;
            thread::yield_now();
        }
    }
    stop.raise();
    assert!(audio.join().unwrap() > 1);
}

/// What a swap costs does not depend on what is swapped. Printed; asserted only in its kind, since
/// a copy of 64 MiB would take some ten thousand times as long as a swap.
pub fn swap_in_constant_time() {
    let cost = |bytes: usize| {
        let (mut source, mut target) = handoff(2);
        let mut slot = None;
        let graph = || {
            Box::new(Graph {
                cells: vec![1; bytes / 8],
            })
        };
        let mut spare = [graph(), graph()].map(Some);
        let mut best = Duration::MAX;
        for i in 0..200 {
            let next = spare[i % 2].take().or_else(|| source.reclaim()).unwrap();
            assert!(source.link(next).is_ok());
            let start = Instant::now();
            assert!(forbidden(|| target.swap(&mut slot)));
            best = best.min(start.elapsed());
        }
        target.unlink(slot.take().unwrap());
        best
    };
    let (small, large) = (cost(1 << 10), cost(64 << 20));
    println!("swap: {small:?} for 1 KiB, {large:?} for 64 MiB");
    assert!(large < small * 100 + Duration::from_micros(100));
}
