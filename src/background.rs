//! Work that is done beside the program: one type for it, whether it has a thread of its own or shares a few.
//!
//! | part | whose thread | guarantee |
//! |---|---|---|
//! | [`BackgroundJob`] | the one that owns the work | its drop cancels the work, waits for it and ends it |
//! | [`JobWaker`] | any that is not real-time | makes the job look for something to do |
//! | [`JobControl`] | anybody | cancels the work, or shows how far it has come |
//! | [`Job`] | the work itself | says whether somebody still wants it, and takes how far it has come |
//!
//! The work is a `step` that says whether there was something to do. It is called again until there was not, and
//! then after each wake-up. It looks often at [`Job::is_cancelled`], so that whoever drops the job waits a few
//! milliseconds only.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::Thread;

use crate::exchange::{Cancel, Task, TaskWaker, ThreadPool, Wake, WorkerThread};

/// The parts that a step is counted in.
const PARTS: u32 = 1 << 16;

/// How far a job has come: the number of the step it is at, and how much of that step is done. Both are one number,
/// so that they belong together: one store, one load.
#[derive(Debug, Default)]
pub struct Progress(AtomicU32);

impl Progress {
    /// So much of a step is done, 0..=1. A step below 65,536 is meant.
    pub fn report(&self, step: u32, share: f32) {
        let part = (share.clamp(0.0, 1.0) * (PARTS - 1) as f32) as u32;
        // ORDERING: Relaxed, a number to show.
        self.0.store(step * PARTS + part, Ordering::Relaxed);
    }

    /// The step.
    #[must_use]
    pub fn step(&self) -> u32 {
        // ORDERING: Relaxed, as above.
        self.0.load(Ordering::Relaxed) / PARTS
    }

    /// How much of all steps is done, 0..=1. Each counts alike.
    #[must_use]
    pub fn share_of(&self, steps: usize) -> f32 {
        // ORDERING: Relaxed, as above.
        self.0.load(Ordering::Relaxed) as f32 / (PARTS as f32 * steps as f32)
    }
}

/// What the work is given: the question whether anybody still wants it, and where it tells how far it has come.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// Whether the work is to be given up.
    pub cancel: &'a dyn Fn() -> bool,
    /// How far it has come.
    pub progress: &'a Progress,
}

impl Job<'_> {
    /// Whether the work is to be given up. It may be asked every few milliseconds.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        (self.cancel)()
    }
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("progress", self.progress)
            .finish_non_exhaustive()
    }
}

/// The same from outside: cancels the work and shows how far it has come. Clones are of the same job.
#[derive(Clone, Debug, Default)]
pub struct JobControl {
    /// Set once the work is to end.
    pub cancel: Cancel,
    /// How far it has come.
    pub progress: Arc<Progress>,
}

impl JobControl {
    /// Does some work as this job.
    pub fn run<R>(&self, work: impl FnOnce(&Job<'_>) -> R) -> R {
        work(&Job {
            cancel: &|| self.cancel.is_cancelled(),
            progress: &self.progress,
        })
    }
}

/// Does some work that nobody cancels and nobody watches.
pub fn to_the_end<R>(work: impl FnOnce(&Job<'_>) -> R) -> R {
    JobControl::default().run(work)
}

/// Work in the background. Dropping it cancels the work, wakes its thread and waits until it has ended.
#[derive(Debug)]
pub struct BackgroundJob {
    runner: Runner,
    control: JobControl,
}

#[derive(Debug)]
enum Runner {
    Thread(WorkerThread),
    Pool(Task),
}

impl BackgroundJob {
    /// Starts a thread of that name that calls `step`.
    ///
    /// # Errors
    /// The system's word if it gives no thread.
    pub fn spawn(
        name: &str,
        mut step: impl FnMut(&Job<'_>) -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let control = JobControl::default();
        let (inside, cancel) = (control.clone(), control.cancel.clone());
        let thread = WorkerThread::spawn_with(name, cancel, move || inside.run(&mut step))?;
        Ok(Self {
            runner: Runner::Thread(thread),
            control,
        })
    }

    /// Starts a thread of that name for work that is done once.
    ///
    /// # Errors
    /// The system's word if it gives no thread.
    pub fn spawn_once(
        name: &str,
        work: impl FnOnce(&Job<'_>) + Send + 'static,
    ) -> io::Result<Self> {
        let mut work = Some(work);
        Self::spawn(name, move |job| {
            if let Some(work) = work.take() {
                work(job);
            }
            false
        })
    }

    /// Has `step` called by the next free thread of a pool, as the job that `control` is of.
    ///
    /// # Errors
    /// The system's word if it gives no thread.
    pub fn spawn_in(
        pool: &ThreadPool,
        control: JobControl,
        mut step: impl FnMut(&Job<'_>) -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let inside = control.clone();
        let task = pool.spawn(control.cancel.clone(), move || inside.run(&mut step))?;
        Ok(Self {
            runner: Runner::Pool(task),
            control,
        })
    }

    /// Makes it look for something to do. Not real-time: a system call.
    pub fn wake(&self) {
        match &self.runner {
            Runner::Thread(thread) => thread.wake(),
            Runner::Pool(task) => task.wake(),
        }
    }

    /// For others that may wake it.
    #[must_use]
    pub fn waker(&self) -> JobWaker {
        JobWaker(match &self.runner {
            Runner::Thread(thread) => Sleeper::Thread(thread.thread().clone()),
            Runner::Pool(task) => Sleeper::Pool(task.waker()),
        })
    }

    /// Says that nobody wants it any more, and does not wait.
    pub fn cancel(&self) {
        self.control.cancel.cancel();
    }

    /// Whether somebody has said that.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.control.cancel.is_cancelled()
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.control.progress
    }
}

/// Wakes a [`BackgroundJob`], and does not keep it alive.
#[derive(Clone, Debug)]
pub struct JobWaker(Sleeper);

#[derive(Clone, Debug)]
enum Sleeper {
    Thread(Thread),
    Pool(TaskWaker),
}

impl Wake for JobWaker {
    fn wake(&self) {
        match &self.0 {
            Sleeper::Thread(thread) => thread.unpark(),
            Sleeper::Pool(task) => task.wake(),
        }
    }
}

impl PartialEq for JobWaker {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Sleeper::Thread(one), Sleeper::Thread(other)) => one.id() == other.id(),
            (Sleeper::Pool(one), Sleeper::Pool(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for JobWaker {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn every_step_is_read_as_it_was_told_and_none_goes_back() {
        let progress = Progress::default();
        assert_eq!(progress.step(), 0);
        let mut last = -1.0;
        for step in 0..4 {
            // What is no share of anything is taken for the nearest that is.
            for share in [f32::NAN, 0.0, 0.25, 0.5, 1.0, 7.0] {
                progress.report(step, share);
                assert_eq!(progress.step(), step);
                assert!(progress.share_of(4) >= last, "{step} {share}");
                last = progress.share_of(4);
            }
        }
        assert!((0.99..=1.0).contains(&last), "{last}");
        progress.report(1, 0.5);
        assert!((progress.share_of(4) - 0.375).abs() < 0.001);
    }

    #[test]
    fn work_that_is_done_once_is_done_once_and_its_end_is_waited_for() {
        let (sender, done) = channel();
        let job = BackgroundJob::spawn_once("once", move |job| {
            job.progress.report(3, 0.0);
            let _ = sender.send(());
            while !job.is_cancelled() {
                std::thread::yield_now();
            }
        });
        let job = job.expect("a thread");
        assert!(done.recv().is_ok());
        job.wake();
        assert_eq!(job.progress().step(), 3);
        drop(job);
        assert!(done.recv().is_err(), "the work is gone");
    }

    #[test]
    fn a_job_in_a_pool_is_woken_by_its_waker_and_cancelled_by_its_control() {
        let pool = ThreadPool::new("pool", 1);
        let control = JobControl::default();
        let (sender, steps) = channel();
        let job = BackgroundJob::spawn_in(&pool, control.clone(), move |job| {
            let _ = sender.send(job.is_cancelled());
            false
        });
        let job = job.expect("a thread");
        assert_eq!(steps.recv(), Ok(false));
        let waker = job.waker();
        assert_eq!(waker, job.waker());
        control.cancel.cancel();
        waker.wake();
        assert_eq!(steps.recv(), Ok(true));
        assert!(job.is_cancelled());
    }
}
