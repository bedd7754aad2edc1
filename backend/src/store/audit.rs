//! The audit log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::audit;
use super::text_enum::text_enum;
use super::{Connection, Page};

text_enum! {
    /// What was done.
    AuditAction {
        /// A browser or a program logged in.
        LoggedIn = "login",
        /// A login failed: the password was wrong, or the code of the second factor.
        LoginFailed = "login_failed",
        /// A browser or a program logged out.
        LoggedOut = "logout",
        /// Somebody ended all their logins.
        LoggedOutEverywhere = "logout_everywhere",
        /// Somebody ended one of their logins.
        SessionEnded = "session_ended",
        /// Somebody changed their password.
        PasswordChanged = "password_changed",
        /// An account was created, by a superuser, on the command line, or by the first start.
        UserCreated = "user_created",
        /// Somebody created an account of their own.
        UserRegistered = "user_registered",
        /// The names, the role or the limits of a user were changed, or whether they can log in.
        UserChanged = "user_changed",
        /// An account was deleted.
        UserDeleted = "user_deleted",
        /// A one-time link for a new password was made.
        PasswordLinkCreated = "password_link_created",
        /// Somebody set a new password by such a link.
        PasswordLinkUsed = "password_link_used",
        /// An invitation was made.
        InvitationCreated = "invitation_created",
        /// An invitation was deleted.
        InvitationDeleted = "invitation_deleted",
        /// A setting of the installation was changed.
        SettingChanged = "setting_changed",
        /// The rules by which uploads are refused were changed.
        FileRulesChanged = "file_rules_changed",
        /// A superuser stopped somebody's desktop.
        DesktopStopped = "desktop_stopped",
        /// A superuser cancelled somebody's run.
        RunCancelled = "run_cancelled",
        /// What is kept no longer was deleted.
        RetentionApplied = "retention_applied",
        /// A refresh token was used a second time, which ended the login.
        RefreshReused = "refresh_reused",
        /// Somebody turned on their second factor.
        SecondFactorEnabled = "second_factor_enabled",
        /// Somebody turned off their second factor.
        SecondFactorDisabled = "second_factor_disabled",
        /// A superuser, or the command line, removed the second factor of somebody who has lost it.
        SecondFactorReset = "second_factor_reset",
        /// A recovery code was used in place of the second factor.
        RecoveryCodeUsed = "recovery_code_used",
        /// Somebody got new recovery codes, which replace the others.
        RecoveryCodesReplaced = "recovery_codes_replaced",
        /// An API token was created.
        TokenCreated = "token_created",
        /// An API token was revoked.
        TokenRevoked = "token_revoked",
        /// An account at an identity provider was linked to that of the person.
        IdentityLinked = "identity_linked",
        /// It was unlinked.
        IdentityUnlinked = "identity_unlinked",
        /// An identity provider was set up.
        ProviderCreated = "identity_provider_created",
        /// An identity provider was changed.
        ProviderChanged = "identity_provider_changed",
        /// An identity provider was deleted.
        ProviderDeleted = "identity_provider_deleted",
        /// A model connection was made.
        ModelConnectionCreated = "model_connection_created",
        /// A model connection was changed.
        ModelConnectionChanged = "model_connection_changed",
        /// A model connection was deleted.
        ModelConnectionDeleted = "model_connection_deleted",
        /// The price of a model was set.
        ModelPriceSet = "model_price_set",
        /// The price of a model was deleted.
        ModelPriceDeleted = "model_price_deleted",
        /// A version of the master key was retired: all its secrets were sealed with a newer one.
        MasterKeyRotated = "master_key_rotated",
        /// Another key signs access tokens.
        SigningKeyRotated = "signing_key_rotated",
    }
}

/// An entry to insert.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = audit)]
pub struct NewAuditEntry {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The user who did it; `None` if they were not logged in, and on the command line.
    pub actor_id: Option<UserId>,
    /// Their username.
    pub actor_name: Option<String>,
    /// What they did.
    pub action: AuditAction,
    /// What it was done to, if that is not the user: an id or a name.
    pub object: Option<String>,
    /// The address of the request, if it is known.
    pub address: Option<String>,
    /// The `User-Agent` of the request.
    pub client: Option<String>,
    /// More about it; no secrets.
    pub detail: serde_json::Value,
}

impl NewAuditEntry {
    /// An entry about what was done on the command line, or by the installation itself.
    #[must_use]
    pub fn of_installation(action: AuditAction, object: String, now: DateTime<Utc>) -> Self {
        Self {
            at: now,
            actor_id: None,
            actor_name: None,
            action,
            object: Some(object),
            address: None,
            client: None,
            detail: serde_json::json!({}),
        }
    }
}

/// An entry of the audit log.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = audit)]
#[schema(example = json!({ "id": 42, "at": "2026-11-30T08:15:00Z", "actor_id": "0198c2c4-7c1e-7f0a-9d3b-5a1f0e6b2c11",
    "actor_name": "ada", "action": "token_created", "object": "0198c2c4-8a2f-7b11-8e55-0f2d9c7a4b12",
    "address": "192.0.2.1", "client": "curl/8.5.0", "detail": { "name": "nightly backup" } }))]
pub struct AuditEntry {
    /// Counts up.
    pub id: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The user who did it; `null` if they were not logged in, and on the command line. They may not exist any more.
    pub actor_id: Option<UserId>,
    /// Their username at that time.
    pub actor_name: Option<String>,
    /// What they did.
    pub action: AuditAction,
    /// What it was done to, if that is not the user: an id or a name.
    pub object: Option<String>,
    /// The address of the request, if it is known.
    pub address: Option<String>,
    /// The `User-Agent` of the request.
    pub client: Option<String>,
    /// More about it.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
}

/// Inserts an entry.
pub async fn insert(conn: &mut Connection, entry: &NewAuditEntry) -> QueryResult<()> {
    diesel::insert_into(audit::table).values(entry).execute(conn).await?;
    Ok(())
}

/// A page of the entries, newest first.
pub async fn list(conn: &mut Connection, page: Page<i64>) -> QueryResult<Vec<AuditEntry>> {
    let mut found = audit::table.into_boxed();
    if let Some(after) = page.after {
        found = found.filter(audit::id.lt(after));
    }
    found
        .order(audit::id.desc())
        .offset(page.skip)
        .limit(page.limit + 1)
        .select(AuditEntry::as_select())
        .load(conn)
        .await
}

/// The number of entries from before a time.
pub async fn count_before(conn: &mut Connection, before: DateTime<Utc>) -> QueryResult<i64> {
    audit::table.filter(audit::at.lt(before)).count().get_result(conn).await
}

/// Deletes at most `limit` of the entries from before a time and of those beside the newest `keep`, the oldest; returns how many.
pub async fn delete_old(
    conn: &mut Connection,
    before: DateTime<Utc>,
    keep: i64,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM audit WHERE id IN
            (SELECT id FROM audit WHERE at < $1 OR id <= (SELECT id FROM audit ORDER BY id DESC OFFSET $2 LIMIT 1)
            ORDER BY id LIMIT $3)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(keep)
    .bind::<BigInt, _>(limit)
    .execute(conn)
    .await
}
