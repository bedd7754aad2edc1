//! Runs.

use axum::extract::State;
use protocol::transcript::Answer;
use protocol::transcript::approval::{Decision, Verdict};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::language::ResponseLanguage;
use crate::http::owned::OwnedRun;
use crate::http::problem::{ApiError, Problem};
use crate::store::runs::Run;
use crate::words::BackendReason;

/// Maximum length of an answer or a reason, in characters.
const MAX_WORDS_CHARS: usize = 20_000;

/// Returns a run.
#[utoipa::path(get, path = "/runs/{run_id}", operation_id = "get_run", tag = "Runs", params(("run_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Run), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(OwnedRun(run): OwnedRun, language: ResponseLanguage) -> Json<Run> {
    Json(language.run(run))
}

/// Cancels a run at once, in any state. One that has ended is unchanged. The message of a run that is still
/// queued is withdrawn: the model will not read it.
#[utoipa::path(post, path = "/runs/{run_id}/cancel", operation_id = "cancel_run", tag = "Runs", params(("run_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Run), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn cancel(
    State(state): State<AppState>,
    OwnedRun(run): OwnedRun,
    language: ResponseLanguage,
) -> Result<Json<Run>, ApiError> {
    if run.state.is_terminal() {
        return Ok(Json(language.run(run)));
    }
    Ok(Json(language.run(state.runs.cancel(run.id).await?)))
}

/// A person's decision on a call.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "call_id": "toolu_01", "verdict": "approve", "arguments_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }))]
pub(in crate::routes) struct NewDecision {
    /// The call and the verdict.
    #[serde(flatten)]
    decision: Decision,
    /// The `arguments_sha256` of the `approval_request` that the person saw.
    arguments_sha256: String,
}

/// A person's answer to a question.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({ "call_id": "toolu_02", "text": "The one at 9:30" }))]
pub(in crate::routes) struct NewAnswer {
    /// The call that asked the question.
    call_id: String,
    /// The answer: one of the choices, if there are any, or free text.
    text: String,
}

/// Pauses a run before its next action. One that is paused is unchanged.
#[utoipa::path(post, path = "/runs/{run_id}/pause", operation_id = "pause_run", tag = "Runs", params(("run_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Run, description = "It is paused, or will be (`pause_requested`)"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "It is not at work")))]
pub(super) async fn pause(
    State(state): State<AppState>,
    OwnedRun(run): OwnedRun,
    language: ResponseLanguage,
) -> Result<Json<Run>, ApiError> {
    Ok(Json(language.run(state.runs.pause(run.id).await?)))
}

/// Resumes a paused run. One that is running is unchanged.
#[utoipa::path(post, path = "/runs/{run_id}/resume", operation_id = "resume_run", tag = "Runs", params(("run_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Run), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "It is neither paused nor at work")))]
pub(super) async fn resume(
    State(state): State<AppState>,
    OwnedRun(run): OwnedRun,
    language: ResponseLanguage,
) -> Result<Json<Run>, ApiError> {
    Ok(Json(language.run(state.runs.resume(run.id).await?)))
}

/// Approves or denies the call that a run waits for. Repeating the same decision has no effect.
#[utoipa::path(post, path = "/runs/{run_id}/decisions", operation_id = "create_decision", tag = "Runs", params(("run_id" = uuid::Uuid, Path)),
    request_body = NewDecision, responses(
    (status = 200, body = Run), (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "It does not wait for this, or it was decided on otherwise"),
    (status = 422, body = Problem, description = "Not a decision")))]
pub(super) async fn decide(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    OwnedRun(run): OwnedRun,
    language: ResponseLanguage,
    Json(NewDecision { decision, arguments_sha256 }): Json<NewDecision>,
) -> Result<Json<Run>, ApiError> {
    if let Verdict::Deny { reason } = &decision.verdict {
        check_words(reason)?;
    }
    Ok(Json(language.run(state.runs.decide(run.id, user.id, decision, arguments_sha256).await?)))
}

/// Answers the question that a run waits for. Repeating the same answer has no effect.
#[utoipa::path(post, path = "/runs/{run_id}/answer", operation_id = "create_answer", tag = "Runs", params(("run_id" = uuid::Uuid, Path)),
    request_body = NewAnswer, responses(
    (status = 200, body = Run), (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem, description = "It does not wait for this, or it was answered otherwise"),
    (status = 422, body = Problem, description = "The answer is empty or too long")))]
pub(super) async fn answer(
    State(state): State<AppState>,
    OwnedRun(run): OwnedRun,
    language: ResponseLanguage,
    Json(NewAnswer { call_id, text }): Json<NewAnswer>,
) -> Result<Json<Run>, ApiError> {
    if text.trim().is_empty() {
        return Err(ApiError::invalid(BackendReason::AnswerEmpty));
    }
    check_words(&text)?;
    Ok(Json(language.run(state.runs.answer(run.id, Answer { call_id, text }).await?)))
}

fn check_words(text: &str) -> Result<(), ApiError> {
    if text.chars().count() > MAX_WORDS_CHARS {
        return Err(ApiError::invalid(BackendReason::TextTooLong { limit: MAX_WORDS_CHARS }));
    }
    Ok(())
}
