//! The socket's thread: takes packets from the network and puts them, as they are, into a queue.
//!
//! Not real-time. What arrives while the queue is full is counted and lost, as on any network.

use super::receiver::PACKET_BYTES;
use anteroom_exchange::{FrameReader, WorkerThread, frames};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What waits between two callbacks, at most: some hundred packets.
const QUEUE_BYTES: usize = 1 << 18;

/// A socket on the loopback and the thread that reads it; dropping it ends both.
pub struct Socket {
    /// Where to send.
    pub address: SocketAddr,
    lost: Arc<AtomicU64>,
    _thread: WorkerThread,
}

impl Socket {
    /// Packets that found the queue full.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

/// Opens a socket on the loopback, at any port. The other end of the queue is the callback's.
pub fn listen() -> io::Result<(Socket, FrameReader)> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    // So that the thread sees when it is to end.
    socket.set_read_timeout(Some(Duration::from_millis(20)))?;
    let (mut packets, reader) = frames(QUEUE_BYTES);
    let lost = Arc::new(AtomicU64::new(0));
    let count = lost.clone();
    let mut packet = [0; PACKET_BYTES];
    let thread = WorkerThread::spawn("socket", move || {
        if let Ok(len) = socket.recv(&mut packet)
            && packets.write(&packet[..len]).is_err()
        {
            count.fetch_add(1, Ordering::Relaxed);
        }
        // There is always more to wait for.
        true
    })?;
    let socket = Socket {
        address,
        lost,
        _thread: thread,
    };
    Ok((socket, reader))
}
