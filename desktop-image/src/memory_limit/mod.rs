//! Limits the memory of the desktop's programs where no control group does. The agent measures it, and beyond the limit ends
//! the largest program, as the kernel would in a container.

mod usage;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::sync::oneshot;

use self::usage::{MemoryMeter, ProgramMemory};
use crate::notices::Notices;
use crate::processes::BaseProcesses;

/// The fastest that programs are expected to take memory, in bytes per second.
const FASTEST: u64 = 4 << 30;
/// Bounds of the time between measurements.
const INTERVAL: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// A program smaller than this is not worth ending.
const SMALLEST: u64 = 4 << 20;
/// How long a killed program may take to give its memory back.
const EXIT_TIMEOUT: Duration = Duration::from_secs(2);

/// The limit on the memory of the desktop's programs.
#[derive(Debug)]
pub struct MemoryLimit {
    /// In bytes.
    limit: u64,
    meter: MemoryMeter,
    notices: Notices,
}

/// The memory is used up, and there is no program left to end.
#[derive(Debug, thiserror::Error)]
#[error("the desktop uses {} MB of memory; the limit is {} MB", .used >> 20, .limit >> 20)]
pub struct MemoryOutgrown {
    /// What is used, in bytes.
    pub used: u64,
    /// The limit, in bytes.
    pub limit: u64,
}

impl MemoryLimit {
    /// Limits programs and the files in these folders, which are in memory, to `limit` bytes together.
    #[must_use]
    pub fn new(limit: u64, in_memory: Vec<PathBuf>, notices: Notices) -> Self {
        Self { limit, meter: MemoryMeter::new(in_memory), notices }
    }

    /// Watches on a dedicated thread, which still works when programs have used up all threads, and never ends the programs
    /// in `base`. Completes when ending programs does not help.
    ///
    /// # Errors
    /// When the thread can't be started.
    pub fn watch(self, base: BaseProcesses) -> io::Result<oneshot::Receiver<MemoryOutgrown>> {
        let (sender, outgrown) = oneshot::channel();
        std::thread::Builder::new().name("memory-limit".into()).spawn(move || {
            let limit = self.limit;
            let used = self.outgrown(&base);
            // The receiver is dropped when the desktop shuts down.
            let _ = sender.send(MemoryOutgrown { used, limit });
        })?;
        Ok(outgrown)
    }

    #[expect(clippy::disallowed_methods, reason = "there are no events for memory without control groups")]
    fn outgrown(mut self, base: &BaseProcesses) -> u64 {
        loop {
            let used = self.meter.estimate();
            if used > self.limit {
                let measured = self.meter.measure();
                if measured.total > self.limit
                    && let Err(MemoryFull) = self.end_largest(&measured.programs, &base.pids())
                {
                    return measured.total;
                }
            }
            std::thread::sleep(pause(self.limit.saturating_sub(used)));
        }
    }

    /// Ends the largest program.
    fn end_largest(&self, programs: &[ProgramMemory], base: &[Pid]) -> Result<(), MemoryFull> {
        let ours =
            programs.iter().filter(|program| !base.contains(&program.pid) && program.bytes >= SMALLEST);
        let largest = ours.max_by_key(|program| program.bytes).ok_or(MemoryFull)?;
        let name = largest.name();
        tracing::warn!(program.name = name, program.pid = %largest.pid, program.bytes = largest.bytes, "ending a program: the memory is full");
        self.notices.add(format!(
            "The desktop's memory was full ({} MB), so the program {name}, which used {} MB, was ended.",
            self.limit >> 20,
            largest.bytes >> 20
        ));
        // It may have ended meanwhile.
        let _ = kill(largest.pid, Signal::SIGKILL);
        wait_for_exit(largest.pid);
        Ok(())
    }
}

/// No program is worth ending.
struct MemoryFull;

/// The memory that the desktop's programs use, in bytes, or more: what processes share since a fork counts for each. Takes
/// milliseconds.
#[must_use]
pub fn in_use() -> u64 {
    MemoryMeter::new(Vec::new()).estimate()
}

/// How long the free memory lasts at least.
fn pause(free: u64) -> Duration {
    let lasts = Duration::from_millis(free.saturating_mul(1000) / FASTEST);
    lasts.clamp(INTERVAL.0, INTERVAL.1)
}

#[expect(clippy::disallowed_methods, reason = "only a parent can wait for a process")]
fn wait_for_exit(pid: Pid) {
    let mut left = EXIT_TIMEOUT;
    while !left.is_zero() && kill(pid, None) != Err(Errno::ESRCH) {
        std::thread::sleep(INTERVAL.0);
        left = left.saturating_sub(INTERVAL.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_measured_more_often_the_less_is_left() {
        assert_eq!(pause(u64::MAX), INTERVAL.1);
        assert_eq!(pause(0), INTERVAL.0);
        assert_eq!(pause(1 << 30), Duration::from_millis(250));
    }

    #[test]
    fn the_largest_program_is_ended_and_the_base_is_not() {
        /// Killed when dropped.
        struct Sleep(std::process::Child);
        impl Sleep {
            fn start() -> Self {
                Self(std::process::Command::new("sleep").arg("1000").spawn().unwrap())
            }
            fn of_bytes(&self, bytes: u64) -> ProgramMemory {
                ProgramMemory { pid: Pid::from_raw(self.0.id().cast_signed()), bytes }
            }
        }
        impl Drop for Sleep {
            fn drop(&mut self) {
                // It may have been killed already.
                let _ = self.0.kill();
                self.0.wait().unwrap();
            }
        }
        let (mut base, mut small, large) = (Sleep::start(), Sleep::start(), Sleep::start());
        let notices = Notices::default();
        let limit = MemoryLimit::new(1 << 30, Vec::new(), notices.clone());
        let programs = [base.of_bytes(900 << 20), small.of_bytes(1 << 20), large.of_bytes(700 << 20)];
        let base_pids = [programs[0].pid];
        assert!(limit.end_largest(&programs, &base_pids).is_ok());
        let told = notices.take();
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("(1024 MB)") && told[0].contains("which used 700 MB"), "{told:?}");
        assert!(
            limit.end_largest(&programs[..2], &base_pids).is_err(),
            "neither the base nor a small program"
        );
        assert!(base.0.try_wait().unwrap().is_none() && small.0.try_wait().unwrap().is_none());
    }
}
