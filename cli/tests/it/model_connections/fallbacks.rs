//! Models that go on where another one can't, as people set and see them.

use ai_model::fakes::OpenAiFake;
use nix::sys::signal::Signal;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{MODEL, OWN, SITE, allowing, by, end, form, path, refused, server};
use crate::api::Api;
use crate::deskhand::ok;
use crate::events::Events;
use crate::installation::{Chat, Installation, lines, until};
use crate::vendor::Vendor;

const GPT: &str = "gpt-5.5";

fn refusal() -> Value {
    let details = json!({ "type": "refusal", "category": "cyber", "explanation": null });
    json!({ "text": "Well,", "stop_reason": "refusal", "stop_details": details })
}

fn gpt_form(url: &str, key: &str) -> Value {
    json!({ "name": "GPT", "provider": "openai", "address": format!("{url}/v1"), "key": key })
}

/// Claude that refuses so many messages and then says hello, and GPT that always answers.
async fn vendors(refusals: usize) -> (Vendor, Vendor<OpenAiFake>) {
    let mut turns = vec![refusal(); refusals];
    turns.extend(vec![json!({ "text": "Claude here." }); 4]);
    let gpt = json!({ "turns": vec![json!({ "text": "GPT here." }); 6] });
    (Vendor::start(json!({ "turns": turns })).await, Vendor::<OpenAiFake>::of(gpt).await)
}

async fn log(api: &Api, chat: &str, language: &str) -> Vec<Value> {
    let events = api.get(&format!("{chat}/events")).header("last-event-id", "0");
    Events::log(events.header("accept-language", language)).await
}

/// What the timeline says of changes.
async fn said(api: &Api, chat: &str, language: &str) -> Vec<String> {
    let events = log(api, chat, language).await;
    let changes = events.iter().filter(|event| event["kind"] == "model_changed");
    changes.map(|event| event["payload"]["message"].as_str().unwrap().to_owned()).collect()
}

fn chat_path(chat: &Value) -> String {
    format!("/chats/{}", chat["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_goes_on_for_the_rest_of_the_run_and_the_timeline_says_so() {
    let (claude, gpt) = vendors(1).await;
    let api = allowing(&[&claude.url, &gpt.url]).await;
    let first = ok(api.post(OWN, &form("Mine", &claude.url, &claude.key))).await;
    let second = ok(api.post(OWN, &gpt_form(&gpt.url, &gpt.key))).await;
    let me = api.change("/users/me", &json!({ "model_fallbacks": [by(&second, GPT)] })).await;
    assert_eq!(me["model_fallbacks"], json!([by(&second, GPT)]));

    let chat = api.ask(&api.token, &by(&first, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    let path = chat_path(&chat);
    let events = log(&api, &path, "en").await;
    let change = events.iter().find(|event| event["kind"] == "model_changed").unwrap();
    let payload = &change["payload"];
    assert_eq!((&payload["from"]["model"], &payload["to"]["model"]), (&json!(MODEL), &json!(GPT)));
    assert_eq!((&payload["code"], &payload["to"]["connection"]["name"]), (&json!("refusal"), &json!("GPT")));
    assert_eq!(payload["facts"]["category"], "cyber");
    let turn = events.iter().find(|event| event["kind"] == "assistant_turn").unwrap();
    assert_eq!(turn["payload"]["content"][0]["text"], "GPT here.", "what Claude began is discarded");
    for (language, expected) in [
        ("en", "claude-opus-5-5 declined to continue. gpt-5.5 goes on."),
        ("de", "claude-opus-5-5 hat es abgelehnt weiterzumachen. gpt-5.5 macht weiter."),
        ("pt-BR", "claude-opus-5-5 se recusou a continuar. gpt-5.5 continua."),
    ] {
        assert_eq!(said(&api, &path, language).await, [expected]);
        let page = ok(api.get(&format!("{path}/log")).header("accept-language", language)).await;
        let page = page.as_array().unwrap().iter().find(|event| event["kind"] == "model_changed").unwrap();
        assert_eq!(page["payload"]["message"], expected);
    }

    // The next message begins with the chosen model.
    assert_eq!(api.say(&path, "and now?").await["run"]["state"], "succeeded");
    assert_eq!((claude.requests().len(), gpt.requests().len()), (2, 1));
    let told = claude.requests()[1].body.clone();
    assert!(told.contains("GPT here.") && !told.contains("goes on"), "{told}");
    // A copy of the chat tells it too.
    let fork = ok(api.post(&format!("{path}/fork"), &json!({ "message_id": turn["id"] }))).await;
    assert_eq!(said(&api, &chat_path(&fork), "en").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_fails_throughout_says_which_models_were_asked() {
    let broke = json!({ "error": { "status": 402, "type": "billing_error", "message": "Pay." } });
    let claude = Vendor::start(json!({ "turns": [broke] })).await;
    let quota =
        json!({ "error": { "status": 429, "type": "insufficient_quota", "message": "You exceeded it." } });
    let gpt = Vendor::<OpenAiFake>::of(json!({ "turns": [quota] })).await;
    let api = allowing(&[&claude.url, &gpt.url]).await;
    let first = ok(api.post(OWN, &form("Mine", &claude.url, &claude.key))).await;
    let second = ok(api.post(OWN, &gpt_form(&gpt.url, &gpt.key))).await;
    api.change("/users/me", &json!({ "model_fallbacks": [by(&second, GPT)] })).await;
    let chat = api.ask(&api.token, &by(&first, MODEL), "hello").await;
    assert_eq!(end(&chat), ("failed", "spend_limit"), "{chat}");
    let message = chat["run"]["message"].as_str().unwrap();
    assert!(message.ends_with("All of these models were asked: claude-opus-5-5 and gpt-5.5."), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fallbacks_of_the_installation_are_for_its_models_and_a_list_of_ones_own_is_for_all() {
    let (claude, gpt) = vendors(5).await;
    let api = allowing(&[&claude.url, &gpt.url]).await;
    let site = ok(api.post(SITE, &form("Everybody's", &claude.url, &claude.key))).await;
    let site_gpt = ok(api.post(SITE, &gpt_form(&gpt.url, &gpt.key))).await;
    let own = ok(api.post(OWN, &form("Mine", &claude.url, &claude.key))).await;
    let settings = api.change("/admin/settings", &json!({ "model_fallbacks": [by(&site_gpt, GPT)] })).await;
    assert_eq!(settings["model_fallbacks"], json!([by(&site_gpt, GPT)]));
    assert_eq!(ok(api.get("/models")).await["installation_fallbacks"], json!([by(&site_gpt, GPT)]));
    assert_eq!(ok(api.get("/users/me")).await["model_fallbacks"], Value::Null);

    let asked = async |choice: &Value| {
        let chat = api.ask(&api.token, choice, "hello").await;
        (chat["run"]["state"].as_str().unwrap().to_owned(), said(&api, &chat_path(&chat), "en").await.len())
    };
    assert_eq!(asked(&by(&site, MODEL)).await, ("succeeded".to_owned(), 1));
    // A person's own key is not helped at the installation's expense, unless the person has chosen that.
    assert_eq!(asked(&by(&own, MODEL)).await, ("failed".to_owned(), 0));
    api.change("/users/me", &json!({ "model_fallbacks": [by(&site_gpt, GPT)] })).await;
    assert_eq!(asked(&by(&own, MODEL)).await, ("succeeded".to_owned(), 1));
    // None is none, also where the installation has some; and without a list its own apply again.
    api.change("/users/me", &json!({ "model_fallbacks": [] })).await;
    assert_eq!(asked(&by(&site, MODEL)).await, ("failed".to_owned(), 0));
    api.change("/users/me", &json!({ "model_fallbacks": null })).await;
    assert_eq!(asked(&by(&site, MODEL)).await, ("succeeded".to_owned(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_a_few_models_that_may_be_used_each_once() {
    let (claude, gpt) = vendors(0).await;
    let api = allowing(&[&claude.url, &gpt.url]).await;
    let bob = api.user("bob").await;
    let own = ok(api.post(OWN, &form("Mine", &claude.url, &claude.key))).await;
    let site = ok(api.post(SITE, &form("Everybody's", &claude.url, &claude.key))).await;
    let patch =
        |path: &str, list: &Value| api.request(Method::PATCH, path).json(&json!({ "model_fallbacks": list }));
    let at = |effort: &str| json!({ "connection": own["id"], "model": MODEL, "effort": effort });
    for (list, code) in [
        (json!([at("low"), by(&site, MODEL), at("high")]), "fallbacks_invalid"),
        (json!([by(&own, MODEL), by(&own, "a"), by(&own, "b"), by(&own, "c")]), "fallbacks_invalid"),
        (json!([{ "provider": "openai", "model": GPT }]), "model_unknown"),
    ] {
        let answer = refused(patch("/users/me", &list)).await;
        assert_eq!(answer, (StatusCode::UNPROCESSABLE_ENTITY, code.to_owned()), "{list}");
    }
    let mine = json!({ "model_fallbacks": [by(&own, MODEL)] });
    assert_eq!(refused(api.as_user(&bob, Method::PATCH, "/users/me", &mine)).await.1, "model_unknown");
    assert_eq!(refused(patch("/admin/settings", &json!([by(&own, MODEL)]))).await.1, "model_unknown");

    let list = json!([by(&site, MODEL), at("low"), by(&own, "unlisted")]);
    assert_eq!(ok(patch("/users/me", &list)).await["model_fallbacks"], list);
    ok(patch("/admin/settings", &json!([by(&site, MODEL)]))).await;
    // The models of a connection that is deleted are taken out, everywhere.
    let delete = async |path: String| {
        assert_eq!(api.request(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    };
    delete(format!("{SITE}/{}", site["id"].as_str().unwrap())).await;
    let left = json!([at("low"), by(&own, "unlisted")]);
    assert_eq!(ok(api.get("/users/me")).await["model_fallbacks"], left);
    assert_eq!(ok(api.get("/admin/settings")).await["model_fallbacks"], json!([]));
    delete(path(&own)).await;
    // No list is left to be asked, and not that of the installation instead.
    assert_eq!(ok(api.get("/users/me")).await["model_fallbacks"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn fallbacks_that_may_not_be_asked_any_more_are_passed_over_and_told() {
    let (claude, gpt) = vendors(1).await;
    let api = allowing(&[&claude.url, &gpt.url]).await;
    let site = ok(api.post(SITE, &form("Everybody's", &claude.url, &claude.key))).await;
    let site_gpt = ok(api.post(SITE, &gpt_form(&gpt.url, &gpt.key))).await;
    let own = ok(api.post(OWN, &form("Mine", &claude.url, &claude.key))).await;
    let list = json!([by(&own, "claude-sonnet-5"), by(&site_gpt, GPT)]);
    api.change("/users/me", &json!({ "model_fallbacks": list })).await;
    api.change("/admin/settings", &json!({ "models": { "own_keys": false } })).await;
    let chat = api.ask(&api.token, &by(&site, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    let expected = "claude-opus-5-5 declined to continue. gpt-5.5 goes on. \
                    claude-sonnet-5 was not asked, because keys of one's own are not allowed any more.";
    assert_eq!(said(&api, &chat_path(&chat), "en").await, [expected]);
    assert_eq!((claude.requests().len(), gpt.requests().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fallback_at_the_installations_expense_is_not_asked_once_that_is_spent() {
    let costly = json!({ "text": "Hi.", "output_tokens": 1_000_000 });
    let claude = Vendor::start(json!({ "turns": [costly, refusal(), refusal()] })).await;
    let gpt = Vendor::<OpenAiFake>::of(json!({ "turns": [{ "text": "Never." }] })).await;
    let servers = [server(&claude.url), server(&gpt.url)].join(",");
    let api = Api::start_with(&[
        ("DESKHAND_PRIVATE_MODEL_SERVERS", servers.as_str()),
        ("DESKHAND_DOLLARS_PER_PERSON", "1"),
    ])
    .await;
    let site = ok(api.post(SITE, &form("Everybody's", &claude.url, &claude.key))).await;
    let site_gpt = ok(api.post(SITE, &gpt_form(&gpt.url, &gpt.key))).await;
    let own = ok(api.post(OWN, &form("Mine", &claude.url, &claude.key))).await;
    api.change("/users/me", &json!({ "model_fallbacks": [by(&site_gpt, GPT)] })).await;
    let chat = api.ask(&api.token, &by(&site, MODEL), "hello").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    let chat = api.ask(&api.token, &by(&own, MODEL), "hello").await;
    assert_eq!(end(&chat), ("failed", "refusal"), "{chat}");
    let expected = "gpt-5.5 was not asked, because nothing more may be spent on it this month.";
    assert_eq!(said(&api, &chat_path(&chat), "en").await, [expected]);
    assert!(gpt.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_backend_is_killed_goes_on_with_the_model_that_took_over() {
    let claude = Vendor::start(json!({ "turns": [refusal(), { "text": "Claude again." }] })).await;
    let act = |command: &str| json!({ "calls": [{ "bash": command }] });
    let wait = "echo a >> ~/did; while [ ! -e ~/go ]; do :; done; echo b >> ~/did";
    let gpt = Vendor::<OpenAiFake>::of(json!({ "turns": [act(wait), { "text": "Done." }] })).await;
    let installation = Installation::start().await;
    let mut deskhand = installation.backend().await;
    let chat = Chat::begin(&deskhand).await;
    let send = |deskhand: &crate::deskhand::Deskhand, method, path: &str, body: &Value| {
        chat.request(deskhand, method, path).json(body)
    };
    let first = ok(send(&deskhand, Method::POST, SITE, &form("Claude", &claude.url, &claude.key))).await;
    let second = ok(send(&deskhand, Method::POST, SITE, &gpt_form(&gpt.url, &gpt.key))).await;
    let fallbacks = json!({ "model_fallbacks": [by(&second, GPT)] });
    ok(send(&deskhand, Method::PATCH, "/admin/settings", &fallbacks)).await;
    ok(send(&deskhand, Method::PATCH, &chat.path, &json!({ "model_choice": by(&first, MODEL) }))).await;

    let said = ok(chat.say(&deskhand, "go")).await;
    until("the desktop is up", async || installation.has_desktop()).await;
    let did = installation.home().join("did");
    until("the command of the model that took over runs", async || lines(&did) == ["a"]).await;
    deskhand.signal(Signal::SIGKILL);
    deskhand.ended().await;
    deskhand = installation.backend().await;
    let run = chat.until(&deskhand, &said["run"]["id"], "succeeded").await;
    let log = chat.log(&deskhand).await;
    let changes = log.iter().filter(|event| event["kind"] == "model_changed").count();
    assert_eq!((claude.requests().len(), gpt.requests().len(), changes), (1, 2, 1), "{run}");
    // The next message begins with the chosen one.
    ok(chat.say(&deskhand, "and now?").header("prefer", "wait=60")).await;
    assert_eq!(claude.requests().len(), 2);
}
