//! Extractors that load the row named in the path and answer 404 unless it belongs to the caller.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use protocol::ids::{ChatId, FileId, RunId, UserId};
use serde::Deserialize;
use telemetry::access_log::record;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::problem::ApiError;
use crate::store::chats::ChatRow;
use crate::store::files::FileRow;
use crate::store::runs::Run;
use crate::store::{chats, files, runs};
use crate::words::BackendReason;

/// The caller's chat named by `{chat_id}`.
pub struct OwnedChat(pub ChatRow);

/// The caller's run named by `{run_id}`.
pub struct OwnedRun(pub Run);

/// The caller's file named by `{file_id}`.
pub struct OwnedFile(pub FileRow);

#[derive(Deserialize)]
struct ChatPath {
    chat_id: ChatId,
}

#[derive(Deserialize)]
struct RunPath {
    run_id: RunId,
}

#[derive(Deserialize)]
struct FilePath {
    file_id: FileId,
}

impl FromRequestParts<AppState> for OwnedChat {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let user = caller(parts, state).await?;
        let Ok(Path(path)) = Path::<ChatPath>::from_request_parts(parts, state).await else {
            return Err(ApiError::not_found(BackendReason::NoChat));
        };
        record(&parts.extensions, "chat.id", path.chat_id);
        Self::find(state, user.0.id, path.chat_id).await
    }
}

impl OwnedChat {
    /// The user's chat.
    ///
    /// # Errors
    /// When there is none with this id.
    pub async fn find(state: &AppState, user_id: UserId, chat_id: ChatId) -> Result<Self, ApiError> {
        let mut conn = state.database.connection().await?;
        let chat = chats::find_owned(&mut conn, chat_id, user_id).await?;
        chat.map(Self).ok_or_else(|| ApiError::not_found(BackendReason::NoChat))
    }
}

impl FromRequestParts<AppState> for OwnedRun {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let user = caller(parts, state).await?;
        let Ok(Path(path)) = Path::<RunPath>::from_request_parts(parts, state).await else {
            return Err(ApiError::not_found(BackendReason::NoRun));
        };
        let owned = Self::find(state, user.0.id, path.run_id).await?;
        record(&parts.extensions, "run.id", owned.0.id);
        record(&parts.extensions, "chat.id", owned.0.chat_id);
        Ok(owned)
    }
}

impl OwnedRun {
    /// The run of one of the user's chats.
    ///
    /// # Errors
    /// When there is none with this id.
    pub async fn find(state: &AppState, user_id: UserId, run_id: RunId) -> Result<Self, ApiError> {
        let mut conn = state.database.connection().await?;
        let run =
            runs::find(&mut conn, run_id).await?.ok_or_else(|| ApiError::not_found(BackendReason::NoRun))?;
        let chat = chats::find_owned(&mut conn, run.chat_id, user_id).await?;
        chat.map(|_| Self(run)).ok_or_else(|| ApiError::not_found(BackendReason::NoRun))
    }
}

impl FromRequestParts<AppState> for OwnedFile {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let user = caller(parts, state).await?;
        let Ok(Path(path)) = Path::<FilePath>::from_request_parts(parts, state).await else {
            return Err(ApiError::not_found(BackendReason::NoFile));
        };
        let mut conn = state.database.connection().await?;
        let file = files::find_owned(&mut conn, path.file_id, user.0.id).await?;
        file.map(Self).ok_or_else(|| ApiError::not_found(BackendReason::NoFile))
    }
}

async fn caller(parts: &mut Parts, state: &AppState) -> Result<CurrentUser, ApiError> {
    <CurrentUser as FromRequestParts<AppState>>::from_request_parts(parts, state).await
}
