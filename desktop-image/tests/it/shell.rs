//! The persistent shell.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use protocol::agent::AgentError;
use protocol::agent::shell::ShellResult;
use serde_json::json;

use crate::agent::{TestAgent, eventually};

async fn run(agent: &TestAgent, command: &str, timeout_ms: u64) -> ShellResult {
    let body = json!({ "command": command, "timeout_ms": timeout_ms });
    agent.post("/v1/shell", &body).await.json().await.unwrap()
}

fn ended(result: &ShellResult) -> (&str, Option<i32>, bool) {
    (&result.output, result.exit_code, result.timed_out)
}

#[tokio::test]
async fn folder_variables_and_functions_are_kept() {
    let agent = TestAgent::start();
    let home = std::fs::canonicalize(&agent.home).unwrap();
    assert_eq!(ended(&agent.shell("pwd").await), (&*format!("{}\n", home.display()), Some(0), false));
    agent.shell("cd Outputs; name=\"it's\"; greet() { echo \"hello $1\"; }").await;
    let result = agent.shell("greet \"$name\"; echo 'multi\nline' >&2; basename \"$PWD\"; false").await;
    assert_eq!(ended(&result), ("hello it's\nmulti\nline\nOutputs\n", Some(1), false));
}

#[tokio::test]
async fn the_environment_is_the_desktops_and_lacks_the_token() {
    let agent = TestAgent::start();
    let environment = agent.shell("env").await.output;
    assert!(environment.contains(&format!("\nDISPLAY={}\n", agent.ready.display)), "{environment}");
    let home = std::fs::canonicalize(&agent.home).unwrap();
    assert!(environment.contains(&format!("HOME={}\n", home.display())));
    assert!(!environment.contains(crate::agent::TOKEN));
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_interrupted_and_the_shell_survives() {
    let agent = TestAgent::start();
    agent.shell("kept=yes").await;
    for command in ["echo before; sleep 600; echo after", "echo before; while :; do sleep 1; done"] {
        let started = Instant::now();
        let result = run(&agent, command, 300).await;
        assert!(started.elapsed() < Duration::from_secs(10));
        assert_eq!((result.output.trim_end(), result.exit_code, result.timed_out), ("before", None, true));
    }
    assert_eq!(agent.shell("echo $kept").await.output, "yes\n");
}

#[tokio::test]
async fn a_command_that_ignores_interrupts_is_ended_with_its_shell() {
    let agent = TestAgent::start();
    agent.shell("kept=yes").await;
    let result = run(&agent, "trap '' INT; sleep 600", 200).await;
    let note = "[The command could not be interrupted, so its shell was ended; the next command starts a new one.]\n";
    assert_eq!(ended(&result), (note, None, true));
    assert_eq!(agent.shell("echo \"<$kept>\"").await.output, "<>\n");
}

#[tokio::test]
async fn programs_that_prompt_get_no_input_and_do_not_hang() {
    let agent = TestAgent::start();
    let result = agent.shell("read answer; echo \"<$answer>\"; cat; tty; cat /dev/tty").await;
    assert!(result.output.starts_with("<>\nnot a tty\n"), "{}", result.output);
    assert_eq!(agent.shell("echo next").await.output, "next\n");
}

#[tokio::test]
async fn background_jobs_do_not_delay_the_result() {
    let agent = TestAgent::start();
    let started = Instant::now();
    let result = agent.shell("(sleep 0.3; echo late) & sleep 600 & echo now").await;
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(result.output.ends_with("now\n") && result.exit_code == Some(0), "{result:?}");
    let seen = async || agent.shell("true").await.output.contains("late").then_some(());
    eventually("a job's output comes with a later command", seen).await;
    assert_eq!(agent.shell("kill -0 $! && echo alive").await.output, "alive\n");
}

#[tokio::test]
async fn long_output_keeps_its_head_and_tail() {
    let agent = TestAgent::start();
    let output = agent.shell("seq 1 1000000").await.output;
    assert!(output.starts_with("1\n2\n") && output.ends_with("999999\n1000000\n"));
    assert!(output.contains("left out") && output.chars().count() < 16_100);
}

#[tokio::test]
async fn an_ended_or_restarted_shell_is_replaced() {
    let agent = TestAgent::start();
    let result = agent.shell("kept=yes; echo bye; exit 3").await;
    let said = "bye\nexit\n[The shell ended with status 3; the next command starts a new one.]\n";
    assert_eq!(ended(&result), (said, None, false));
    assert_eq!(agent.shell("echo \"<$kept>\"; kept=again").await.output, "<>\n");
    let restart = json!({ "restart": true, "command": "echo \"<$kept>\"", "timeout_ms": 5000 });
    let result: ShellResult = agent.post("/v1/shell", &restart).await.json().await.unwrap();
    assert_eq!(ended(&result), ("<>\n", Some(0), false));
    let only = json!({ "restart": true, "timeout_ms": 0 });
    assert_eq!(agent.post("/v1/shell", &only).await.status(), 200);
}

/// Runs a command that never ends as a caller that disconnects once `begun` exists. Checks that the command ends though no
/// other one is run, and that the shell is kept.
async fn disconnect(agent: &TestAgent, command: &str) {
    let body = json!({ "command": command, "timeout_ms": 600_000 });
    let begun = agent.home.join("begun");
    tokio::select! {
        _ = agent.post("/v1/shell", &body) => panic!("the command completed"),
        () = eventually("the command runs", async || begun.exists().then_some(())) => {}
    }
    let home = agent.home.display().to_string();
    let gone = async || {
        let list =
            std::process::Command::new("pgrep").args(["-af", &format!("{home}/sleeper")]).output().unwrap();
        list.stdout.is_empty().then_some(())
    };
    eventually("its programs are gone", gone).await;
    std::fs::remove_file(begun).unwrap();
    assert_eq!(agent.shell("echo next; ls").await.output.lines().next(), Some("next"));
    assert_eq!(agent.shell("cat pid; echo $BASHPID").await.output.lines().collect::<HashSet<_>>().len(), 1);
}

#[tokio::test]
async fn a_command_of_a_disconnected_caller_is_interrupted() {
    let agent = TestAgent::start();
    std::os::unix::fs::symlink("/bin/sleep", agent.home.join("sleeper")).unwrap();
    // The first command: the setup of the shell must not be lost either.
    disconnect(&agent, "echo $BASHPID > pid; touch begun; ~/sleeper 600; echo on > on").await;
    assert!(!agent.home.join("on").exists());
    // A program that starts only after the others were interrupted.
    disconnect(&agent, "bash -c 'trap \"~/sleeper 601\" INT; touch begun; ~/sleeper 602'").await;
    let both = "bash -c 'trap \"~/sleeper 601\" INT; ~/sleeper 602'";
    assert_eq!(ended(&run(&agent, both, 300).await), ("", None, true));
    assert_eq!(agent.shell("cat pid; echo $BASHPID").await.output.lines().collect::<HashSet<_>>().len(), 1);
}

#[tokio::test]
async fn a_command_that_ends_its_shell_says_so() {
    let agent = TestAgent::start();
    let gone = |how: &str| format!("[The shell {how}; the next command starts a new one.]\n");
    for (command, printed, how) in [
        ("set -e; echo a; false; echo b", "a\n", "ended with status 1"),
        ("exec echo replaced", "replaced\n", "ended with status 0"),
        ("printf unended; exec sh -c 'exit 9'", "unended\n", "ended with status 9"),
        ("kill -9 $$", "", "was ended by a signal"),
    ] {
        let result = agent.shell(command).await;
        assert_eq!(ended(&result), (&*format!("{printed}{}", gone(how)), None, false), "{command}");
        assert_eq!(agent.shell("echo next").await.output, "next\n");
    }
}

#[tokio::test]
async fn no_command_breaks_later_ones() {
    let agent = TestAgent::start();
    agent.shell("kept=yes").await;
    for command in [
        "echo 'unfinished",
        "cat <<END\nunfinished",
        "if true; then",
        ")",
        "exec >/dev/null 2>&1",
        "exec >&- 2>&-",
        "exec </dev/null",
        "exec 4>&1 5>/dev/null",
        "printf() { :; }; eval() { :; }; exit() { :; }",
        "set -xv",
        "set -u; echo $missing",
        "PS1='prompt> '; PROMPT_COMMAND='echo prompt'",
        "trap 'echo trapped >> trapped' ERR; false",
        "cd /; set -o noclobber",
        "IFS=0123456789",
        "set -e",
    ] {
        run(&agent, command, 30_000).await;
        let next = agent.shell("set +xv; echo next $kept").await;
        assert_eq!((next.output.lines().last(), next.exit_code), (Some("next yes"), Some(0)), "{command}");
    }
    // Once, although the next command has the failed status in `$?`.
    assert_eq!(std::fs::read_to_string(agent.home.join("trapped")).unwrap(), "trapped\n");
}

#[tokio::test]
async fn a_command_has_the_status_of_the_previous_one() {
    let agent = TestAgent::start();
    assert_eq!(agent.shell("(exit 7)").await.exit_code, Some(7));
    assert_eq!(agent.shell("echo $?").await.output, "7\n");
    assert_eq!(agent.shell("echo $?").await.output, "0\n");
}

#[tokio::test]
async fn an_interrupt_reaches_programs_that_left_the_shells_process_group() {
    let agent = TestAgent::start();
    agent.shell("kept=yes").await;
    let result = run(&agent, "timeout 600 sleep 601; echo after", 300).await;
    assert_eq!(ended(&result), ("", None, true));
    assert_eq!(agent.shell("echo $kept; pgrep -f 'sleep 60[1]'").await.output, "yes\n");
}

#[tokio::test]
async fn an_interrupt_leaves_earlier_jobs_alone() {
    let agent = TestAgent::start();
    let job = "import signal, time\n\
               for name in 'INT', 'USR1':\n \
                 signal.signal(signal.Signals['SIG' + name], lambda *_, name=name: open(name, 'w'))\n\
               open('up', 'w')\n\
               while True: time.sleep(600)";
    agent.shell(&format!("python3 -c \"{job}\" &")).await;
    eventually("the job is up", async || agent.home.join("up").exists().then_some(())).await;
    assert!(run(&agent, "sleep 600", 200).await.timed_out);
    // An earlier signal would have been handled before this one.
    let result = agent.shell("kill -USR1 $!; until [ -e USR1 ]; do sleep 0.01; done; [ -e INT ]").await;
    assert_eq!(result.exit_code, Some(1), "{result:?}");
    assert_eq!(agent.shell("kill -0 $! && echo alive").await.output, "alive\n");
}

#[tokio::test]
async fn a_job_that_prints_without_end_blocks_nothing() {
    let agent = TestAgent::start();
    let result = agent.shell("yes & echo started").await;
    assert!(result.output.contains("started") && result.exit_code == Some(0), "{result:?}");
    assert!(run(&agent, "sleep 600", 300).await.timed_out);
    assert_eq!(agent.shell("kill $!; wait $!").await.exit_code, Some(143));
    assert!(run(&agent, "yes", 300).await.timed_out);
    assert_eq!(agent.shell("echo next").await.output.lines().last(), Some("next"));
}

#[tokio::test]
async fn a_job_keeps_printing_while_no_command_runs() {
    let agent = TestAgent::start();
    agent.shell("(seq 1 300000; touch printed) &").await;
    eventually("all is printed", async || agent.home.join("printed").exists().then_some(())).await;
    let output = agent.shell("true").await.output;
    assert!(output.contains("left out") && output.ends_with("299999\n300000\n"), "{output}");
}

#[tokio::test]
async fn commands_and_output_may_be_large_and_binary() {
    let agent = TestAgent::start();
    let text = "it's 1 line é\n".repeat(200_000);
    let result = agent.shell(&format!("cat > large <<'END'\n{text}END")).await;
    assert_eq!(ended(&result), ("", Some(0), false));
    assert_eq!(std::fs::read_to_string(agent.home.join("large")).unwrap(), text);
    let output = agent.shell("printf 'a\\377\\000b'").await.output;
    assert_eq!(output, "a\u{fffd}\0b");
}

#[tokio::test]
async fn programs_that_need_a_terminal_fail() {
    let agent = TestAgent::start();
    let less = agent.shell("seq 1 100 > lines; less lines").await;
    assert_eq!((less.output.lines().count(), less.exit_code), (100, Some(0)));
    for command in [
        "ssh-keygen -t ed25519 -f lines",
        "top",
        "su nobody",
        "git init -q r; cd r; git commit --allow-empty",
    ] {
        let result = run(&agent, command, 20_000).await;
        assert!(!result.timed_out, "{command}: {result:?}");
    }
}

#[tokio::test]
async fn invalid_requests_are_rejected_with_a_reason() {
    let agent = TestAgent::start();
    for body in [
        json!({ "timeout_ms": 5 }),
        json!({ "command": "true", "timeout_ms": 0 }),
        json!({ "command": "true", "timeout_ms": 600_001 }),
        json!({ "command": "a\0b", "timeout_ms": 5 }),
        json!({ "command": 7, "timeout_ms": 5 }),
    ] {
        let response = agent.post("/v1/shell", &body).await;
        assert_eq!(response.status(), 422, "{body}");
        let error: AgentError = response.json().await.unwrap();
        assert_eq!(error.code, "invalid_request");
        assert!(!error.message.is_empty());
    }
}
