//! `deskhand models`.

use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use super::allowing;
use crate::api::Api;
use crate::deskhand::{PASSWORD, ok, program};
use crate::vendor::Vendor;

/// What the program prints, or why it fails.
async fn run(settings: &Path, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut command = program();
    command.args(arguments).env("XDG_CONFIG_HOME", settings);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_added_listed_checked_and_removed() {
    let vendor = Vendor::start(json!({ "turns": [] })).await;
    let api = allowing(&[&vendor.url]).await;
    let home = tempfile::tempdir().unwrap();
    let run = async |arguments: &[&str], input: &str| run(home.path(), arguments, input).await;
    run(&["login", &api.deskhand.url, "--username", "ada"], &format!("{PASSWORD}\n")).await.unwrap();
    let listed = run(&["models", "list"], "").await.unwrap();
    assert!(listed.contains("environment  installation  demo"), "{listed}");

    let add = ["models", "add", "Work", "--provider", "anthropic", "--address", &vendor.url];
    let refused = run(&add, "sk-ant-another-key-than-that\n").await.unwrap_err();
    assert!(refused.contains("rejected the API key"), "{refused}");
    let added = run(&add, &format!("{}\n", vendor.key)).await.unwrap();
    assert!(added.starts_with("Added Work (") && added.contains("3 models"), "{added}");
    let file = home.path().join("key");
    std::fs::write(&file, &vendor.key).unwrap();
    let from_file =
        [&add[..2], &["Everybody's"], &add[3..], &["--everybody", "--key-file", file.to_str().unwrap()]];
    run(&from_file.concat(), "").await.unwrap();

    let listed = run(&["models", "list"], "").await.unwrap();
    let first: Vec<&str> = listed.lines().next().unwrap().split("  ").collect();
    assert_eq!(first[1..], ["person", "anthropic", "Work"], "{listed}");
    assert!(listed.contains("installation  anthropic  Everybody's"), "{listed}");
    assert!(listed.contains("    claude-opus-5-5  1000000 tokens  native computer use  $"), "{listed}");
    let checked = run(&["models", "check", first[0]], "").await.unwrap();
    assert!(checked.contains("Work works: 3 models"), "{checked}");
    run(&["models", "remove", first[0]], "").await.unwrap();
    let gone = run(&["models", "check", first[0]], "").await.unwrap_err();
    assert!(gone.contains("no such model connection"), "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_of_ones_own_are_set_and_shown() {
    let api = Api::start_with(&[("DESKHAND_DOLLARS_PER_PERSON", "2.5")]).await;
    let home = tempfile::tempdir().unwrap();
    let run = async |arguments: &[&str], input: &str| run(home.path(), arguments, input).await;
    run(&["login", &api.deskhand.url, "--username", "ada"], &format!("{PASSWORD}\n")).await.unwrap();
    assert_eq!(run(&["limits"], "").await.unwrap(), "person  month  $0 of $2.5\n");
    let set = run(&["limits", "--run", "0.000001", "--day", "$1"], "").await.unwrap();
    assert_eq!(set, "own  run  $0.000001\nown  day  $0 of $1\nperson  month  $0 of $2.5\n");
    let kept = run(&["limits", "--day", "none"], "").await.unwrap();
    assert_eq!(kept, "own  run  $0.000001\nperson  month  $0 of $2.5\n");
    let refused = run(&["limits", "--month", "3"], "").await.unwrap_err();
    assert!(refused.contains("spend $2.50 at most"), "{refused}");
    let wrong = run(&["limits", "--run", "0.0000001"], "").await.unwrap_err();
    assert!(wrong.contains("from 0 to 4294967295 with at most 6 decimals"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_set_listed_and_removed() {
    let api = Api::start().await;
    let home = tempfile::tempdir().unwrap();
    let run = async |arguments: &[&str], input: &str| run(home.path(), arguments, input).await;
    let price = async |arguments: &[&str]| run(&[&["models", "price"], arguments].concat(), "").await;
    run(&["login", &api.deskhand.url, "--username", "ada"], &format!("{PASSWORD}\n")).await.unwrap();
    let set =
        price(&["set", "openai", "gpt-6", "--input", "5", "--output", "30", "--cache-read", "0.5"]).await;
    assert_eq!(set.unwrap(), "openai gpt-6 costs $5 in, $30 out per million tokens.\n");
    let stored = ok(api.get("/admin/model-prices")).await[0]["price"].clone();
    let expected =
        json!({ "input": 5_000_000, "output": 30_000_000, "cache_read": 500_000, "cache_write": 5_000_000 });
    assert_eq!(stored, expected);
    price(&["set", "openai-compatible", "*", "--input", "0", "--output", "0"]).await.unwrap();
    let listed = price(&["list"]).await.unwrap();
    assert_eq!(
        listed,
        "openai  gpt-6  $5 in, $30 out per million tokens\nopenai-compatible  *  $0 in, $0 out per million tokens\n"
    );
    for (wrong, why) in
        [("-1", "dollars"), ("cheap", "a number of dollars"), ("1000001", "between 0 and 1000000")]
    {
        let refused = price(&["set", "openai", "gpt-6", &format!("--input={wrong}"), "--output", "1"]).await;
        assert!(refused.unwrap_err().contains(why), "{wrong}");
    }
    price(&["remove", "openai", "gpt-6"]).await.unwrap();
    let gone = price(&["remove", "openai", "gpt-6"]).await.unwrap_err();
    assert!(gone.contains("There is no price of this model."), "{gone}");
}
