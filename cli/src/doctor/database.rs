//! Postgres, and what is in it.

use backend::Config;
use backend::clock::Clock;
use backend::data_folder::{DataFolder, private_cluster};
use backend::database::{self, Database, SchemaState};
use backend::vault::{KeyState, Vault};
use chrono::TimeDelta;

use super::finding::{Finding, in_time};
use crate::database::DatabaseChoice;

/// How far the clocks of this machine and of the database may differ, in seconds.
const CLOCK_TOLERANCE: i64 = 5;
/// The oldest version of Postgres that is supported, as `server_version_num` has it.
const OLDEST_POSTGRES: i32 = 140_000;

/// Looks at the database of one's own, or the private one. The private one is not started.
pub(super) async fn look(choice: &DatabaseChoice, config: &Config) -> Vec<Finding> {
    let private = async { private(config).await };
    let (own, url) = match &choice.database_url {
        Some(url) => (None, Some(url.clone())),
        None => {
            let found = in_time("postgres", private).await;
            (Some(found), private_cluster::running_url(&config.data_dir).ok().flatten())
        }
    };
    let Some(url) = url else {
        let mut findings: Vec<Finding> = own.into_iter().collect();
        findings.push(Finding::ok("database", "It does not run now; the next start brings it up to date"));
        return findings;
    };
    let connected = in_time("postgres", connected(&url)).await;
    if connected.status != super::finding::Status::Ok {
        return vec![own.filter(|own| own.status > connected.status).unwrap_or(connected)];
    }
    let database = match Database::new(&url) {
        Ok(database) => database,
        Err(error) => {
            return vec![Finding::error("postgres", "database_address_invalid", format!("{error:#}"))];
        }
    };
    let (schema, clock, key) = tokio::join!(
        in_time("database", schema(&url, &database, config)),
        in_time("clock", clock(&database)),
        in_time("master_key", master_key(&database, config)),
    );
    vec![own.filter(|own| own.status > connected.status).unwrap_or(connected), schema, clock, key]
}

/// The programs of the private database.
async fn private(config: &Config) -> Finding {
    const CHECK: &str = "postgres";
    match private_cluster::inspect(&config.data_dir).await {
        Ok(version) => Finding::ok(CHECK, format!("{version} runs the private database")),
        Err(error) => Finding::error(CHECK, "postgres_unusable", format!("{error:#}")),
    }
}

async fn connected(url: &str) -> Finding {
    const CHECK: &str = "postgres";
    match database::server_version(url).await {
        Ok(version) if version < OLDEST_POSTGRES => Finding::error(
            CHECK,
            "postgres_too_old",
            format!(
                "The database is Postgres {}, and Deskhand needs {} or newer",
                version / 10_000,
                OLDEST_POSTGRES / 10_000
            ),
        ),
        Ok(version) => Finding::ok(CHECK, format!("Postgres {} answers", version / 10_000)),
        Err(error) => Finding::error(
            CHECK,
            "database_unreachable",
            format!("{error:#}. Start Postgres, or name another one with DATABASE_URL"),
        ),
    }
}

async fn schema(url: &str, database: &Database, config: &Config) -> Finding {
    const CHECK: &str = "database";
    match database::schema_state(url).await {
        Ok(SchemaState::New) => return Finding::ok(CHECK, "It is empty; the next start makes its tables"),
        Ok(SchemaState::Pending(count)) => {
            return Finding::ok(
                CHECK,
                format!("The next start brings it up to date, with {count} migrations"),
            );
        }
        Ok(SchemaState::Current) => {}
        Err(error) => return Finding::error(CHECK, "database_newer", format!("{error:#}")),
    }
    match DataFolder::check(&config.data_dir, database).await {
        Ok(()) => Finding::ok(CHECK, "It is up to date and belongs to the data folder"),
        Err(error) => Finding::error(CHECK, "database_of_another_folder", error.to_string()),
    }
}

async fn clock(database: &Database) -> Finding {
    const CHECK: &str = "clock";
    let theirs = match Clock::of_database(database).await {
        Ok(clock) => clock.now(),
        Err(error) => return Finding::warning(CHECK, "unknown", error.to_string()),
    };
    let difference = Clock::system().now() - theirs;
    if difference.abs() > TimeDelta::seconds(CLOCK_TOLERANCE) {
        let message = format!(
            "The clock of this machine differs from the database's by {} s. Logins and limits follow the database's; set both \
             by NTP (`timedatectl set-ntp true`)",
            difference.num_seconds()
        );
        return Finding::warning(CHECK, "clock_off", message);
    }
    Finding::ok(CHECK, "It agrees with the database's")
}

async fn master_key(database: &Database, config: &Config) -> Finding {
    const CHECK: &str = "master_key";
    match Vault::probe(&config.master_key, &config.data_dir, database).await {
        Ok(KeyState::Opens) => Finding::ok(CHECK, "It opens the secrets in the database"),
        Ok(KeyState::None) => Finding::ok(CHECK, "The first start makes one"),
        Err(error) => Finding::error(CHECK, "master_key_missing", error.to_string()),
    }
}
