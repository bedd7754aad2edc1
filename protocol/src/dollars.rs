//! Amounts of money that people set as limits.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A dollar, in millionths.
const DOLLAR: u64 = 1_000_000;
/// The digits behind the point.
const DECIMALS: usize = 6;

/// An amount of US dollars, exact to the millionth. As JSON and as text it is a number of dollars with up to six decimals,
/// such as `0.1` or `25`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dollars(u64);

/// The text or number is not an amount of dollars. The message is user-facing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a number of dollars from 0 to {max} with at most {DECIMALS} decimals, such as 0.1 or 25", max = Dollars::MAX)]
pub struct DollarsError;

impl Dollars {
    /// The highest amount. Every amount up to it is exact as a JSON number of any reader.
    pub const MAX: Self = Self(u32::MAX as u64 * DOLLAR);

    /// Millionths of a dollar; more than the highest amount becomes that.
    #[must_use]
    pub const fn from_microdollars(microdollars: u64) -> Self {
        if microdollars > Self::MAX.0 { Self::MAX } else { Self(microdollars) }
    }

    /// Whole dollars.
    #[must_use]
    pub const fn whole(dollars: u32) -> Self {
        Self(dollars as u64 * DOLLAR)
    }

    /// In millionths of a dollar.
    #[must_use]
    pub const fn microdollars(self) -> u64 {
        self.0
    }
}

impl Display for Dollars {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / DOLLAR, self.0 % DOLLAR);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let decimals = format!("{rest:0width$}", width = DECIMALS);
        write!(f, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

impl FromStr for Dollars {
    type Err = DollarsError;

    fn from_str(text: &str) -> Result<Self, DollarsError> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) || decimals.len() > DECIMALS {
            return Err(DollarsError);
        }
        let whole: u64 = whole.parse().map_err(|_| DollarsError)?;
        let rest: u64 = format!("{decimals:0<width$}", width = DECIMALS).parse().map_err(|_| DollarsError)?;
        let amount = whole.checked_mul(DOLLAR).and_then(|whole| whole.checked_add(rest));
        amount.map(Self).filter(|amount| *amount <= Self::MAX).ok_or(DollarsError)
    }
}

impl Serialize for Dollars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(DOLLAR) {
            return serializer.serialize_u64(self.0 / DOLLAR);
        }
        // The nearest float is written with the same digits again: there are at most sixteen.
        let nearest = self.to_string().parse().map_err(serde::ser::Error::custom)?;
        serializer.serialize_f64(nearest)
    }
}

impl<'de> Deserialize<'de> for Dollars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Dollars;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a number of dollars")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Dollars, E> {
        number.to_string().parse().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Dollars, E> {
        number.to_string().parse().map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Dollars, E> {
        // The shortest text that means this number, without an exponent.
        number.to_string().parse().map_err(E::custom)
    }
}

impl PartialSchema for Dollars {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .description(Some("US dollars, with up to six decimals."))
            .minimum(Some(0))
            .maximum(Some(u32::MAX))
            .into()
    }
}

impl ToSchema for Dollars {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_to_the_millionth() {
        for (text, microdollars) in [
            ("0", 0),
            ("0.1", 100_000),
            ("0.000001", 1),
            ("25", 25_000_000),
            ("1.99", 1_990_000),
            ("123456.789012", 123_456_789_012),
            ("4294967294.999999", 4_294_967_294_999_999),
            ("4294967295", 4_294_967_295_000_000),
        ] {
            let amount: Dollars = text.parse().unwrap();
            assert_eq!(amount.microdollars(), microdollars, "{text}");
            assert_eq!(amount.to_string(), text);
            assert_eq!(serde_json::from_str::<Dollars>(text).unwrap(), amount);
            // The smallest amounts have an exponent.
            let json = serde_json::to_string(&amount).unwrap();
            assert!(json == text || json == "1e-6", "{json}");
            assert_eq!(serde_json::from_str::<Dollars>(&json).unwrap(), amount);
            let value = serde_json::to_value(amount).unwrap();
            assert_eq!(serde_json::from_value::<Dollars>(value).unwrap(), amount, "{text}");
        }
        for (other, same) in [("0.10", "0.1"), ("007.500000", "7.5"), ("3.0", "3")] {
            assert_eq!(other.parse::<Dollars>(), same.parse());
        }
        assert_eq!(serde_json::from_str::<Dollars>("1e-1").unwrap(), Dollars(100_000));
        assert_eq!(serde_json::from_str::<Dollars>("5.0").unwrap(), Dollars::whole(5));
    }

    #[test]
    fn what_is_no_amount_is_refused_with_the_range() {
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "-1",
            "+1",
            "1,5",
            "1 ",
            "0.1234567",
            "4294967295.000001",
            "1e3",
            "NaN",
            "99999999999999999999",
            "$5",
            "ten",
        ] {
            assert_eq!(text.parse::<Dollars>(), Err(DollarsError), "{text}");
        }
        for json in ["-1", "-0.5", "0.0000001", "4294967296", "1e300", "\"5\"", "true", "[1]", "null"] {
            let error = serde_json::from_str::<Dollars>(json).unwrap_err().to_string();
            assert!(error.contains("dollars"), "{json}: {error}");
        }
        let error = DollarsError.to_string();
        assert!(error.contains("from 0 to 4294967295 with at most 6 decimals"), "{error}");
    }
}
