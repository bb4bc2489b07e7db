//! B: how contexts, queues and objects are wired.

use crate::support::noise::Noise;
use anteroom_exchange::{Consumer, PopError, Producer, RtBox, SendError, drain, handoff, queue};
use std::thread;

/// An object with a mailbox of its own. It does not care which thread runs it.
#[derive(Debug)]
struct Voice {
    mailbox: Consumer<u32>,
    heard: Vec<u32>,
}

impl Voice {
    fn run(&mut self) {
        for message in drain(&mut self.mailbox, 16) {
            // Room for all was made, so this does not allocate.
            self.heard.push(message);
        }
    }
}

pub fn an_object_takes_its_queue_along() {
    const MESSAGES: u32 = 20_000;
    let (mut to_voice, mailbox) = queue(64);
    let voice = Voice {
        mailbox,
        heard: Vec::with_capacity(MESSAGES as usize),
    };
    let (mut source, mut target) = handoff(1);
    source.link(Box::new(voice)).unwrap();
    let (mut say_stop, stopped) = queue::<()>(1);

    let sender = thread::spawn(move || {
        for message in 0..MESSAGES {
            while to_voice.push(message).is_err() {
                thread::yield_now();
            }
        }
    });
    let audio = thread::spawn(move || {
        let mut noise = Noise::new(1);
        let mut linked: Option<RtBox<Voice>> = None;
        let mut visits = 0;
        while stopped.is_empty() {
            visits += u32::from(target.swap(&mut linked));
            // It stays for a few blocks.
            for _ in 0..noise.below(8) {
                if let Some(voice) = &mut linked {
                    voice.run();
                }
                thread::yield_now();
            }
            if let Some(voice) = linked.take() {
                target.unlink(voice);
            }
        }
        target.close();
        visits
    });

    // The worker, which is this thread, has the voice in between.
    let mut noise = Noise::new(2);
    let mut here = None;
    let heard = loop {
        match here.take().or_else(|| source.reclaim()) {
            None => thread::yield_now(),
            Some(mut voice) => {
                for _ in 0..noise.below(8) {
                    voice.run();
                }
                if voice.heard.len() == MESSAGES as usize {
                    break voice.heard;
                }
                here = source.link(voice).err().map(SendError::into_inner);
            }
        }
    };
    say_stop.push(()).unwrap();
    sender.join().unwrap();
    assert!(audio.join().unwrap() > 1, "it never migrated");
    assert!(heard.into_iter().eq(0..MESSAGES));
}

/// A request that carries the queue on which it wants its answers.
struct Request {
    number: u64,
    reply: Option<Producer<u64>>,
    client: usize,
}

pub fn a_reply_queue_travels_in_a_request() {
    let (mut requests, mut inbox) = queue::<Request>(16);
    let worker = thread::spawn(move || {
        let mut replies: [Option<Producer<u64>>; 2] = [None, None];
        loop {
            // Asked before the look, or what is sent between the two would be missed.
            let ended = inbox.is_abandoned();
            match inbox.pop() {
                Ok(request) => {
                    let reply = &mut replies[request.client];
                    if let Some(sent) = request.reply {
                        *reply = Some(sent);
                    }
                    let square = request.number * request.number;
                    reply.as_mut().unwrap().push(square).unwrap();
                }
                Err(PopError::Empty) if ended => return,
                Err(PopError::Empty) => thread::yield_now(),
            }
        }
    });

    // Two clients, each with numbers of its own.
    let mut answers = Vec::new();
    for client in 0..2 {
        let (reply, answer) = queue(8);
        answers.push(answer);
        let first = Request {
            number: 10 * client as u64,
            reply: Some(reply),
            client,
        };
        assert!(requests.push(first).is_ok());
    }
    for number in 1..5 {
        for client in 0..2 {
            let more = Request {
                number: 10 * client as u64 + number,
                reply: None,
                client,
            };
            assert!(requests.push(more).is_ok());
        }
    }
    drop(requests);
    worker.join().unwrap();
    for (client, answer) in (0_u64..).zip(&mut answers) {
        let own: Vec<_> = drain(answer, 8).collect();
        let expected: Vec<_> = (0..5).map(|n| (10 * client + n).pow(2)).collect();
        assert_eq!(own, expected);
        assert!(answer.is_abandoned(), "the queue was the worker's to end");
    }
}
