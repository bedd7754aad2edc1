//! Codes of authenticator apps: RFC 6238 with SHA-1, 6 digits and steps of 30 s, which all apps know.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use protocol::secret::Secret;
use rand::TryRngCore as _;
use rand::rngs::OsRng;
use totp_rs::Builder;
use zeroize::Zeroizing;

/// The number of bytes of a secret: as many as SHA-1 has.
const SECRET_LEN: usize = 20;
/// The number of digits of a code.
const DIGITS: u8 = 6;
/// How many steps before and after the present one are accepted, because clocks differ and people type.
const SKEW: u16 = 1;
/// What apps list the account under.
const ISSUER: &str = "Deskhand";

/// What makes the codes of one account.
pub struct Totp(totp_rs::Totp);

/// A new secret.
///
/// # Errors
/// When the system has no random numbers.
pub fn generate_secret() -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let mut secret = Zeroizing::new(vec![0; SECRET_LEN]);
    OsRng.try_fill_bytes(&mut secret)?;
    Ok(secret)
}

/// Whether a text has the form of a code.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.len() == usize::from(DIGITS) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Totp {
    /// The codes that follow from a secret of 20 bytes, for the account with this name.
    ///
    /// # Errors
    /// When the secret has another length.
    pub fn new(secret: &[u8], username: &str) -> anyhow::Result<Self> {
        let builder = Builder::new().with_digits(DIGITS).with_skew(SKEW).with_secret(secret);
        // A colon ends the issuer. Only names from before the first rule for them have one.
        let named = builder.with_issuer(Some(ISSUER)).with_account_name(username.replace(':', "-"));
        Ok(Self(named.build().context("reading the secret of a second factor")?))
    }

    /// The step, counted from 1970, whose code this is; `None` if it is none of the present one and its neighbours. Codes are
    /// compared in constant time.
    #[must_use]
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let now = u64::try_from(now.timestamp()).ok()?;
        self.0.check(code, now).and_then(|step| step.try_into().ok())
    }

    /// The secret as people type it into an app: base32 without padding.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::new(self.0.secret().to_base32())
    }

    /// The address that apps read from a QR code.
    ///
    /// # Errors
    /// When the name of the account can't be part of it.
    pub fn url(&self) -> anyhow::Result<Secret> {
        Ok(Secret::new(self.0.to_url().context("making the address of a second factor")?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test vectors of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";
    /// Their times and codes. The codes of six digits are the ends of those with eight.
    const VECTORS: [(i64, &str); 6] = [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ];

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let totp = Totp::new(SECRET, "ada").unwrap();
        for (seconds, digits) in VECTORS {
            assert_eq!(totp.step_of(&digits[2..], at(seconds)), Some(seconds / 30), "{digits}");
        }
    }

    #[test]
    fn a_code_is_known_one_step_before_and_after_its_own() {
        let totp = Totp::new(SECRET, "ada").unwrap();
        // Its step is from 30 s to 59 s.
        for seconds in [0, 30, 59, 60, 89] {
            assert_eq!(totp.step_of("287082", at(seconds)), Some(1), "{seconds}");
        }
        for seconds in [90, 120, 3600] {
            assert_eq!(totp.step_of("287082", at(seconds)), None, "{seconds}");
        }
        // A clock from before 1970 is no reason to panic.
        assert_eq!(totp.step_of("287082", at(-1)), None);
        for code in ["", "28708", "2870822", "287083", "28708a", " 287082", "２８７０８２"] {
            assert_eq!(totp.step_of(code, at(59)), None, "{code}");
        }
    }

    #[test]
    fn the_address_names_the_account_and_the_secret() {
        let totp = Totp::new(SECRET, "ada+desk@example.com").unwrap();
        assert_eq!(totp.secret().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let url = url::Url::parse(totp.url().unwrap().expose()).unwrap();
        assert_eq!(
            (url.scheme(), url.host_str(), url.path()),
            ("otpauth", Some("totp"), "/Deskhand:ada%2Bdesk%40example.com")
        );
        let pairs: Vec<_> = url.query_pairs().collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(pairs, [("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), ("issuer", "Deskhand")]);
    }

    #[test]
    fn secrets_are_random_and_long_enough() {
        let [one, other] = [generate_secret().unwrap(), generate_secret().unwrap()];
        assert!(one.len() == SECRET_LEN && one != other);
        assert!(Totp::new(&one, "ada:b").is_ok() && Totp::new(b"short", "ada").is_err());
    }
}
