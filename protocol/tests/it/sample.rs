//! What the tests of all messages share.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

/// Compares messages of one type with their snapshot, and reads each back.
#[track_caller]
pub(crate) fn check<T: Serialize + DeserializeOwned>(name: &str, samples: &[T]) {
    let written: Vec<Value> = samples.iter().map(|sample| serde_json::to_value(sample).unwrap()).collect();
    for sample in &written {
        let read: T = serde_json::from_value(sample.clone()).unwrap();
        assert_eq!(&serde_json::to_value(read).unwrap(), sample);
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_json_snapshot!(name, written);
    });
}

/// The same for an enum tagged by `tag`, of which every variant has a sample.
#[track_caller]
pub(crate) fn check_variants<T>(name: &str, tag: &str, samples: &[T])
where
    T: Serialize + DeserializeOwned + PartialSchema,
{
    let written = samples.iter().map(|sample| serde_json::to_value(sample).unwrap());
    let variants: std::collections::BTreeSet<String> =
        written.map(|sample| sample[tag].as_str().unwrap().to_owned()).collect();
    let RefOr::T(Schema::OneOf(schema)) = T::schema() else { panic!("{name} is no enum with a tag") };
    assert_eq!(variants.len(), schema.items.len(), "variants of {name} with a sample: {variants:?}");
    check(name, samples);
}

/// The same for an enum of words.
#[track_caller]
pub(crate) fn check_words<T>(name: &str, samples: &[T])
where
    T: Serialize + DeserializeOwned + PartialSchema,
{
    let RefOr::T(Schema::Object(schema)) = T::schema() else { panic!("{name} is no enum of words") };
    assert_eq!(schema.enum_values.map(|values| values.len()), Some(samples.len()), "words of {name}");
    check(name, samples);
}

/// The id that the samples use.
pub(crate) fn id<T: std::str::FromStr>() -> T
where
    T::Err: std::fmt::Debug,
{
    "0192f0c1-2d3e-7f40-8a51-62738495a6b7".parse().unwrap()
}
