//! The variables by which programs learn the person's time zone and language.

#![expect(unsafe_code, reason = "only the C library knows which locales are installed")]

use std::ffi::CString;

use icu_locale::subtags::Region;
use icu_locale::{LanguageIdentifier, LocaleExpander};
use nix::libc;
use protocol::locale::Locale;

/// The variables that a locale sets. Those without a value are unset.
pub const LOCALE_VARIABLES: [&str; 3] = ["TZ", "LANG", "LANGUAGE"];
/// The values of [`LOCALE_VARIABLES`].
pub type LocaleValues = [Option<String>; 3];
/// The locale of programs whose language is not known, or not installed.
pub const NEUTRAL: &str = "C.UTF-8";

/// Why a locale can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LocaleError {
    /// The time zone is no name of the IANA database.
    #[error("The time zone is not one such as Europe/Vienna.")]
    TimeZone,
    /// The language is no BCP 47 tag.
    #[error("The language is not a tag such as de-AT.")]
    Language,
}

/// The values of [`LOCALE_VARIABLES`].
///
/// # Errors
/// When the time zone or the language is malformed.
pub fn values_of(locale: &Locale) -> Result<LocaleValues, LocaleError> {
    // The C library opens the file of this name, or takes it for a rule.
    let is_part = |part: &str| {
        part.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-_".contains(letter))
    };
    if !locale.time_zone.split('/').all(is_part) {
        return Err(LocaleError::TimeZone);
    }
    let language: Option<LanguageIdentifier> =
        locale.language.as_deref().map(str::parse).transpose().map_err(|_| LocaleError::Language)?;
    let lang = language.as_ref().and_then(installed).unwrap_or_else(|| NEUTRAL.to_owned());
    Ok([Some(locale.time_zone.clone()), Some(lang), language.as_ref().map(translations)])
}

/// The commands by which bash sets the variables.
#[must_use]
pub fn script(values: &LocaleValues) -> String {
    // `builtin`, in case somebody has defined functions with these names.
    let set = |(name, value): (&str, &Option<String>)| match value {
        Some(value) => format!("\\builtin export {name}='{}'\n", value.replace('\'', r"'\''")),
        None => format!("\\builtin unset {name}\n"),
    };
    LOCALE_VARIABLES.into_iter().zip(values).map(set).collect()
}

/// The languages of translations, in the order of preference: `de_AT:de`.
fn translations(language: &LanguageIdentifier) -> String {
    let name = language.language.as_str();
    match language.region {
        Some(region) => format!("{name}_{region}:{name}"),
        None => name.to_owned(),
    }
}

/// The installed locale of a language: of its own region, or of the region where it is spoken most.
fn installed(language: &LanguageIdentifier) -> Option<String> {
    candidates(language).into_iter().find(|name| is_installed(name))
}

fn candidates(language: &LanguageIdentifier) -> Vec<String> {
    let maximized = |mut language: LanguageIdentifier| {
        LocaleExpander::new_common().maximize(&mut language);
        language
    };
    let usual = maximized(LanguageIdentifier { script: None, region: None, ..language.clone() });
    // The C library may ignore a modifier that it does not know, so the usual script has none.
    let unusual = language.script.filter(|script| Some(*script) != usual.script);
    let modifier = match unusual.as_ref().map(|script| script.as_str()) {
        Some("Latn") => "@latin",
        Some("Cyrl") => "@cyrillic",
        Some("Deva") => "@devanagari",
        _ => "",
    };
    let common = maximized(LanguageIdentifier { region: None, ..language.clone() });
    // The C library knows no numbered regions, such as Latin America (419).
    let regions = [language.region, common.region].into_iter().flatten().filter(Region::is_alphabetic);
    let name = |region, modifier| format!("{}_{region}.UTF-8{modifier}", language.language);
    let mut names: Vec<String> =
        regions.flat_map(|region| [name(region, modifier), name(region, "")]).collect();
    // Esperanto has no region.
    names.push(format!("{}.UTF-8", language.language));
    names
}

/// Whether the C library finds a locale.
fn is_installed(name: &str) -> bool {
    let Ok(name) = CString::new(name) else { return false };
    // SAFETY: the name ends with a zero byte, and the locale is freed once and used nowhere.
    unsafe {
        let found = libc::newlocale(libc::LC_ALL_MASK, name.as_ptr(), std::ptr::null_mut());
        if !found.is_null() {
            libc::freelocale(found);
        }
        !found.is_null()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(time_zone: &str, language: Option<&str>) -> Option<Vec<String>> {
        let locale = Locale { time_zone: time_zone.to_owned(), language: language.map(str::to_owned) };
        values_of(&locale).ok().map(|values| values.map(Option::unwrap_or_default).to_vec())
    }

    #[test]
    fn a_language_becomes_the_nearest_locale_that_is_installed() {
        let lang = |language| values("UTC", Some(language)).unwrap()[1..].to_vec();
        assert_eq!(lang("de-AT"), ["de_AT.UTF-8", "de_AT:de"]);
        assert_eq!(lang("de"), ["de_DE.UTF-8", "de"]);
        assert_eq!(lang("en"), ["en_US.UTF-8", "en"]);
        // No such locale exists.
        assert_eq!(lang("en-AT"), ["en_US.UTF-8", "en_AT:en"]);
        assert_eq!(lang("es-419"), ["es_ES.UTF-8", "es_419:es"]);
        assert_eq!(lang("zh-Hant"), ["zh_TW.UTF-8", "zh"]);
        assert_eq!(lang("sr-Latn-RS"), ["sr_RS.UTF-8@latin", "sr_RS:sr"]);
        assert_eq!(lang("sr-Cyrl-RS"), ["sr_RS.UTF-8", "sr_RS:sr"]);
        assert_eq!(lang("uz-Cyrl-UZ"), ["uz_UZ.UTF-8@cyrillic", "uz_UZ:uz"]);
        assert_eq!(lang("uz-Latn-UZ"), ["uz_UZ.UTF-8", "uz_UZ:uz"]);
        assert_eq!(lang("de-Latn-DE"), ["de_DE.UTF-8", "de_DE:de"]);
        assert_eq!(lang("eo"), ["eo.UTF-8", "eo"]);
        assert_eq!(lang("tlh"), ["C.UTF-8", "tlh"]);
        assert_eq!(values("UTC", None).unwrap(), ["UTC", "C.UTF-8", ""]);
    }

    #[test]
    fn malformed_names_are_refused() {
        for zone in ["Europe/Vienna", "Etc/GMT+3", "America/Argentina/Buenos_Aires", "UTC"] {
            assert!(values(zone, None).is_some(), "{zone}");
        }
        for zone in ["", "../etc/passwd", "/etc/passwd", ":UTC", "Europe//Vienna", "<+03>-3", "a\nb", "a'b"] {
            assert!(values(zone, None).is_none(), "{zone:?} was accepted");
        }
        for language in ["", "de_AT.UTF-8", "de AT", "d", "de-AT'"] {
            assert!(values("UTC", Some(language)).is_none(), "{language:?} was accepted");
        }
    }
}
