//! Errors of chats, their messages and runs.

use crate::http::problem::ApiError;
use crate::live::follow::FollowError;
use crate::services::chat_costs::ChatCostError;
use crate::services::chats::forks::ForkError;
use crate::services::chats::new_message::{MAX_EXTRA_BYTES, MAX_MESSAGE_CHARS, MAX_QUEUED, MessageError};
use crate::services::chats::{ChatError, MAX_TITLE_CHARS};
use crate::services::runs::RunError;
use crate::services::tickets::TicketError;
use crate::store::chat_limits::ChatLimits;
use crate::words::BackendReason;

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::TitleInvalid => Self::invalid(BackendReason::TitleInvalid { limit: MAX_TITLE_CHARS }),
            ChatError::LimitsInvalid(limits) => Self::invalid(limits_invalid(&limits)),
            ChatError::Message(error) => error.into(),
            ChatError::Key(error) => error.into(),
            ChatError::Desktop(error) => error.into(),
            ChatError::Blobs(error) => error.into(),
            ChatError::Database(error) => error.into(),
            ChatError::Internal(error) => Self::internal(error),
        }
    }
}

fn limits_invalid(limits: &ChatLimits) -> BackendReason {
    let (turns, minutes) = (ChatLimits::TURNS, ChatLimits::MINUTES);
    if limits.max_turns.is_some_and(|most| !turns.contains(&most)) {
        return BackendReason::ChatTurnsInvalid { least: *turns.start(), most: *turns.end() };
    }
    BackendReason::ChatMinutesInvalid { least: *minutes.start(), most: *minutes.end() }
}

impl From<ForkError> for ApiError {
    fn from(error: ForkError) -> Self {
        match error {
            ForkError::NoSuchMessage => Self::not_found(BackendReason::NoMessage),
            ForkError::Key(error) => error.into(),
            ForkError::Database(error) => error.into(),
            ForkError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<MessageError> for ApiError {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Empty => Self::invalid(BackendReason::MessageEmpty),
            MessageError::TooLong => {
                Self::invalid(BackendReason::MessageTooLong { limit: MAX_MESSAGE_CHARS })
            }
            MessageError::ExtraDataTooLarge => {
                Self::invalid(BackendReason::ExtraDataTooLarge { limit: MAX_EXTRA_BYTES })
            }
            MessageError::ExtraDataInexact => Self::invalid(BackendReason::ExtraDataInexact),
            MessageError::QueueFull => Self::queue_full(BackendReason::QueueFull { limit: MAX_QUEUED }),
            MessageError::Quota(error) => error.into(),
            MessageError::PriceUnknown(model) => Self::conflict(BackendReason::ModelPriceUnknown { model }),
            MessageError::NoSuchFile => Self::not_found(BackendReason::NoFile),
            MessageError::NotTheLast => Self::conflict(BackendReason::NotTheLastMessage),
            MessageError::Key(error) => error.into(),
            MessageError::Database(error) => error.into(),
            MessageError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<ChatCostError> for ApiError {
    fn from(error: ChatCostError) -> Self {
        match error {
            ChatCostError::Quota(error) => error.into(),
            ChatCostError::Model(error) => error.into(),
            ChatCostError::Database(error) => error.into(),
            ChatCostError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::NotFound => Self::not_found(BackendReason::NoRun),
            RunError::Ended => Self::conflict(BackendReason::RunEnded),
            RunError::NotActive => Self::conflict(BackendReason::RunNotActive),
            RunError::DecisionConflict => Self::conflict(BackendReason::DecisionConflict),
            RunError::AnswerConflict => Self::conflict(BackendReason::AnswerConflict),
            RunError::DecisionNotPending => Self::conflict(BackendReason::NoDecisionPending),
            RunError::AnswerNotPending => Self::conflict(BackendReason::NoAnswerPending),
            RunError::ArgumentsDiffer => Self::conflict(BackendReason::ArgumentsDiffer),
            RunError::Database(error) => error.into(),
            RunError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<FollowError> for ApiError {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Database(error) => error.into(),
            FollowError::PartialTurn(error) => Self::internal(error),
        }
    }
}

impl From<TicketError> for ApiError {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::NoChat => Self::not_found(BackendReason::NoChat),
            TicketError::Database(error) => error.into(),
            TicketError::Internal(error) => Self::internal(error),
        }
    }
}
