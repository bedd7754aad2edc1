//! Changing users.

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;
use serde_json::{Value, json};

use super::UserError;
use crate::clock::Clock;
use crate::config::limits::Limits;
use crate::database::Database;
use crate::services::account_form::{self, FormError};
use crate::services::audit::Actor;
use crate::services::logins;
use crate::store::audit::{self, AuditAction};
use crate::store::token_families::RevokeReason;
use crate::store::users::{self, User, UserChanges, UserRole};

/// What a superuser changes of a user; `None` leaves a field unchanged.
#[derive(Debug, Default)]
pub struct UserChange {
    /// The login name.
    pub username: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// What the user may do.
    pub role: Option<UserRole>,
    /// Whether the user can't log in.
    pub disabled: Option<bool>,
    /// What the user may have, where it differs from the others.
    pub limits: Option<Limits>,
}

/// The user with this name, in any case.
///
/// # Errors
/// When there is none.
pub async fn find_by_name(database: &Database, username: &str) -> Result<User, UserError> {
    let mut conn = database.connection().await?;
    users::find_by_name(&mut conn, username).await?.ok_or(UserError::NotFound)
}

/// Changes a user, and ends their logins if they are disabled or have another role. Their runs go on until
/// [`super::Users::catch_up`].
///
/// # Errors
/// When there is no such user, a name can't be used, or nobody could administer the installation any more.
pub async fn apply(
    database: &Database,
    clock: &Clock,
    id: UserId,
    change: UserChange,
    by: &Actor,
) -> Result<User, UserError> {
    let changes = checked(&change)?;
    let now = clock.now();
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        let superusers = users::lock_superusers(conn).await?;
        let before = users::lock(conn, id).await?.ok_or(UserError::NotFound)?;
        let demotes = change.role == Some(UserRole::User) || change.disabled == Some(true);
        if demotes && superusers == [id] {
            return Err(UserError::LastSuperuser);
        }
        let disabled_at = change.disabled.map(|disabled| disabled.then(|| before.disabled_at.unwrap_or(now)));
        let changes = UserChanges { disabled_at, ..changes };
        if changes == UserChanges::default() {
            return Ok(before);
        }
        let after = users::change(conn, id, changes).await?;
        if after.is_superuser != before.is_superuser || after.disabled_at.is_some() {
            logins::end_all(conn, id, RevokeReason::Administered, now).await?;
        }
        let mut entry = by.entry(AuditAction::UserChanged, &before.username, now);
        entry.detail = difference(&before, &after).context("encoding what was changed")?;
        if entry.detail != json!({}) {
            audit::insert(conn, &entry).await?;
        }
        tracing::info!(
            user.id = %id,
            is_superuser = after.is_superuser,
            is_disabled = after.disabled_at.is_some(),
            "changed a user"
        );
        Ok(after)
    })
    .await
}

/// What has changed, field by field.
fn difference(before: &User, after: &User) -> serde_json::Result<Value> {
    let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
    let fields = after.as_object().into_iter().flatten().filter(|(name, value)| before[name] != **value);
    Ok(fields.map(|(name, value)| (name.clone(), json!({ "from": before[name], "to": value }))).collect())
}

fn checked(change: &UserChange) -> Result<UserChanges, FormError> {
    change.username.as_deref().map(account_form::check_username).transpose()?;
    change.email.as_deref().map(account_form::check_email).transpose()?;
    Ok(UserChanges {
        username: change.username.clone(),
        email: change.email.clone(),
        first_name: change.first_name.as_deref().map(account_form::name).transpose()?,
        last_name: change.last_name.as_deref().map(account_form::name).transpose()?,
        limits: change.limits.map(|limits| limits_json(&limits)),
        is_superuser: change.role.map(|role| role == UserRole::Superuser),
        ..UserChanges::default()
    })
}

/// The limits as they are stored: only those that are set.
fn limits_json(limits: &Limits) -> Value {
    let mut limits = json!(limits);
    if let Value::Object(each) = &mut limits {
        each.retain(|_, limit| !limit.is_null());
    }
    limits
}
