//! An administrator's list of the kinds of files that nobody may upload. It is empty at first.

use diesel_async::AsyncConnection as _;
use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{FileError, Files};
use crate::services::audit::Actor;
use crate::store::audit::{self, AuditAction};
use crate::store::file_rules;

/// The most entries of each list.
pub const MAX_ENTRIES: usize = 200;
/// The longest entry, in bytes.
pub const MAX_ENTRY_BYTES: usize = 100;

/// Why rules can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// A list is too long.
    #[error("a list has more than {MAX_ENTRIES} entries")]
    TooMany,
    /// An entry is empty, too long or has control characters.
    #[error("`{0}` is empty, too long or has control characters")]
    Entry(String),
    /// It is no extension.
    #[error("`{0}` is no extension")]
    Extension(String),
    /// It is no pattern.
    #[error("`{entry}` is no pattern: {reason}")]
    Pattern {
        /// The entry.
        entry: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is no media type.
    #[error("`{0}` is no media type")]
    MediaType(String),
}

/// Which files are refused: those that any entry applies to. Upper and lower case are the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "extensions": ["exe", "tar.gz"], "patterns": ["*invoice*.htm?"], "types": ["application/x-executable", "video/*"] }))]
pub struct FileRules {
    /// Ends of names, such as `exe` or `tar.gz`.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub extensions: Vec<String>,
    /// Patterns of whole names: `*` stands for anything, `?` for one character, `[ab]` and `{one,two}` for alternatives.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub patterns: Vec<String>,
    /// Media types, such as `application/pdf` or `video/*`. Both the claimed type and the detected one count.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub types: Vec<String>,
}

impl FileRules {
    /// Checks that each entry can apply to a file.
    ///
    /// # Errors
    /// Names the first entry that can't, and what is wrong with it.
    pub fn check(&self) -> Result<(), RuleError> {
        let lists = [&self.extensions, &self.patterns, &self.types];
        if lists.iter().any(|list| list.len() > MAX_ENTRIES) {
            return Err(RuleError::TooMany);
        }
        for entry in lists.into_iter().flatten() {
            if entry.trim().is_empty() || entry.len() > MAX_ENTRY_BYTES || entry.chars().any(char::is_control)
            {
                return Err(RuleError::Entry(entry.clone()));
            }
        }
        for extension in &self.extensions {
            if extension.trim_start_matches('.').is_empty() || extension.contains(['/', '*', '?']) {
                return Err(RuleError::Extension(extension.clone()));
            }
        }
        for pattern in &self.patterns {
            if let Err(error) = matcher(pattern) {
                return Err(RuleError::Pattern { entry: pattern.clone(), reason: error.kind().to_string() });
            }
        }
        for media_type in &self.types {
            let parts = media_type.split_once('/').filter(|(kind, subtype)| {
                let is_token = |text: &str| !text.is_empty() && !text.contains(['/', ' ', ';']);
                is_token(kind)
                    && !kind.contains('*')
                    && is_token(subtype)
                    && (*subtype == "*" || !subtype.contains('*'))
            });
            if parts.is_none() {
                return Err(RuleError::MediaType(media_type.clone()));
            }
        }
        Ok(())
    }

    /// The entry that refuses a file with this name and any of these media types.
    #[must_use]
    pub fn refusing(&self, name: &str, media_types: &[&str]) -> Option<&str> {
        // Windows ignores dots and spaces at the end of names.
        let name = name.trim_end_matches(['.', ' ']).to_lowercase();
        let has_extension = |extension: &&String| {
            let extension = extension.trim_start_matches('.').to_lowercase();
            name.strip_suffix(&extension).is_some_and(|stem| stem.ends_with('.'))
        };
        let matches = |pattern: &&String| matcher(pattern).is_ok_and(|pattern| pattern.is_match(&name));
        let is_type = |entry: &&String| media_types.iter().any(|media_type| is_of_type(media_type, entry));
        let by_extension = self.extensions.iter().find(has_extension);
        let found = by_extension.or_else(|| self.patterns.iter().find(matches));
        found.or_else(|| self.types.iter().find(is_type)).map(String::as_str)
    }
}

/// Whether a media type, without its parameters, is `entry` or of the kind `entry/*`.
fn is_of_type(media_type: &str, entry: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let entry = entry.to_ascii_lowercase();
    match entry.strip_suffix("/*") {
        Some(kind) => essence.split('/').next() == Some(kind),
        None => essence == entry,
    }
}

fn matcher(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    Ok(GlobBuilder::new(pattern).case_insensitive(true).build()?.compile_matcher())
}

impl FileRules {
    /// The entries that others do not have.
    fn without(&self, others: &Self) -> Self {
        let without = |own: &[String], others: &[String]| {
            own.iter().filter(|entry| !others.contains(entry)).cloned().collect()
        };
        Self {
            extensions: without(&self.extensions, &others.extensions),
            patterns: without(&self.patterns, &others.patterns),
            types: without(&self.types, &others.types),
        }
    }
}

impl Files {
    /// The rules.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules(&self) -> Result<FileRules, FileError> {
        let rules = file_rules::find(&mut *self.database.connection().await?).await?;
        let rules = rules.map(serde_json::from_value).transpose();
        Ok(rules.map_err(|error| FileError::Internal(error.into()))?.unwrap_or_default())
    }

    /// Replaces the rules. Files that are there already stay.
    ///
    /// # Errors
    /// When an entry can't apply to any file, or the database fails.
    pub async fn set_rules(&self, rules: FileRules, by: &Actor) -> Result<FileRules, FileError> {
        rules.check()?;
        let json = serde_json::to_value(&rules).map_err(|error| FileError::Internal(error.into()))?;
        let (before, now) = (self.rules().await?, self.clock.now());
        let mut entry = by.entry(AuditAction::FileRulesChanged, "file_rules", now);
        entry.detail = json!({ "added": rules.without(&before), "removed": before.without(&rules) });
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            file_rules::replace(conn, &json, now).await?;
            audit::insert(conn, &entry).await
        })
        .await?;
        Ok(rules)
    }

    /// Checks that the rules allow a file.
    ///
    /// # Errors
    /// When they refuse it, or the database fails.
    pub async fn check_kind(&self, name: &str, media_types: &[&str]) -> Result<(), FileError> {
        match self.rules().await?.refusing(name, media_types) {
            Some(entry) => Err(FileError::KindRefused { entry: entry.to_owned() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(extensions: &[&str], patterns: &[&str], types: &[&str]) -> FileRules {
        let owned = |list: &[&str]| list.iter().map(|entry| (*entry).to_owned()).collect();
        FileRules { extensions: owned(extensions), patterns: owned(patterns), types: owned(types) }
    }

    #[test]
    fn names_and_types_are_compared_as_systems_do() {
        let rules =
            rules(&["exe", ".TAR.gz"], &["*invoice*.htm?", "[ab].txt"], &["video/*", "application/pdf"]);
        let refused = |name: &str| rules.refusing(name, &[]).is_some();
        for name in ["a.exe", "a.pdf.EXE", "a.exe. .", "b.tar.GZ", "My Invoice 7.HTML", "a.txt", ".exe"] {
            assert!(refused(name), "{name}");
        }
        for name in ["exe", "a.exes", "a.gz", "invoice.htm", "c.txt", "", "a.exe.txt"] {
            assert!(!refused(name), "{name}");
        }
        assert_eq!(rules.refusing("a", &["text/plain", "Video/MP4; codecs=x"]), Some("video/*"));
        assert_eq!(rules.refusing("a", &["application/pdf"]), Some("application/pdf"));
        assert_eq!(rules.refusing("a", &["application/pdfx", "videos/mp4"]), None);
    }

    #[test]
    fn an_entry_that_can_apply_to_nothing_is_refused() {
        assert!(rules(&["exe"], &["*"], &["a/*", "a/b"]).check().is_ok());
        for bad in ["", " ", ".", "a/b", "*.exe", "a\n"] {
            assert!(rules(&[bad], &[], &[]).check().is_err(), "{bad:?}");
        }
        for bad in ["[a", "{a", "\u{7}"] {
            assert!(rules(&[], &[bad], &[]).check().is_err(), "{bad:?}");
        }
        for bad in ["a", "*/*", "a/", "/b", "a/b/c", "a/b*", "a/b;c=d"] {
            assert!(rules(&[], &[], &[bad]).check().is_err(), "{bad:?}");
        }
        assert!(rules(&vec!["a"; 201], &[], &[]).check().is_err());
        assert!(rules(&["a".repeat(101).as_str()], &[], &[]).check().is_err());
    }
}
