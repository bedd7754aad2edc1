//! The limit of open files.

use nix::unistd::Pid;
use reqwest::Method;
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::deskhand::{Deskhand, ok, program};
use crate::processes::below;

/// The soft limit of open files of a process.
fn limit(pid: Pid) -> u64 {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    line.split_whitespace().nth(3).unwrap().parse().unwrap()
}

#[tokio::test]
async fn many_idle_connections_stop_nobody_and_programs_of_a_desktop_keep_a_usual_limit() {
    const LOW: usize = 256;
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -S -n {LOW} && exec \"$0\" \"$@\"")]).kill_on_drop(true);
    let deskhand = program();
    command.arg(deskhand.as_std().get_program()).args(["up", "--listen", "127.0.0.1:0", "--data-dir"]);
    for (name, value) in deskhand.as_std().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.arg(data.path());
    let deskhand = Deskhand::spawn(command).await;
    assert!(limit(deskhand.pid()) > LOW as u64, "raised to the hard limit");

    let address = deskhand.url.trim_start_matches("http://");
    let mut idle = Vec::new();
    for _ in 0..2 * LOW {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    ok(deskhand.request(Method::GET, "/health")).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "run `sleep 60 >/dev/null 2>&1 &`").await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    let in_desktop = below(deskhand.pid().as_raw()).into_iter().filter(|process| process.name == "sleep");
    let limits: Vec<u64> = in_desktop.map(|process| limit(Pid::from_raw(process.pid))).collect();
    assert!(!limits.is_empty() && limits.iter().all(|limit| *limit <= 4096), "{limits:?}");
}
