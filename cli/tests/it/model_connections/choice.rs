//! Which model a chat uses.

use ai_model::fakes::{ChatCompletionsFake, GeminiFake, OpenAiFake};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{MODEL, OWN, SITE, allowing, by, end, form, path, refused};
use crate::api::Api;
use crate::deskhand::ok;
use crate::installation::until;
use crate::vendor::Vendor;

/// Each vendor acts once on the desktop and then answers, as often as it is asked.
fn script(look: &Value, name: &str, rounds: usize) -> Value {
    let round = [
        look.clone(),
        json!({ "thinking": "A command.", "calls": [{ "bash": format!("echo {name} >> ~/Outputs/who.txt") }] }),
        json!({ "text": format!("{name} was here.") }),
    ];
    json!({ "turns": round.iter().cycle().take(3 * rounds).collect::<Vec<_>>() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_goes_from_vendor_to_vendor_and_back() {
    let look = |name: &str| json!({ "calls": [{ "member": name }] });
    let computer_call =
        json!({ "blocks": [{ "type": "computer_call", "actions": [{ "type": "screenshot" }] }] });
    let claude = Vendor::start(script(&look("screenshot"), "claude", 2)).await;
    let openai = Vendor::<OpenAiFake>::of(script(&computer_call, "gpt", 1)).await;
    let gemini = json!({ "calls": [{ "member": "take_screenshot", "input": { "intent": "look" } }] });
    let gemini = Vendor::<GeminiFake>::of(script(&gemini, "gemini", 1)).await;
    let server = Vendor::<ChatCompletionsFake>::of(script(&look("screenshot"), "qwen", 1)).await;
    let api = allowing(&[&claude.url, &openai.url, &gemini.url, &server.url]).await;
    let connect = async |name: &str, provider: &str, address: String, key: &str, model: &str| {
        let form = json!({ "name": name, "provider": provider, "address": address, "key": key });
        by(&ok(api.post(OWN, &form)).await, model)
    };
    let v1 = |url: &str| format!("{url}/v1");
    let stations = [
        ("claude", connect("Claude", "anthropic", claude.url.clone(), &claude.key, MODEL).await),
        ("gpt", connect("GPT", "openai", v1(&openai.url), &openai.key, "gpt-5.5").await),
        ("gemini", connect("Gemini", "gemini", gemini.url.clone(), &gemini.key, "gemini-3.5-flash").await),
        ("qwen", connect("Qwen", "openai-compatible", v1(&server.url), &server.key, "qwen-vl").await),
    ];

    let chat = api.ask(&api.token, &stations[0].1, "Begin.").await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    let chat = format!("/chats/{}", chat["id"].as_str().unwrap());
    for (name, choice) in stations[1..].iter().chain(&stations[..1]) {
        api.change(&chat, &json!({ "model_choice": choice })).await;
        let said = api.say(&chat, &format!("Now {name}.")).await;
        assert_eq!(said["run"]["state"], "succeeded", "{name}: {said}");
    }
    let rejections: Vec<String> =
        [claude.requests(), openai.requests(), gemini.requests(), server.requests()]
            .into_iter()
            .flatten()
            .map(|request| request.summary.rejection)
            .collect();
    assert!(rejections.len() == 15 && rejections.iter().all(String::is_empty), "{rejections:?}");
    // Each was shown what the others had done, and the desktop was one and the same.
    let last = claude.requests().pop().unwrap().body;
    for name in ["claude", "gpt", "gemini", "qwen"] {
        assert!(last.contains(&format!("{name} was here.")), "{name}");
    }
    let written = std::fs::read_to_string(api.home().join("Outputs/who.txt")).unwrap();
    assert_eq!(written, "claude\ngpt\ngemini\nqwen\nclaude\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_chosen_for_everybody_for_a_person_and_for_a_chat() {
    let vendor = Vendor::start(json!({ "restart_each_message": true, "turns": [{ "text": "Hi." }] })).await;
    let api = allowing(&[&vendor.url]).await;
    let bob = api.user("bob").await;
    let before = ok(api.get("/models")).await;
    assert_eq!(before["default"]["provider"], "demo");
    assert_eq!(before["installation_default"], before["default"]);
    assert_eq!(before["sources"][0]["owner"], "installation");

    let site = ok(api.post(SITE, &form("Everybody's", &vendor.url, &vendor.key))).await;
    let own = ok(api.post(OWN, &form("Mine", &vendor.url, &vendor.key))).await;
    let settings = api.change("/admin/settings", &json!({ "default_model": by(&site, MODEL) })).await;
    assert_eq!(settings["default_model"], by(&site, MODEL));
    let models = ok(api.get("/models")).await;
    assert_eq!(models["default"], by(&site, MODEL));
    let sources = models["sources"].as_array().unwrap().iter();
    let sources: Vec<_> =
        sources.map(|it| (it["owner"].as_str().unwrap(), it["name"].as_str().unwrap())).collect();
    assert_eq!(sources, [("person", "Mine"), ("installation", "Everybody's"), ("installation", "")]);
    let facts = &models["sources"][0]["models"][0];
    assert_eq!(
        (&facts["id"], &facts["computer"], &facts["sees"]),
        (&json!(MODEL), &json!("native"), &json!(true))
    );
    assert!(facts["context"].is_u64() && facts["price"]["input"].is_u64(), "{facts}");

    // Nobody may use what is somebody else's, or what is not offered to everybody.
    for wrong in
        [by(&own, MODEL), by(&site, "claude-nonsense"), json!({ "provider": "openai", "model": "gpt-5.5" })]
    {
        let body = json!({ "model_choice": wrong });
        let choose = api.as_user(&bob, Method::PATCH, "/users/me", &body);
        assert_eq!(refused(choose).await, (StatusCode::UNPROCESSABLE_ENTITY, "model_unknown".to_owned()));
        let begin = api.as_user(&bob, Method::POST, "/chats", &body);
        assert_eq!(refused(begin).await.1, "model_unknown");
    }
    let theirs = json!({ "default_model": by(&own, MODEL) });
    assert_eq!(refused(api.request(Method::PATCH, "/admin/settings").json(&theirs)).await.1, "model_unknown");

    // A server of one's own may have more than it lists.
    let me = api.change("/users/me", &json!({ "model_choice": by(&own, "claude-sonnet-5") })).await;
    assert_eq!(me["model_choice"], by(&own, "claude-sonnet-5"));
    let models = ok(api.get("/models")).await;
    assert_eq!(models["default"], by(&own, "claude-sonnet-5"));
    assert_eq!(models["installation_default"], by(&site, MODEL), "what it would be without a choice");
    let chat = api.ask(&api.token, &Value::Null, "hello").await;
    assert_eq!((end(&chat), &chat["model_choice"]), (("succeeded", "end_turn"), &Value::Null));
    let models = vendor.requests().into_iter().map(|it| it.json()["model"].clone()).collect::<Vec<_>>();
    assert_eq!(models, ["claude-sonnet-5"]);

    // Without the connections, what the installation was started with is used again.
    for path in [format!("{SITE}/{}", site["id"].as_str().unwrap()), path(&own)] {
        assert_eq!(api.request(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(ok(api.get("/users/me")).await["model_choice"], Value::Null);
    assert_eq!(ok(api.get("/models")).await["default"], before["default"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_effort_of_a_choice_is_requested_if_the_model_has_it() {
    let vendor = Vendor::start(json!({ "restart_each_message": true, "turns": [{ "text": "Hi." }] })).await;
    let api = allowing(&[&vendor.url]).await;
    let own = ok(api.post(OWN, &form("Mine", &vendor.url, &vendor.key))).await;
    let facts = ok(api.get("/models")).await["sources"][0]["models"].clone();
    assert_eq!(facts[0]["efforts"], json!(["low", "medium", "high", "xhigh", "max"]));
    let mut choice = by(&own, MODEL);
    choice["effort"] = "xhigh".into();
    let chat = api.ask(&api.token, &choice, "hello").await;
    assert_eq!((end(&chat), &chat["model_choice"]), (("succeeded", "end_turn"), &choice));
    assert_eq!(vendor.requests()[0].json()["output_config"]["effort"], "xhigh");
    // The oldest model of the vendor's list has none.
    let mut without = by(&own, "claude-haiku-4-5-20251001");
    without["effort"] = "low".into();
    let begin = api.post("/chats", &json!({ "model_choice": without }));
    let unsupported = (StatusCode::UNPROCESSABLE_ENTITY, "effort_not_supported".to_owned());
    assert_eq!(refused(begin).await, unsupported);
    without["effort"] = "enormous".into();
    assert_eq!(
        refused(api.post("/chats", &json!({ "model_choice": without }))).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_deleted_under_a_run_is_told() {
    let vendor =
        Vendor::start(json!({ "turns": [{ "calls": [{ "bash": "echo hi" }] }, { "text": "Done." }] })).await;
    let api = allowing(&[&vendor.url]).await;
    let connection = ok(api.post(OWN, &form("Mine", &vendor.url, &vendor.key))).await;
    let chat = ok(api.post("/chats", &json!({ "model_choice": by(&connection, MODEL) }))).await;
    let chat = format!("/chats/{}", chat["id"].as_str().unwrap());
    api.change(&chat, &json!({ "approval": { "ask_for": "effects", "effects": ["shell"] } })).await;
    let run = api.say(&chat, "go").await["run"].clone();
    assert_eq!(run["state"], "awaiting_approval", "{run}");
    let deleted = api.request(Method::DELETE, &path(&connection)).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    approve(&api, &chat, &run).await;
    let state = async || api.run(&run).await;
    until("the run has ended", async || state().await["state"] == "failed").await;
    let ended = state().await;
    assert_eq!(ended["code"], "model_connection_gone", "{ended}");
    assert_eq!(vendor.requests().len(), 1);
    // Another model goes on with the chat.
    api.change(&chat, &json!({ "model_choice": { "provider": "demo", "model": "demo" } })).await;
    assert_eq!(api.say(&chat, "take a screenshot").await["run"]["state"], "succeeded");
}

async fn approve(api: &Api, chat: &str, run: &Value) {
    let events = api.get(&format!("{chat}/events")).header("last-event-id", "0");
    let log = crate::events::Events::log(events).await;
    let asked = log.iter().rfind(|event| event["kind"] == "approval_request").unwrap()["payload"].clone();
    let decision = json!({
        "call_id": asked["call_id"], "verdict": "approve", "arguments_sha256": asked["arguments_sha256"],
    });
    ok(api.post(&format!("{}/decisions", crate::api::run_path(run)), &decision)).await;
}
