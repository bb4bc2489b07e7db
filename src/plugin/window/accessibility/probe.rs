//! Whether AT-SPI is on, asked on a thread that ends with the answer. The window's thread.
//!
//! AccessKit's adapter could ask itself, but has its thread for good from then on. So it is asked for here first, and where
//! no assistive tool runs no thread stays.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use crate::exchange::{Cancel, WorkerThread};

/// The time between two questions: somebody who starts a screen reader while the window is open waits for so long at most.
const PERIOD: Duration = Duration::from_secs(10);
/// How long an answer may take. Closing the window waits for it.
const TIMEOUT: Duration = Duration::from_millis(400);

const UNKNOWN: u8 = 0;
const OFF: u8 = 1;
const ON: u8 = 2;

/// Asks now and then.
#[derive(Debug)]
pub struct Probe {
    /// The question under way.
    asking: Option<Asking>,
    /// When the next one is due.
    due: Instant,
}

#[derive(Debug)]
struct Asking {
    answer: Arc<AtomicU8>,
    // Held for its drop, which joins.
    _thread: WorkerThread,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            asking: None,
            due: Instant::now(),
        }
    }
}

impl Probe {
    /// Whether the answer has come that AT-SPI is on. Does not wait. `wake` is called when there is an answer.
    pub fn is_on(&mut self, wake: impl FnOnce() + Send + 'static) -> bool {
        if let Some(asking) = &self.asking {
            // ORDERING: Acquire and Release, though the number is all there is to see.
            let answer = asking.answer.load(Ordering::Acquire);
            if answer != UNKNOWN {
                self.asking = None;
                self.due = Instant::now() + PERIOD;
            }
            return answer == ON;
        }
        if Instant::now() >= self.due {
            self.asking = ask(wake);
            self.due = Instant::now() + PERIOD;
        }
        false
    }
}

/// Begins to ask. None if the system gives no thread.
fn ask(wake: impl FnOnce() + Send + 'static) -> Option<Asking> {
    let answer = Arc::new(AtomicU8::new(UNKNOWN));
    let sender = Arc::clone(&answer);
    let mut wake = Some(wake);
    let step = move || {
        if let Some(wake) = wake.take() {
            let found = if is_enabled() { ON } else { OFF };
            sender.store(found, Ordering::Release);
            wake();
        }
        false
    };
    let thread = WorkerThread::spawn_with("anteroom access", Cancel::new(), step).ok()?;
    Some(Asking {
        answer,
        _thread: thread,
    })
}

/// Whether AT-SPI is on: `IsEnabled` of the accessibility bus. It is not, where there is no such bus or no answer.
fn is_enabled() -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build();
    let Ok(runtime) = runtime else {
        return false;
    };
    // All that it began ends with it.
    runtime.block_on(async {
        let answer = tokio::time::timeout(TIMEOUT, property()).await;
        matches!(answer, Ok(Ok(true)))
    })
}

async fn property() -> zbus::Result<bool> {
    let bus = zbus::connection::Builder::session()?.build().await?;
    let names = zbus::fdo::DBusProxy::new(&bus).await?;
    // Asking a bus that does not run would start it.
    if !names.name_has_owner("org.a11y.Bus".try_into()?).await? {
        return Ok(false);
    }
    let status = zbus::proxy::Builder::<zbus::Proxy<'_>>::new(&bus)
        .destination("org.a11y.Bus")?
        .path("/org/a11y/bus")?
        .interface("org.a11y.Status")?
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    status.get_property("IsEnabled").await
}
