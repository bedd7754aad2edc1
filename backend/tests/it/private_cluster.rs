//! The private Postgres cluster.

use backend::data_folder::private_cluster::{PrivateCluster, running_url};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use tokio::task::JoinSet;

/// A folder inside one that other users can't access.
fn closed_folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let outer = tempfile::tempdir().unwrap();
    let data =
        outer.path().join("a folder with a long name and spaces, as people make them".repeat(2)).join("data");
    std::fs::create_dir_all(&data).unwrap();
    (outer, data)
}

async fn execute(cluster: &PrivateCluster, sql: &str) {
    let mut conn = AsyncPgConnection::establish(cluster.url()).await.unwrap();
    diesel::sql_query(sql).execute(&mut conn).await.unwrap();
}

#[tokio::test]
async fn data_survives_a_stop_and_a_kill() {
    let (_outer, data) = closed_folder();
    let cluster = PrivateCluster::start(&data).await.unwrap();
    execute(&cluster, "CREATE TABLE kept AS SELECT 1 AS one").await;
    assert_eq!(running_url(&data).unwrap().as_deref(), Some(cluster.url()));
    cluster.stop().await.unwrap();
    assert_eq!(running_url(&data).unwrap(), None);

    let cluster = PrivateCluster::start(&data).await.unwrap();
    execute(&cluster, "INSERT INTO kept VALUES (2)").await;
    kill(&data);
    cluster.stop().await.ok();

    let cluster = PrivateCluster::start(&data).await.unwrap();
    execute(&cluster, "DO $$ BEGIN ASSERT (SELECT count(*) FROM kept) = 2; END $$").await;
    cluster.stop().await.unwrap();
}

/// A busy process of the server doesn't notice at once that it was killed.
#[tokio::test]
async fn a_start_waits_for_the_processes_of_a_killed_server() {
    let (_outer, data) = closed_folder();
    let cluster = PrivateCluster::start(&data).await.unwrap();
    execute(&cluster, "CREATE TABLE kept AS SELECT 1 AS one").await;
    let mut conn = AsyncPgConnection::establish(cluster.url()).await.unwrap();
    let mut busy = JoinSet::new();
    busy.spawn(async move {
        let begun =
            "DO $$ BEGIN LOOP EXIT WHEN clock_timestamp() > now() + interval '1 second'; END LOOP; END $$";
        diesel::sql_query(begun).execute(&mut conn).await
    });
    wait_until_busy(&cluster).await;
    kill(&data);
    cluster.stop().await.ok();

    let cluster = PrivateCluster::start(&data).await.unwrap();
    execute(&cluster, "DO $$ BEGIN ASSERT (SELECT count(*) FROM kept) = 1; END $$").await;
    cluster.stop().await.unwrap();
}

async fn wait_until_busy(cluster: &PrivateCluster) {
    let statement = "DO $wait$ BEGIN ASSERT (SELECT count(*) FROM pg_stat_activity \
                     WHERE state = 'active' AND query LIKE 'DO $$ BEGIN LOOP%') = 1; END $wait$";
    let mut conn = AsyncPgConnection::establish(cluster.url()).await.unwrap();
    while diesel::sql_query(statement).execute(&mut conn).await.is_err() {
        tokio::task::yield_now().await;
    }
}

/// Kills the server of the cluster in `data`.
fn kill(data: &std::path::Path) {
    let pid = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    let pid = nix::unistd::Pid::from_raw(pid.lines().next().unwrap().parse().unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
}

#[tokio::test]
async fn a_partial_cluster_is_created_again() {
    let (_outer, data) = closed_folder();
    std::fs::create_dir_all(data.join("postgres/fresh/base")).unwrap();
    std::fs::write(data.join("postgres/postgresql.conf"), "half").unwrap();
    let cluster = PrivateCluster::start(&data).await.unwrap();
    execute(&cluster, "SELECT 1").await;
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_cluster_of_another_version_is_refused_and_left_alone() {
    let (_outer, data) = closed_folder();
    let cluster = PrivateCluster::start(&data).await.unwrap();
    let socket = socket_folder(&cluster);
    cluster.stop().await.unwrap();
    std::fs::write(data.join("postgres/PG_VERSION"), "9\n").unwrap();
    let error = format!("{:#}", PrivateCluster::start(&data).await.err().unwrap());
    assert!(error.contains("was made by Postgres 9"), "{error}");
    assert!(!socket.exists());
}

#[tokio::test]
async fn the_servers_log_is_in_a_file_and_in_the_startup_error() {
    let (_outer, data) = closed_folder();
    let cluster = PrivateCluster::start(&data).await.unwrap();
    let open = AsyncPgConnection::establish(cluster.url()).await.unwrap();
    let socket = socket_folder(&cluster);
    cluster.stop().await.unwrap();
    drop(open);
    let log = std::fs::read_to_string(data.join("postgres.log")).unwrap();
    assert!(log.contains("terminating connection"), "{log}");

    std::fs::write(data.join("postgres/postgresql.conf"), "no_such_setting = on").unwrap();
    let error = format!("{:#}", PrivateCluster::start(&data).await.err().unwrap());
    assert!(error.contains("no_such_setting"), "{error}");
    assert!(!error.contains("terminating connection"), "{error}");
    assert!(!socket.exists());
}

#[tokio::test]
async fn the_server_gets_no_variable_of_ours() {
    let data = tempfile::tempdir().unwrap();
    let cluster = PrivateCluster::start(data.path()).await.unwrap();
    let running = std::fs::read_to_string(data.path().join("postgres/postmaster.pid")).unwrap();
    let environment = std::fs::read(format!("/proc/{}/environ", running.lines().next().unwrap())).unwrap();
    let environment = String::from_utf8(environment).unwrap();
    let names = environment.split('\0').filter_map(|variable| variable.split('=').next());
    // Keys of vendors are beside the HOME that every process has.
    let allowed = |name: &str| ["", "LC_ALL", "PATH", "TZ"].contains(&name) || name.starts_with("PG");
    assert!(names.clone().all(allowed), "{:?}", names.collect::<Vec<_>>());
    cluster.stop().await.unwrap();
}

/// The folder of the server's socket, taken from the URL.
fn socket_folder(cluster: &PrivateCluster) -> std::path::PathBuf {
    cluster.url().split_whitespace().find_map(|part| part.strip_prefix("host=")).unwrap().into()
}

#[tokio::test]
async fn a_socket_outside_the_data_folder_is_removed_with_the_server() {
    let (_outer, data) = closed_folder();
    let cluster = PrivateCluster::start(&data).await.unwrap();
    let socket = socket_folder(&cluster);
    assert!(!socket.starts_with(&data) && socket.exists());
    cluster.stop().await.unwrap();
    assert!(!socket.exists());
}

#[tokio::test]
async fn a_data_folder_with_a_short_path_contains_the_socket() {
    let data = tempfile::tempdir().unwrap();
    let cluster = PrivateCluster::start(data.path()).await.unwrap();
    assert_eq!(socket_folder(&cluster), data.path().join("postgres"));
    cluster.stop().await.unwrap();
}
