//! A long-lived thread that spawns child processes.

use std::io;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};

/// Runs closures on the main thread if called there, otherwise on a thread that lives as long as this value.
#[derive(Debug, Clone, Default)]
pub(super) struct SpawnerThread {
    /// The queue of the thread, which is started on first use.
    work: Arc<Mutex<Option<Sender<Work>>>>,
}

type Work = Box<dyn FnOnce() + Send>;

impl SpawnerThread {
    /// Runs `work` and waits for its result.
    pub(super) fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        if nix::unistd::gettid() == nix::unistd::getpid() {
            return Ok(work());
        }
        let (sender, done) = mpsc::channel();
        let work = Box::new(move || {
            // The receiver waits below.
            let _ = sender.send(work());
        });
        // If the thread is gone, `work` is dropped with its sender, and `recv` fails.
        let _ = self.thread()?.send(work);
        done.recv().map_err(io::Error::other)
    }

    fn thread(&self) -> io::Result<Sender<Work>> {
        let mut thread = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*thread {
            return Ok(sender.clone());
        }
        let (sender, works) = mpsc::channel::<Work>();
        std::thread::Builder::new()
            .name("spawner".into())
            .spawn(move || works.iter().for_each(|work| work()))?;
        Ok(thread.insert(sender).clone())
    }
}
