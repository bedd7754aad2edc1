//! Errors of chats, their messages and runs.

use crate::http::problem::ApiError;
use crate::live::follow::FollowError;
use crate::services::chats::ChatError;
use crate::services::chats::forks::ForkError;
use crate::services::chats::new_message::MessageError;
use crate::services::runs::RunError;
use crate::services::tickets::TicketError;

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::TitleInvalid => Self::invalid("title_invalid", error.to_string()),
            ChatError::Message(error) => error.into(),
            ChatError::Key(error) => error.into(),
            ChatError::Desktop(error) => error.into(),
            ChatError::Blobs(error) => error.into(),
            ChatError::Database(error) => error.into(),
            ChatError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<ForkError> for ApiError {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::NoSuchMessage => Self::NotFound("message"),
            ForkError::Key(error) => error.into(),
            ForkError::Database(error) => error.into(),
            ForkError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<MessageError> for ApiError {
    fn from(error: MessageError) -> Self {
        let detail = error.to_string();
        match error {
            MessageError::Empty => Self::invalid("message_empty", detail),
            MessageError::TooLong => Self::invalid("message_too_long", detail),
            MessageError::ExtraDataTooLarge => Self::invalid("extra_data_too_large", detail),
            MessageError::ExtraDataInexact => Self::invalid("extra_data_inexact", detail),
            MessageError::QueueFull => Self::QueueFull(detail),
            MessageError::Quota(error) => error.into(),
            MessageError::NoSuchFile => Self::NotFound("file"),
            MessageError::NotTheLast => Self::conflict("not_the_last_message", detail),
            MessageError::Key(error) => error.into(),
            MessageError::Database(error) => error.into(),
            MessageError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> Self {
        let detail = error.to_string();
        match error {
            RunError::NotFound => Self::NotFound("run"),
            RunError::Ended | RunError::NotActive => Self::conflict("run_not_active", detail),
            RunError::DecisionConflict => Self::conflict("decision_conflict", detail),
            RunError::AnswerConflict => Self::conflict("answer_conflict", detail),
            RunError::DecisionNotPending | RunError::AnswerNotPending => {
                Self::conflict("not_pending", detail)
            }
            RunError::ArgumentsDiffer => Self::conflict("arguments_differ", detail),
            RunError::Database(error) => error.into(),
            RunError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<FollowError> for ApiError {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Database(error) => error.into(),
            FollowError::PartialTurn(error) => Self::Internal(error.into()),
        }
    }
}

impl From<TicketError> for ApiError {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::NoChat => Self::NotFound("chat"),
            TicketError::Database(error) => error.into(),
            TicketError::Internal(error) => Self::Internal(error),
        }
    }
}
