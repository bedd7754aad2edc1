//! Secrets in the database are sealed, and the master key can be changed while replicas go on.

use std::path::Path;

use backend::Secret;
use backend::clock::Clock;
use backend::config::master_key::MasterKeyConfig;
use backend::database::Database;
use backend::store::sealed_columns::SIGNING_KEYS;
use backend::store::signing_keys::SigningKey;
use backend::vault::{self, RotationError, Vault, VaultError};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bytea, Integer, Nullable, Timestamptz};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use reqwest::StatusCode;
use uuid::Uuid;

use crate::app::{TestApp, new_schema, ok, problem, until_waited_for};

const OLD: &str = "0101010101010101010101010101010101010101010101010101010101010101";
const NEW: &str = "0202020202020202020202020202020202020202020202020202020202020202";

fn settings(key: Option<&str>, old: Option<&str>) -> MasterKeyConfig {
    MasterKeyConfig { encryption_key: key.map(Secret::new), encryption_key_old: old.map(Secret::new) }
}

async fn open(config: &MasterKeyConfig, folder: &Path, database: &Database) -> Result<Vault, VaultError> {
    Vault::open(config, folder, database, &Clock::system()).await
}

/// Why a vault can't be opened.
async fn refusal(config: &MasterKeyConfig, folder: &Path, database: &Database) -> String {
    let Err(error) = open(config, folder, database).await else { panic!("it was opened") };
    assert!(matches!(error, VaultError::OtherKey(_)), "{error}");
    error.to_string()
}

/// Stores a secret.
async fn store(conn: &mut AsyncPgConnection, vault: &Vault, secret: &[u8]) -> Uuid {
    let kid = Uuid::new_v4();
    let sealed = vault.seal(conn, SIGNING_KEYS, &kid.to_string(), secret).await.unwrap();
    let key = SigningKey {
        kid,
        algorithm: "RS256".into(),
        public_der: Vec::new(),
        private_sealed: Some(sealed),
        verifies_until: None,
        created_at: DateTime::UNIX_EPOCH,
    };
    diesel::insert_into(backend::store::schema::signing_keys::table)
        .values(&key)
        .execute(conn)
        .await
        .unwrap();
    kid
}

#[derive(Debug, QueryableByName)]
struct Stored {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    kid: Uuid,
    #[diesel(sql_type = Bytea)]
    private_sealed: Vec<u8>,
}

async fn stored(database: &Database) -> Vec<Stored> {
    let query = "SELECT kid, private_sealed FROM signing_keys WHERE private_sealed IS NOT NULL";
    diesel::sql_query(query).load(&mut database.connection().await.unwrap()).await.unwrap()
}

/// The versions that the stored secrets are sealed with.
async fn versions_in_use(database: &Database) -> Vec<u8> {
    let mut versions: Vec<u8> = stored(database).await.iter().map(|row| row.private_sealed[3]).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}

async fn opens(vault: &Vault, row: &Stored, secret: &[u8]) -> bool {
    let opened = vault.open_sealed(SIGNING_KEYS, &row.kid.to_string(), &row.private_sealed).await;
    opened.is_ok_and(|opened| *opened == secret)
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_of_swapped_or_changed_rows_do_not_open() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::new(&new_schema().await).unwrap());
    let vault = open(&settings(None, None), folder.path(), &database).await.unwrap();
    let mut conn = database.connection().await.unwrap();
    for secret in [b"one", b"two"] {
        store(&mut conn, &vault, secret).await;
    }
    let rows = stored(&database).await;
    assert!(
        rows.iter().all(|row| !row.private_sealed.windows(3).any(|part| part == b"one" || part == b"two"))
    );
    for (row, other) in [(&rows[0], &rows[1]), (&rows[1], &rows[0])] {
        assert!(opens(&vault, row, b"one").await || opens(&vault, row, b"two").await);
        let swapped = vault.open_sealed(SIGNING_KEYS, &row.kid.to_string(), &other.private_sealed).await;
        assert!(matches!(swapped, Err(VaultError::Broken { table: "signing_keys", .. })));
        let mut changed = row.private_sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        let changed = vault.open_sealed(SIGNING_KEYS, &row.kid.to_string(), &changed).await;
        assert!(matches!(changed, Err(VaultError::Broken { .. })));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_a_vault_is_not_opened_and_says_what_to_do() {
    let database = Database::new(&new_schema().await).unwrap();
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    open(&settings(None, None), folder.path(), &database).await.unwrap();
    open(&settings(None, None), folder.path(), &database).await.unwrap();
    let told = refusal(&settings(None, None), other.path(), &database).await;
    assert!(told.contains("Put back the file") && told.contains("deskhand keys reset"), "{told}");
    assert!(!other.path().join("master.key").exists(), "no key is made that would hide the loss");
    let told = refusal(&settings(Some(NEW), None), other.path(), &database).await;
    assert!(told.contains("ENCRYPTION_KEY"), "{told}");

    let kid = store(
        &mut database.connection().await.unwrap(),
        &open(&settings(None, None), folder.path(), &database).await.unwrap(),
        b"lost",
    )
    .await;
    assert_eq!(vault::reset(&settings(None, None), other.path(), &database).await.unwrap(), 1);
    open(&settings(None, None), other.path(), &database).await.unwrap();
    assert!(stored(&database).await.iter().all(|row| row.kid != kid));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_replica_follows_a_new_master_key() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let file = app.data.path().join("master.key");
    let before = std::fs::read_to_string(&file).unwrap();
    // The command line has a vault of its own.
    let cli = open(&settings(None, None), app.data.path(), &app.state.database).await.unwrap();
    let rotated = vault::rotate(&cli, &app.state.clock).await.unwrap();
    assert_eq!((rotated.version, rotated.secrets), (2, 1));
    let after = std::fs::read_to_string(&file).unwrap();
    assert!(after.lines().count() == 1 && after != before);
    assert_eq!(versions_in_use(&app.state.database).await, [2]);
    // It opens what was sealed anew, also before it hears of the version.
    app.state.program_logins.access_tokens.keys.reload().await.unwrap();
    ok(app.get("/api/v1/users/me").bearer_auth(&ada)).await;
    let again = app.user("bob").await;
    ok(app.get("/api/v1/users/me").bearer_auth(&again)).await;
    problem(app.get("/api/v1/users/me"), StatusCode::UNAUTHORIZED, "unauthorized").await;
    let reopened = open(&settings(None, None), app.data.path(), &app.state.database).await.unwrap();
    assert_eq!(vault::rotate(&reopened, &app.state.clock).await.unwrap().version, 3);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_from_the_settings_is_changed_with_the_old_one_beside_it() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::new(&new_schema().await).unwrap());
    let vault = open(&settings(Some(OLD), None), folder.path(), &database).await.unwrap();
    assert!(!folder.path().join("master.key").exists());
    for _ in 0..250 {
        store(&mut database.connection().await.unwrap(), &vault, b"secret").await;
    }
    assert!(matches!(vault::rotate(&vault, &Clock::system()).await, Err(RotationError::NoNewKey)));

    let both = open(&settings(Some(NEW), Some(OLD)), folder.path(), &database).await.unwrap();
    let rotated = vault::rotate(&both, &Clock::system()).await.unwrap();
    assert_eq!((rotated.version, rotated.secrets), (2, 250));
    assert_eq!(versions_in_use(&database).await, [2]);
    let new = open(&settings(Some(NEW), None), folder.path(), &database).await.unwrap();
    for row in stored(&database).await {
        assert!(opens(&new, &row, b"secret").await);
    }
    refusal(&settings(Some(OLD), None), folder.path(), &database).await;
    // A replica that has only the old key can't open what was sealed anew.
    assert!(!opens(&vault, &stored(&database).await[0], b"secret").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_the_data_folder_gives_way_to_one_from_the_settings() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::new(&new_schema().await).unwrap());
    let vault = open(&settings(None, None), folder.path(), &database).await.unwrap();
    store(&mut database.connection().await.unwrap(), &vault, b"secret").await;
    let new = open(&settings(Some(NEW), None), folder.path(), &database).await.unwrap();
    assert_eq!(vault::rotate(&new, &Clock::system()).await.unwrap().version, 2);
    std::fs::remove_file(folder.path().join("master.key")).unwrap();
    let alone = open(&settings(Some(NEW), None), folder.path(), &database).await.unwrap();
    assert!(opens(&alone, &stored(&database).await[0], b"secret").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_being_stored_is_not_left_behind() {
    let (folder, url) = (tempfile::tempdir().unwrap(), new_schema().await);
    let database = Database::new(&url).unwrap();
    let vault = open(&settings(None, None), folder.path(), &database).await.unwrap();
    let mut storing = AsyncPgConnection::establish(&url).await.unwrap();
    diesel::sql_query("BEGIN").execute(&mut storing).await.unwrap();
    store(&mut storing, &vault, b"late").await;
    let rotator = open(&settings(None, None), folder.path(), &database).await.unwrap();
    let clock = Clock::system();
    let rotate = vault::rotate(&rotator, &clock);
    let commit = async {
        until_waited_for(&mut storing, "%FOR UPDATE%").await;
        diesel::sql_query("COMMIT").execute(&mut storing).await.unwrap();
    };
    let (rotated, ()) = tokio::join!(rotate, commit);
    assert_eq!(rotated.unwrap().secrets, 1);
    assert_eq!(versions_in_use(&database).await, [2]);
    assert!(
        opens(&vault, &stored(&database).await[0], b"late").await,
        "the other vault reads the file again"
    );
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    retired_at: Option<DateTime<Utc>>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_was_cut_off_is_completed_by_the_next() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Database::new(&new_schema().await).unwrap());
    let vault = open(&settings(None, None), folder.path(), &database).await.unwrap();
    store(&mut database.connection().await.unwrap(), &vault, b"secret").await;
    // It was cut off after the file was written, and another after its version was committed.
    let file = folder.path().join("master.key");
    let key = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{key}{NEW}\n")).unwrap();
    let reopened = open(&settings(None, None), folder.path(), &database).await.unwrap();
    assert_eq!(versions_in_use(&database).await, [1]);
    assert!(opens(&reopened, &stored(&database).await[0], b"secret").await);
    assert_eq!(vault::rotate(&reopened, &Clock::system()).await.unwrap().version, 3);
    assert_eq!(versions_in_use(&database).await, [3]);
    let query = "SELECT version, retired_at FROM master_key_versions ORDER BY version";
    let versions: Vec<Version> =
        diesel::sql_query(query).load(&mut database.connection().await.unwrap()).await.unwrap();
    let versions: Vec<_> = versions.iter().map(|row| (row.version, row.retired_at.is_some())).collect();
    assert_eq!(versions, [(1, true), (2, true), (3, false)]);
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 1);
}
