//! What a process uses, under the names that all clients of Prometheus have.

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

/// Adds what this process uses now to a registry. What can't be read is left out.
pub fn register(registry: &mut Registry) {
    if let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) {
        let seconds = [usage.user_time(), usage.system_time()]
            .map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6);
        let help = "Processor time used";
        registry.register_with_unit(
            "process_cpu",
            help,
            Unit::Seconds,
            ConstCounter::new(seconds.iter().sum::<f64>()),
        );
    }
    if let Some(bytes) = resident_bytes() {
        let help = "Memory in use";
        registry.register_with_unit("process_resident_memory", help, Unit::Bytes, ConstGauge::new(bytes));
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        let open = i64::try_from(open.count()).unwrap_or(i64::MAX);
        registry.register("process_open_fds", "Open files and sockets", ConstGauge::new(open));
    }
    if let Ok((most, _)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        registry.register("process_max_fds", "How many files and sockets may be open", ConstGauge::new(most));
    }
}

/// The memory in use, in bytes.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposition::Exposition;

    #[test]
    fn a_process_tells_what_it_uses() {
        let mut registry = Registry::default();
        register(&mut registry);
        let text = Exposition::of(&[&registry]);
        for name in [
            "process_cpu_seconds_total",
            "process_resident_memory_bytes",
            "process_open_fds",
            "process_max_fds",
        ] {
            let value = text.as_str().lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
            assert!(value.unwrap().parse::<f64>().unwrap() > 0.0, "{name}: {value:?}");
        }
    }
}
