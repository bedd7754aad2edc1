//! Which time zone and language apply to a person.

use std::sync::Arc;

use protocol::ids::{ChatId, RunId, UserId};
use protocol::locale::Locale;

use crate::services::messages::MessagePayload;
use crate::store::users::PersonLocale;
use crate::store::{Connection, events, users};

/// Knows the time zone and the language of the installation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Locales {
    installation: Arc<Locale>,
}

impl Locales {
    /// With what applies to people whose browser has told nothing.
    #[must_use]
    pub fn new(installation: Locale) -> Self {
        Self { installation: Arc::new(installation) }
    }

    /// Of a user, if they exist.
    pub async fn of_user(&self, conn: &mut Connection, id: UserId) -> diesel::QueryResult<Option<Locale>> {
        Ok(users::locale(conn, id).await?.map(|locale| self.applying(locale)))
    }

    /// Of a chat's owner, if the chat exists.
    pub async fn of_chat(&self, conn: &mut Connection, id: ChatId) -> diesel::QueryResult<Option<Locale>> {
        Ok(users::locale_of_chat(conn, id).await?.map(|locale| self.applying(locale)))
    }

    /// What was chosen, else what the browser has told, else the installation's.
    fn applying(&self, person: PersonLocale) -> Locale {
        let PersonLocale { time_zone, language, detected_time_zone, detected_language } = person;
        let installation = &self.installation;
        Locale {
            time_zone: time_zone.or(detected_time_zone).unwrap_or_else(|| installation.time_zone.clone()),
            language: language.or(detected_language).or_else(|| installation.language.clone()),
        }
    }
}

/// The locale that was stored with a run's message; `None` if it was written by an earlier version.
pub async fn of_run(conn: &mut Connection, id: RunId) -> anyhow::Result<Option<Locale>> {
    let Some(payload) = events::message_of_run(conn, id).await? else { return Ok(None) };
    Ok(serde_json::from_value::<MessagePayload>(payload)?.locale)
}
