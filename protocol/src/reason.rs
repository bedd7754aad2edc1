//! Why something happened: a stable code, and the facts that a sentence about it needs. Whoever talks to people words it, in
//! their language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The fact that tells apart several sentences of one code.
pub const VARIANT: &str = "variant";

/// A code and its facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// For programs, such as `end_turn`, `max_turns` or `api_key_refused`.
    #[serde(default)]
    pub code: String,
    /// What a sentence about the code names; absent if there is nothing to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
}

impl Reason {
    /// A code without anything to say.
    #[must_use]
    pub fn silent(code: impl Into<String>) -> Self {
        Self { code: code.into(), facts: None }
    }

    /// A code with facts. The key may have a variant: `code.variant`.
    #[must_use]
    pub fn of_key(key: &str, mut facts: Facts) -> Self {
        let (code, variant) =
            key.split_once('.').map_or((key, None), |(code, variant)| (code, Some(variant)));
        if let Some(variant) = variant {
            facts.insert(VARIANT, variant);
        }
        Self { code: code.to_owned(), facts: Some(facts) }
    }
}

/// Facts by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Facts(BTreeMap<String, Fact>);

impl Facts {
    /// Adds a fact.
    pub fn insert(&mut self, name: &str, fact: impl Into<Fact>) {
        self.0.insert(name.to_owned(), fact.into());
    }

    /// A fact by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.0.iter().map(|(name, fact)| (name.as_str(), fact))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Fact {
    /// A count, a limit, or an amount in the unit that the code's description says.
    Number(i64),
    /// A name, or the message of another system.
    Text(String),
    /// Several names.
    Names(Vec<String>),
}

/// Converts numbers; one that does not fit becomes the largest that does.
macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl From<$number> for Fact {
            fn from(number: $number) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })+
    };
}

numbers!(i32, u32, i64, u64, usize);

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for Fact {
    fn from(names: Vec<String>) -> Self {
        Self::Names(names)
    }
}

/// What a catalogue of sentences needs to know of a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The name of the variant in Rust.
    pub name: &'static str,
    /// `code` or `code.variant`.
    pub key: &'static str,
    /// The names of its facts.
    pub facts: &'static [&'static str],
}

/// Defines an enum of reasons: `Name { fact: type } = "code.variant"`. Its `LINES` are all of them, so that a catalogue of
/// sentences can be checked for completeness.
#[macro_export]
macro_rules! reasons {
    ($(#[$meta:meta])* $reasons:ident:
        $($name:ident $({ $($fact:ident: $type:ty),+ })? = $key:literal,)+
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $reasons {
            $(
                #[doc = concat!("`", $key, "`")]
                $name $({ $(#[doc = concat!("The fact `", stringify!($fact), "`.")] $fact: $type),+ })?,
            )+
        }

        impl $reasons {
            /// All reasons, in the order of their definition.
            pub const LINES: &'static [$crate::reason::Line] = &[
                $($crate::reason::Line {
                    name: stringify!($name),
                    key: $key,
                    facts: &[$($(stringify!($fact)),+)?],
                },)+
            ];

            /// `code` or `code.variant`.
            #[must_use]
            pub fn key(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $key,)+
                }
            }
        }

        impl From<$reasons> for $crate::reason::Reason {
            fn from(reason: $reasons) -> Self {
                let key = reason.key();
                let mut facts = $crate::reason::Facts::default();
                match reason {
                    $($reasons::$name $({ $($fact),+ })? => {
                        $($(facts.insert(stringify!($fact), $fact);)+)?
                    })+
                }
                Self::of_key(key, facts)
            }
        }
    };
}
