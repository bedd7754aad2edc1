//! Checks signatures of AWS by computing them again. Written from AWS's description, independently of the library that signs.

use std::ops::Range;

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::CloudRefusal;
use super::REGION;
use super::cloud::{Asked, refusal};
use crate::fakes::reading::header_of;

/// The id of the only access key.
pub const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
/// Its secret.
pub const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// The session token that may go with it.
pub const SESSION_TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

/// How old or early a signature may be, in seconds.
const WINDOW: i64 = 5 * 60;

/// The parts of an `authorization` header.
struct Signed<'a> {
    key: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    headers: Vec<&'a str>,
    signature: &'a str,
}

fn parse(authorization: &str) -> Option<Signed<'_>> {
    let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let field = |name: &str| {
        fields.split(',').map(str::trim).find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
    };
    let credential: Vec<&str> = field("Credential")?.split('/').collect();
    let [key, date, region, service, "aws4_request"] = credential[..] else { return None };
    let headers = field("SignedHeaders")?.split(';').collect();
    Some(Signed { key, date, region, service, headers, signature: field("Signature")? })
}

/// Checks who signs a request to a service.
pub(super) fn check(asked: Asked<'_>, service: &str) -> Result<(), CloudRefusal> {
    let refuse = |kind: &str, message: String| Err(refusal(403, Some(kind), json!({ "message": message })));
    let invalid = |message: String| refuse("InvalidSignatureException", message);
    let Some(signed) = header_of(asked.headers, "authorization").and_then(parse) else {
        return refuse("MissingAuthenticationTokenException", "Missing Authentication Token".to_owned());
    };
    let token = header_of(asked.headers, "x-amz-security-token");
    if signed.key != ACCESS_KEY_ID || token.is_some_and(|token| token != SESSION_TOKEN) {
        let message = "The security token included in the request is invalid.";
        return refuse("UnrecognizedClientException", message.to_owned());
    }
    if signed.region != REGION {
        return invalid("Credential should be scoped to a valid region. ".to_owned());
    }
    if signed.service != service {
        return invalid(format!("Credential should be scoped to correct service: '{service}'. "));
    }
    let time = header_of(asked.headers, "x-amz-date").unwrap_or_default();
    let Some(signed_at) = seconds(time).filter(|_| time.starts_with(signed.date)) else {
        return invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date".to_owned(),
        );
    };
    if signed_at < asked.now - WINDOW {
        return invalid(format!("Signature expired: {time} is now earlier than the time 5 min. ago"));
    }
    if signed_at > asked.now + WINDOW {
        return invalid(format!("Signature not yet current: {time} is still later than the time in 5 min."));
    }
    let of_amazon = asked.headers.keys().map(|name| name.as_str()).filter(|name| name.starts_with("x-amz-"));
    let mut needed = of_amazon.chain(["host"]);
    if let Some(name) = needed.find(|name| !signed.headers.contains(name)) {
        return invalid(format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."));
    }
    if signature(asked, &signed, time) == signed.signature {
        return Ok(());
    }
    let message = "The request signature we calculated does not match the signature you provided.";
    invalid(message.to_owned())
}

fn signature(asked: Asked<'_>, signed: &Signed<'_>, time: &str) -> String {
    let canonical = [
        asked.method.as_str().to_owned(),
        asked.uri.path().split('/').map(encoded).collect::<Vec<_>>().join("/"),
        query(asked.uri.query().unwrap_or_default()),
        signed.headers.iter().map(|name| header_line(asked.headers, name)).collect::<String>(),
        signed.headers.join(";"),
        hex::encode(Sha256::digest(asked.body)),
    ];
    let canonical = hex::encode(Sha256::digest(canonical.join("\n").as_bytes()));
    let Signed { date, region, service, .. } = signed;
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{date}/{region}/{service}/aws4_request\n{canonical}");
    hex::encode(hmac(&signing_key(SECRET_ACCESS_KEY, date, region, service), &text))
}

fn signing_key(secret: &str, date: &str, region: &str, service: &str) -> Vec<u8> {
    let parts = [date, region, service, "aws4_request"];
    parts.into_iter().fold(format!("AWS4{secret}").into_bytes(), |key, part| hmac(&key, part))
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn header_line(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let words = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{name}:{}\n", values.map(words).collect::<Vec<_>>().join(","))
}

/// Every service but S3 encodes what is encoded already.
fn encoded(segment: &str) -> String {
    let each = segment.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    each.collect()
}

/// The pairs of a query that is encoded already, in order.
fn query(text: &str) -> String {
    let mut pairs: Vec<String> = text
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
        .collect();
    pairs.sort();
    pairs.join("&")
}

/// The seconds since 1970 of a time such as `20261130T204200Z`.
fn seconds(time: &str) -> Option<i64> {
    let is_time = time.len() == 16 && time.ends_with('Z') && time.get(8..9) == Some("T");
    let number = |range: Range<usize>| time.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    let (hour, minute, second) = (number(9..11)?, number(11..13)?, number(13..15)?);
    // Howard Hinnant's days_from_civil.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, month) = (year.div_euclid(400), (month + 9) % 12);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    is_time.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS's example of deriving a key.
    #[test]
    fn signing_keys_are_derived_as_aws_does() {
        let key = signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20120215", "us-east-1", "iam");
        assert_eq!(hex::encode(key), "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
    }

    #[test]
    fn times_are_counted_since_1970() {
        assert_eq!(seconds("19700101T000000Z"), Some(0));
        assert_eq!(seconds("20261130T204200Z"), Some(1_796_071_320));
        assert_eq!(seconds("20240229T235959Z"), Some(1_709_251_199));
        assert_eq!(seconds("2024-02-29T23:59"), None);
    }
}
