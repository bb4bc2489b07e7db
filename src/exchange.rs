//! The exchange layer: everything that crosses from one thread to another crosses through here.

mod call;
mod dirty;
mod flag;
mod linked;
mod looper;
mod objects;
mod observe;
mod pulse;
mod queue;
mod shared;
mod stamped;
mod sync;

pub use atomic_float::AtomicF32;
pub use rtrb::{Consumer, PeekError, PopError, Producer, PushError};

pub use call::Call;
pub use dirty::{Dirty, Marks};
pub use flag::{Cancel, Flag};
pub use linked::Linked;
pub use looper::Looper;
pub use objects::{Source, Target, exchange};
pub use observe::{Observer, Publisher, observe};
pub use pulse::{Pulse, TICK, Watch};
pub use queue::{Full, drain, queue, touch, transact};
pub use shared::Shared;
pub use stamped::Stamped;
