//! Proves that the catalogues are complete: every reason has a line in every language, with the same facts, and no line is
//! without a reason.

use std::collections::BTreeSet;

use fluent_bundle::FluentResource;
use protocol::reason::{Facts, Line, Reason, VARIANT};
use protocol::run::ModelReason;

use super::catalogue::{Catalogue, source};
use super::{BackendReason, Language, word};

/// Lines that other lines and the catalogue itself use.
const SHARED: [&str; 15] = [
    "unknown_reason",
    "and",
    "models_tried",
    "vendor",
    "account",
    "console",
    "address",
    "paths",
    "effects.pointing",
    "effects.typing",
    "effects.submitting",
    "effects.shell",
    "effects.editing",
    "effects.navigating",
    "effects.continuing",
];

/// The reasons of this service and of the model service.
fn lines() -> impl Iterator<Item = &'static Line> {
    BackendReason::LINES.iter().chain(ModelReason::LINES)
}

/// The code of a line, and values for its facts but one.
fn facts_without(line: &Line, left_out: Option<&str>) -> (&'static str, Facts) {
    let (code, variant) =
        line.key.split_once('.').map_or((line.key, None), |(code, variant)| (code, Some(variant)));
    let mut facts = Facts::default();
    if let Some(variant) = variant {
        facts.insert(VARIANT, variant);
    }
    for fact in line.facts.iter().filter(|fact| Some(**fact) != left_out) {
        facts.insert(fact, 7_u64);
    }
    (code, facts)
}

/// The keys of a file: `code` for a line with a text, and `code.variant`.
fn keys(language: Language) -> BTreeSet<String> {
    let mut code = "";
    let mut keys = BTreeSet::new();
    for line in source(language).lines() {
        let Some((name, text)) = line.split_once(" =") else { continue };
        match name.strip_prefix("    .") {
            Some(variant) => {
                keys.insert(format!("{code}.{variant}"));
            }
            None if name.starts_with([' ', '#']) => {}
            None => {
                code = name;
                if !text.trim().is_empty() {
                    keys.insert(name.to_owned());
                }
            }
        }
    }
    keys
}

#[test]
fn the_files_have_no_mistakes() {
    for language in Language::ALL {
        let parsed = FluentResource::try_new(source(language).to_owned());
        assert!(parsed.is_ok(), "{}: {:?}", language.tag(), parsed.err().map(|(_, errors)| errors));
        let names: Vec<&str> = source(language)
            .lines()
            .filter(|line| !line.starts_with([' ', '#']))
            .filter_map(|line| line.split_once(" ="))
            .map(|(name, _)| name)
            .collect();
        let different: BTreeSet<&&str> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{} has a line twice", language.tag());
    }
}

#[test]
fn every_reason_has_a_line_that_names_its_facts() {
    for language in Language::ALL {
        let catalogue = Catalogue::of(language);
        for line in lines() {
            let (code, facts) = facts_without(line, None);
            assert!(catalogue.line(code, &facts).is_ok(), "{}: {}", language.tag(), line.key);
            for fact in line.facts {
                let (code, facts) = facts_without(line, Some(fact));
                let worded = catalogue.line(code, &facts);
                assert!(worded.is_err(), "{}: {} does not name `{fact}`", language.tag(), line.key);
            }
        }
    }
}

#[test]
fn no_line_is_without_a_reason() {
    let mut expected: BTreeSet<String> = lines().map(|line| line.key.to_owned()).collect();
    assert_eq!(expected.len(), lines().count(), "two reasons have one key");
    expected.extend(SHARED.map(str::to_owned));
    for language in Language::ALL {
        let keys = keys(language);
        let difference: Vec<_> = keys.symmetric_difference(&expected).collect();
        assert!(difference.is_empty(), "{}: {difference:?}", language.tag());
    }
}

/// A reason that nothing gives would have lines that nobody reads.
#[test]
fn every_reason_is_given() {
    for (reasons, lines, folder) in [
        ("BackendReason", BackendReason::LINES, concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        ("ModelReason", ModelReason::LINES, concat!(env!("CARGO_MANIFEST_DIR"), "/../ai-model/src")),
    ] {
        let sources = sources(folder, reasons);
        for line in lines {
            let is_given = |text: &String| {
                [reasons, "Self"].iter().any(|path| names(text, &format!("{path}::{}", line.name)))
            };
            assert!(sources.iter().any(is_given), "nothing gives {}", line.name);
        }
    }
}

/// Whether a text has an identifier, and not only a longer one.
fn names(text: &str, identifier: &str) -> bool {
    text.match_indices(identifier)
        .any(|(at, _)| !text[at + identifier.len()..].starts_with(|next: char| next.is_alphanumeric()))
}

/// The Rust files below a folder that name the reasons.
fn sources(folder: &str, reasons: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources(path.to_str().unwrap(), reasons));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.extend(std::fs::read_to_string(path).ok().filter(|text| text.contains(reasons)));
        }
    }
    texts
}

fn told(language: Language, reason: impl Into<Reason>) -> String {
    word(language, &reason.into())
}

/// Earlier versions stored the limit alone.
#[test]
fn a_stored_limit_without_the_amount_used_is_worded() {
    let stored = serde_json::json!({ "limit": 5_000_000 });
    let worded = super::word_stored(Language::English, "spending_limit_reached", Some(&stored)).unwrap();
    assert!(worded.starts_with("Your runs have cost $5 this month; the limit is $5."), "{worded}");
    let of_all = serde_json::json!({ "limit": 500_000, "variant": "all" });
    let worded = super::word_stored(Language::German, "spending_limit_reached", Some(&of_all)).unwrap();
    assert!(worded.contains("diesen Monat 0,50 $ gekostet; das Limit ist 0,50 $"), "{worded}");
}

#[test]
fn facts_are_worded_as_people_of_a_language_write() {
    let [english, german, portuguese] = Language::ALL;
    let effects = || vec!["pointing".to_owned(), "typing".to_owned(), "submitting".to_owned()];
    let approval = || ModelReason::ApprovalRequired { effects: effects() };
    assert_eq!(
        told(english, approval()),
        "Your approval is needed before the assistant uses the mouse and types and presses Return."
    );
    assert_eq!(
        told(german, approval()),
        "Bevor der Assistent die Maus benutzt und tippt und die Eingabetaste drückt, ist Ihre Zustimmung nötig."
    );
    assert!(told(portuguese, approval()).contains("use o mouse e digite e pressione Enter"));
    let cost = ModelReason::MaxCost { limit: 2_500_000, used: 2_510_000 };
    assert!(told(german, cost).contains("2,50 $ (2,51 $ verbraucht)"));
    let output = |others| BackendReason::OutputDiskFull { path: "Outputs/a".into(), others };
    assert!(told(english, output(0)).starts_with("~/Outputs/a: "));
    assert!(told(german, output(2)).starts_with("~/Outputs/a und 2 weitere: "));
    let server = ModelReason::Overloaded { vendor: "openai-compatible" };
    assert_eq!(
        told(german, server),
        "Der Modellserver ist überlastet. Versuchen Sie es in ein paar Minuten noch einmal."
    );
}

/// The sentences that Brazilian users know from the product that this one follows.
#[test]
fn errors_of_vendors_have_the_known_sentences_in_portuguese() {
    let told = |reason: ModelReason| told(Language::BrazilianPortuguese, reason);
    let (vendor, console) = ("anthropic", "console.anthropic.com");
    let billing = told(ModelReason::Billing { vendor, console });
    assert!(billing.starts_with("Saldo insuficiente para usar a API da Anthropic"), "{billing}");
    let key = told(ModelReason::ApiKeyRefused { vendor, setting: "ANTHROPIC_API_KEY", console });
    assert!(key.starts_with("Não autorizado. Verifique sua ANTHROPIC_API_KEY."), "{key}");
    let rate = told(ModelReason::RateLimited { vendor });
    assert!(rate.starts_with("Limite de uso excedido. Aguarde e tente novamente."), "{rate}");
    for reason in
        [ModelReason::Overloaded { vendor }, ModelReason::VendorFailed { vendor, reason: "503".into() }]
    {
        let told = told(reason);
        assert!(told.starts_with("Serviço da IA indisponível no momento"), "{told}");
    }
}

#[test]
fn a_code_of_a_newer_model_service_is_named() {
    let newer = Reason::of_key("moon_full", Facts::default());
    assert_eq!(told(Language::German, newer), "Der Grund ist `moon_full`.");
    assert_eq!(told(Language::German, Reason::silent("end_turn")), "");
}

/// What answers is not told as something that can't be reached.
#[test]
fn a_certificate_of_an_unknown_issuer_is_told_with_what_to_do() {
    let host = || "gpu.example.org".to_owned();
    let vendor = "openai-compatible";
    for language in Language::ALL {
        let unknown = told(language, ModelReason::CertificateIssuerUnknown { vendor, host: host() });
        assert!(unknown.contains("gpu.example.org") && unknown.contains("SSL_CERT_FILE"), "{unknown}");
        let network = told(language, ModelReason::ConnectTimeout { vendor, server: host() });
        assert!(network.contains("HTTPS_PROXY"), "{network}");
    }
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let setting = "OPENAI_COMPATIBLE_BASE_URL";
    let other = ModelReason::CertificateOfOtherName { vendor, host: host(), names, setting };
    assert!(told(Language::ALL[1], other).contains("für a und b und c."));
}
