//! A thread that lives as long as the agent, to start child processes.

use std::io;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};

/// Runs work on the main thread if called there, or else on a thread that lives as long as this.
#[derive(Debug, Clone, Default)]
pub(super) struct SpawnerThread {
    /// Work for the thread, once there is one.
    work: Arc<Mutex<Option<Sender<Work>>>>,
}

type Work = Box<dyn FnOnce() + Send>;

impl SpawnerThread {
    /// Does the work and waits for it.
    pub(super) fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        if nix::unistd::gettid() == nix::unistd::getpid() {
            return Ok(work());
        }
        let (sender, done) = mpsc::channel();
        let work = Box::new(move || {
            // Whoever wants it waits below.
            let _ = sender.send(work());
        });
        // What can't be handed over is dropped, and there is nothing to wait for.
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
