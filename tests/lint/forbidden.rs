//! Not compiled with the tests: every item must be refused by the lints of the real-time modules.
#![allow(dead_code)]

struct Locked(std::sync::Mutex<u8>);

fn waits() {
    std::thread::sleep(std::time::Duration::ZERO);
}

fn wakes(thread: &std::thread::Thread) {
    thread.unpark();
}

fn prints() {
    println!("late");
}
