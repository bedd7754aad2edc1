//! Amounts as people of a language write them: the functions `BYTES` and `DOLLARS` of the catalogue.

use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;

use super::language::Language;

/// The units of sizes, each 1,024 times the one before.
const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/// Adds the functions to a catalogue.
pub(super) fn add_functions<R>(bundle: &mut FluentBundle<R>, language: Language) {
    // They are added once, so that neither can be there already.
    let _ = bundle
        .add_function("BYTES", move |arguments, _| with_number(arguments, |bytes| size(bytes, language)));
    let _ = bundle.add_function("DOLLARS", move |arguments, _| {
        with_number(arguments, |amount| dollars(amount, language))
    });
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "facts are whole and not negative"
)]
fn with_number<'a>(arguments: &[FluentValue<'a>], write: impl Fn(u64) -> String) -> FluentValue<'a> {
    match arguments {
        [FluentValue::Number(number)] => FluentValue::from(write(number.value as u64)),
        _ => FluentValue::Error,
    }
}

/// A size in the largest unit that divides it.
fn size(bytes: u64, language: Language) -> String {
    let mut unit = 0;
    let mut amount = bytes;
    while amount >= 1024 && amount.is_multiple_of(1024) && unit + 1 < UNITS.len() {
        amount /= 1024;
        unit += 1;
    }
    let name = match (unit, language) {
        (0, Language::German) => "Byte",
        (unit, _) => UNITS[unit],
    };
    format!("{amount} {name}")
}

/// Millionths of a dollar, exactly: at least in cents, but whole dollars without them.
fn dollars(microdollars: u64, language: Language) -> String {
    let (whole, rest) = (microdollars / 1_000_000, format!("{:06}", microdollars % 1_000_000));
    let (cents, fractions) = rest.split_at(2);
    let fractions = fractions.trim_end_matches('0');
    let point = if language == Language::English { '.' } else { ',' };
    let amount = if microdollars.is_multiple_of(1_000_000) {
        whole.to_string()
    } else {
        format!("{whole}{point}{cents}{fractions}")
    };
    match language {
        Language::English => format!("${amount}"),
        Language::German => format!("{amount} $"),
        Language::BrazilianPortuguese => format!("US$ {amount}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_the_largest_unit_that_divides_them() {
        assert_eq!(size(1000, Language::English), "1000 bytes");
        assert_eq!(size(1000, Language::German), "1000 Byte");
        assert_eq!(size(10 << 20, Language::BrazilianPortuguese), "10 MiB");
        assert_eq!(size((10 << 20) + 1024, Language::German), "10241 KiB");
    }

    #[test]
    fn dollars_are_written_as_people_do() {
        assert_eq!(dollars(1_234_567, Language::English), "$1.234567");
        assert_eq!(dollars(1_234_567, Language::German), "1,234567 $");
        assert_eq!(dollars(50, Language::BrazilianPortuguese), "US$ 0,00005");
        assert_eq!(dollars(5_000_000, Language::English), "$5");
        assert_eq!(dollars(100_000, Language::English), "$0.10");
    }
}
