//! Broken databases and keys.

use backend::data_folder::private_cluster::PrivateCluster;
use nix::sys::signal::Signal;
use tokio::net::TcpListener;

use super::{doctor, on_machine, refusal, report, with_data};
use crate::deskhand::Deskhand;
use crate::installation::free_port;
use crate::rows::execute;

/// Hides the programs of Postgres.
const NO_POSTGRES: &str = "mount -t tmpfs tmpfs /usr/lib/postgresql";

#[tokio::test]
async fn no_postgres_on_this_machine() {
    let data = tempfile::tempdir().unwrap();
    let path = "/usr/bin:/bin:/usr/sbin:/sbin";
    let found = report(on_machine(NO_POSTGRES, &doctor(data.path())).env("PATH", path)).await;
    let sentence = "Postgres is not installed. Install it (on Debian: apt-get install postgresql), or name a server \
                    with DATABASE_URL";
    found.is("postgres", "error", "postgres_unusable", sentence);
    let up = with_data(&["up"], data.path());
    assert!(refusal(on_machine(NO_POSTGRES, &up).env("PATH", path)).await.contains(sentence));
}

#[tokio::test]
async fn another_version_of_postgres() {
    let data = tempfile::tempdir().unwrap();
    std::fs::create_dir(data.path().join("postgres")).unwrap();
    std::fs::write(data.path().join("postgres/PG_VERSION"), "9\n").unwrap();
    let found = report(&mut doctor(data.path())).await;
    found.is("postgres", "error", "postgres_unusable", "was made by Postgres 9");
    let told = refusal(&mut with_data(&["up"], data.path())).await;
    assert!(told.contains(found.message("postgres").trim_end_matches('.')), "{told}");
}

#[tokio::test]
async fn a_database_that_is_not_there_or_hangs() {
    let data = tempfile::tempdir().unwrap();
    let url = format!("postgres://deskhand@127.0.0.1:{}/deskhand", free_port());
    let found = report(doctor(data.path()).env("DATABASE_URL", &url)).await;
    found.is("postgres", "error", "database_unreachable", "connecting to Postgres");
    let told = refusal(with_data(&["up"], data.path()).env("DATABASE_URL", &url)).await;
    assert!(told.contains("connecting to Postgres"), "{told}");

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://deskhand@{}/deskhand", silent.local_addr().unwrap());
    let found = report(doctor(data.path()).env("DATABASE_URL", &url)).await;
    found.is("postgres", "warning", "timed_out", "did not answer within");
    let found = report(doctor(data.path()).env("DATABASE_URL", "postgres://a b:c d")).await;
    assert_eq!(found.of("postgres").0, "error", "{}", found.message("postgres"));
}

#[tokio::test]
async fn a_database_with_another_clock_or_of_a_newer_version() {
    let data = tempfile::tempdir().unwrap();
    let server = PrivateCluster::start(data.path()).await.unwrap();
    let elsewhere = data.path().join("data");
    let mut deskhand = Deskhand::up_with(&elsewhere, &[("DATABASE_URL", server.url())]).await;
    deskhand.signal(Signal::SIGTERM);
    deskhand.ended().await;
    let sql = "CREATE SCHEMA early; CREATE FUNCTION early.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS \
               'SELECT pg_catalog.clock_timestamp() - interval ''1 hour'''";
    execute(server.url(), sql).await;
    let early = format!("{} options='-c search_path=early,pg_catalog,public'", server.url());
    let found = report(doctor(&elsewhere).env("DATABASE_URL", early)).await;
    found.is("clock", "warning", "clock_off", "timedatectl set-ntp true");

    execute(server.url(), "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')").await;
    let found = report(doctor(&elsewhere).env("DATABASE_URL", server.url())).await;
    found.is(
        "database",
        "error",
        "database_newer",
        "A newer version of Deskhand has used the database deskhand at",
    );
    let told = refusal(with_data(&["up"], &elsewhere).env("DATABASE_URL", server.url())).await;
    assert!(told.contains(found.message("database")), "{told}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_missing_or_wrong_master_key_and_another_folder() {
    let data = tempfile::tempdir().unwrap();
    let server = PrivateCluster::start(data.path()).await.unwrap();
    let own = data.path().join("data");
    let mut deskhand = Deskhand::up_with(&own, &[("DATABASE_URL", server.url())]).await;
    deskhand.signal(Signal::SIGTERM);
    deskhand.ended().await;
    let found = report(doctor(&own).env("DATABASE_URL", server.url())).await;
    assert_eq!((found.of("master_key"), found.success), (("ok", "ok"), true));

    let key = std::fs::read(own.join("master.key")).unwrap();
    std::fs::remove_file(own.join("master.key")).unwrap();
    let found = report(doctor(&own).env("DATABASE_URL", server.url())).await;
    found.is("master_key", "error", "master_key_missing", "Put back the file");
    let told = refusal(with_data(&["up"], &own).env("DATABASE_URL", server.url())).await;
    assert!(told.contains(found.message("master_key")), "{told}");
    let wrong =
        report(doctor(&own).env("DATABASE_URL", server.url()).env("ENCRYPTION_KEY", "ab".repeat(32))).await;
    wrong.is("master_key", "error", "master_key_missing", "Set ENCRYPTION_KEY to it");
    assert!(!own.join("master.key").exists(), "nothing was made");

    std::fs::write(own.join("master.key"), key).unwrap();
    std::fs::write(own.join("installation-id"), "01939d5e-0000-7000-8000-000000000001\n").unwrap();
    let found = report(doctor(&own).env("DATABASE_URL", server.url())).await;
    found.is(
        "database",
        "error",
        "database_of_another_folder",
        "does not belong to the database deskhand at",
    );
    let told = refusal(with_data(&["up"], &own).env("DATABASE_URL", server.url())).await;
    assert!(told.contains(found.message("database")), "{told}");
    server.stop().await.unwrap();
}
