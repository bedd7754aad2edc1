//! A strict reader of metrics in the text format of OpenMetrics 1.0. It refuses what the specification forbids.

use std::collections::{BTreeMap, BTreeSet};

/// A name of a label and its value.
pub(crate) type Labels = BTreeMap<String, String>;

/// A metric with all its samples.
#[derive(Debug, Default)]
pub(crate) struct Family {
    /// What `# TYPE` says.
    pub(crate) kind: String,
    unit: Option<String>,
    help: Option<String>,
    /// By suffix of the name and labels.
    pub(crate) samples: BTreeMap<(String, Labels), f64>,
}

/// All metrics of a text, by name.
#[derive(Debug)]
pub(crate) struct Metrics(pub(crate) BTreeMap<String, Family>);

impl Metrics {
    /// Reads a text.
    ///
    /// # Panics
    /// When the text breaks a rule.
    #[track_caller]
    pub(crate) fn parse(text: &str) -> Self {
        let body = text.strip_suffix("# EOF\n").expect("the text does not end with # EOF");
        let mut families: BTreeMap<String, Family> = BTreeMap::new();
        let mut current = String::new();
        for line in body.split_terminator('\n') {
            if let Some(comment) = line.strip_prefix("# ") {
                let mut words = comment.splitn(3, ' ');
                let (keyword, name) = (words.next().unwrap(), words.next().unwrap());
                let value = words.next().unwrap_or_else(|| panic!("without a value: {line}")).to_owned();
                assert!(is_name(name), "{line}");
                if current != name {
                    assert!(!families.contains_key(name), "{name} is in two places");
                    current = name.to_owned();
                }
                let family = families.entry(current.clone()).or_default();
                assert!(family.samples.is_empty(), "after the first sample: {line}");
                match keyword {
                    "TYPE" => {
                        assert!(family.kind.is_empty(), "twice: {line}");
                        let known = ["counter", "gauge", "histogram", "info"];
                        assert!(known.contains(&value.as_str()), "{line}");
                        family.kind = value;
                    }
                    "UNIT" => {
                        assert!(name.ends_with(&format!("_{value}")), "the name lacks its unit: {line}");
                        assert!(family.unit.replace(value).is_none(), "twice: {line}");
                    }
                    "HELP" => assert!(family.help.replace(value).is_none(), "twice: {line}"),
                    _ => panic!("no such comment: {line}"),
                }
                continue;
            }
            let (name, labels, value) = sample(line);
            let family = families.get_mut(&current).unwrap_or_else(|| panic!("of no family: {line}"));
            let suffix = name.strip_prefix(&current).unwrap_or_else(|| panic!("{line} is among {current}"));
            let suffixes: &[&str] = match family.kind.as_str() {
                "counter" => &["_total"],
                "gauge" => &[""],
                "info" => &["_info"],
                "histogram" => &["_bucket", "_sum", "_count"],
                _ => panic!("{current} has no type"),
            };
            assert!(suffixes.contains(&suffix), "{line} is no {}", family.kind);
            assert!(family.kind == "gauge" || (value.is_finite() && value >= 0.0), "{line}");
            let before = family.samples.insert((suffix.to_owned(), labels), value);
            assert!(before.is_none(), "twice: {line}");
        }
        for (name, family) in &families {
            assert!(family.help.as_ref().is_some_and(|help| help.ends_with('.')), "{name} is not described");
            assert!(!family.samples.is_empty(), "{name} has no samples");
            if family.kind == "histogram" {
                check_histogram(name, family);
            }
        }
        Self(families)
    }

    /// The sum of the samples of a name that have these labels.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let of_family = |(family, suffix): (&str, &str)| {
            let samples = self.0.get(family)?.samples.iter();
            let matching = samples.filter(|((its, all), _)| {
                its == suffix
                    && labels.iter().all(|(label, value)| all.get(*label).is_some_and(|its| its == value))
            });
            Some(matching.map(|(_, value)| value).sum())
        };
        let suffix =
            ["_total", "_bucket", "_sum", "_count", "_info"].into_iter().find(|end| name.ends_with(end));
        let split = suffix.map(|suffix| (&name[..name.len() - suffix.len()], suffix));
        split.and_then(of_family).or_else(|| of_family((name, ""))).unwrap_or_default()
    }

    /// The names of all samples.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let each = self.0.iter();
        each.flat_map(|(name, family)| {
            family.samples.keys().map(move |(suffix, _)| format!("{name}{suffix}"))
        })
        .collect()
    }
}

/// The name, the labels and the value of a sample.
fn sample(line: &str) -> (&str, Labels, f64) {
    let end = line.find(['{', ' ']).unwrap_or_else(|| panic!("no sample: {line}"));
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line}");
    let mut labels = Labels::new();
    if let Some(mut inside) = rest.strip_prefix('{') {
        while !inside.starts_with('}') {
            let (label, after) = inside.split_once("=\"").unwrap_or_else(|| panic!("no label: {line}"));
            assert!(is_name(label) && !label.contains(':') && !label.starts_with("__"), "{line}");
            let (value, after) = quoted(after, line);
            assert!(labels.insert(label.to_owned(), value).is_none(), "a label twice: {line}");
            inside = match after.strip_prefix(',') {
                Some(next) => {
                    assert!(!next.starts_with('}'), "a comma before the end: {line}");
                    next
                }
                None => after,
            };
        }
        rest = &inside[1..];
    }
    let value = rest.strip_prefix(' ').unwrap_or_else(|| panic!("no value: {line}"));
    assert!(!value.contains(' '), "a time or an exemplar, which nobody asked for: {line}");
    let number = if value == "+Inf" { Some(f64::INFINITY) } else { value.parse().ok() };
    (name, labels, number.unwrap_or_else(|| panic!("no number: {line}")))
}

/// A value up to its closing quote, and what follows that.
fn quoted<'a>(text: &'a str, line: &str) -> (String, &'a str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => match characters.next() {
                Some((_, escaped @ ('\\' | '"'))) => value.push(escaped),
                Some((_, 'n')) => value.push('\n'),
                _ => panic!("no such escape: {line}"),
            },
            other => value.push(other),
        }
    }
    panic!("a label does not end: {line}")
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || "_:".contains(character))
}

/// Buckets count up to the count, in the order of their limits; each series has a sum and a count.
fn check_histogram(name: &str, family: &Family) {
    let mut buckets: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
    for ((suffix, labels), value) in &family.samples {
        let mut labels = labels.clone();
        match (suffix.as_str(), labels.remove("le")) {
            ("_bucket", Some(limit)) => {
                let limit = if limit == "+Inf" { f64::INFINITY } else { limit.parse().unwrap() };
                buckets.entry(labels).or_default().push((limit, *value));
            }
            ("_bucket", None) => panic!("a bucket of {name} has no limit"),
            (_, Some(limit)) => panic!("{name}{suffix} has a limit of {limit}"),
            _ => {}
        }
    }
    for (labels, mut buckets) in buckets {
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        assert!(
            buckets.is_sorted_by(|one, other| one.0 < other.0 && one.1 <= other.1),
            "{name} {labels:?}: {buckets:?}"
        );
        let (last, all) = *buckets.last().unwrap();
        assert!(last.is_infinite(), "{name} {labels:?} has no bucket for everything");
        let of = |suffix: &str| family.samples.get(&(suffix.to_owned(), labels.clone())).copied();
        assert_eq!(of("_count"), Some(all), "{name} {labels:?}");
        assert!(of("_sum").is_some(), "{name} {labels:?}");
    }
}

#[test]
fn what_the_format_forbids_is_refused() {
    let good = "# HELP a_seconds How long.\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total{x=\"1\"} 2\n# EOF\n";
    let metrics = Metrics::parse(good);
    assert_eq!(metrics.sum("a_seconds_total", &[("x", "1")]), 2.0);
    for (part, instead) in [
        ("# EOF\n", ""),
        ("_total{", "{"),
        ("} 2", "} -2"),
        ("} 2", "} 2 1520879607.789"),
        ("x=\"1\"", "x=\"1\",x=\"2\""),
        ("x=\"1\"", "x=\"\\1\""),
        ("x=\"1\"", "2x=\"1\""),
        ("counter", "number"),
        ("# UNIT a_seconds seconds", "# UNIT a_seconds bytes"),
        ("# HELP a_seconds How long.\n", ""),
        ("# EOF", "a_seconds_total{x=\"1\"} 2\n# EOF"),
        ("# EOF", "b 1\n# EOF"),
        ("# EOF", "\n# EOF"),
    ] {
        let bad = good.replacen(part, instead, 1);
        assert!(std::panic::catch_unwind(|| Metrics::parse(&bad)).is_err(), "{bad}");
    }
}
