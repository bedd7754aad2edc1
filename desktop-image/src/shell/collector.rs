//! Reads the output of the shell and its jobs, even while no command runs, since a job blocks when its pipe is full.

use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use tokio::net::unix::pipe;
use tokio::task::JoinSet;

use super::feed::Feed;
use super::output::Output;

/// Most bytes read at once, at least the size of a pipe: a job that never stops printing must not be read for ever.
const MAX_AT_ONCE: usize = 1024 * 1024;
/// Pause after reading that many bytes while no command runs, to slow down such a job.
const IDLE_PAUSE: Duration = Duration::from_millis(20);

/// Collects the output of a shell until it is dropped.
#[derive(Debug)]
pub(super) struct Collector {
    pipe: Arc<Pipe>,
    _reader: JoinSet<()>,
}

#[derive(Debug)]
struct Pipe {
    end: pipe::Receiver,
    printed: Mutex<Printed>,
}

#[derive(Debug, Default)]
struct Printed {
    output: Output,
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Running(Option<Arc<Feed>>),
}

#[derive(PartialEq, Eq)]
enum Read {
    Drained,
    Limit,
    End,
}

impl Collector {
    pub(super) fn start(pipe: OwnedFd) -> std::io::Result<Self> {
        let end = pipe::Receiver::from_owned_fd(pipe)?;
        let pipe = Arc::new(Pipe { end, printed: Mutex::default() });
        let mut reader = JoinSet::new();
        reader.spawn(Arc::clone(&pipe).read_all());
        Ok(Self { pipe, _reader: reader })
    }

    /// A command begins: later output is also sent to the feed.
    pub(super) fn begin(&self, feed: Option<Arc<Feed>>) {
        let mut printed = self.pipe.lock();
        if let Some(feed) = &feed {
            feed.push(printed.output.so_far());
        }
        printed.state = State::Running(feed);
    }

    /// A command has ended: returns all output since the previous one ended.
    pub(super) fn finish(&self) -> Output {
        let mut printed = self.pipe.lock();
        // The rest of the command's output is in the pipe by now.
        self.pipe.read(&mut printed);
        printed.state = State::Idle;
        std::mem::take(&mut printed.output)
    }
}

impl Pipe {
    async fn read_all(self: Arc<Self>) {
        while self.end.readable().await.is_ok() {
            let (read, idle) = {
                let mut printed = self.lock();
                (self.read(&mut printed), matches!(printed.state, State::Idle))
            };
            match read {
                Read::End => return,
                Read::Limit if idle => tokio::time::sleep(IDLE_PAUSE).await,
                Read::Limit | Read::Drained => tokio::task::yield_now().await,
            }
        }
    }

    fn read(&self, printed: &mut Printed) -> Read {
        let mut bytes = [0_u8; 8192];
        let mut read = 0;
        while read < MAX_AT_ONCE {
            // Read the pipe directly, since the runtime may not know yet that it is readable. `try_read` then only
            // clears the readiness.
            let count = match nix::unistd::read(&self.end, &mut bytes) {
                Err(Errno::EINTR) => continue,
                Err(Errno::EAGAIN) => match self.end.try_read(&mut bytes) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Read::Drained,
                    other => other.unwrap_or(0),
                },
                other => other.unwrap_or(0),
            };
            if count == 0 {
                return Read::End;
            }
            printed.output.push(&bytes[..count]);
            if let State::Running(Some(feed)) = &printed.state {
                feed.push(&bytes[..count]);
            }
            read += count;
        }
        Read::Limit
    }

    fn lock(&self) -> MutexGuard<'_, Printed> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
