//! The registry of identifiers: one newtype a kind, so that no two can be confused.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[cfg_attr(feature = "diesel", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
        #[cfg_attr(feature = "diesel", diesel(sql_type = diesel::sql_types::Uuid))]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id. Ids are UUID v7, so they sort by the time they were made.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::to_sql(&self.0, out)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                diesel::deserialize::FromSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::from_sql(bytes).map(Self)
            }
        }
    )*};
}

ids! {
    /// A person with an account.
    UserId,
    /// A conversation; it owns one desktop.
    ChatId,
    /// One entry of a chat's log.
    EventId,
    /// One run of the computer-use loop.
    RunId,
    /// One virtual desktop.
    DesktopId,
    /// A file a person uploaded or a desktop produced.
    FileId,
    /// An invitation to create an account.
    InvitationId,
    /// A link between an account and an account at an identity provider.
    IdentityId,
    /// A video of a desktop's screen.
    RecordingId,
    /// A stretch of time in which a person controls a desktop.
    TakeoverId,
    /// The right to control a desktop during a takeover: each window of the person's browser that takes control gets
    /// one of its own.
    ControlLeaseId,
    /// A login of a program: a family of refresh tokens, and the access tokens that they got.
    TokenFamilyId,
    /// A token that a program was given for good, with a name and scopes.
    ApiTokenId,
    /// How a model is reached: whose API, where, and with which key.
    ModelConnectionId,
}
