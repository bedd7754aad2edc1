//! Who may do what: every operation of the OpenAPI document, by every kind of caller. An operation that `table.rs` does not
//! have fails the test.

mod table;

use backend::routes::openapi;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, ok};
use crate::replicas::claim_nothing;
use table::{Access, access};

/// An id that nothing has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// Nobody is logged in.
    Anonymous,
    /// A person who has nothing to do with it.
    Other,
    /// A superuser who has nothing to do with it.
    Superuser,
    /// A program with an API token of the owner that lacks the scope.
    Unscoped,
    /// The person whose chat, run or file it is.
    Owner,
}

/// All callers. The owner is the last one, who may delete what the operation is about.
const CALLERS: [Caller; 5] =
    [Caller::Anonymous, Caller::Other, Caller::Superuser, Caller::Unscoped, Caller::Owner];

/// What a caller has to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The call is carried out, or fails for another reason than who called.
    Admitted,
    /// 401.
    Unauthorized,
    /// 403 `superuser_required`.
    Forbidden,
    /// 403 `scope_missing` or `login_needed`.
    OutOfScope,
    /// 404, as if it did not exist.
    Hidden,
}

fn expected(access: Access, caller: Caller) -> Expected {
    match (access, caller) {
        (Access::Anybody, _) => Expected::Admitted,
        (_, Caller::Anonymous) => Expected::Unauthorized,
        (_, Caller::Unscoped) => Expected::OutOfScope,
        (Access::AnyUser, _) | (Access::Owner, Caller::Owner) | (Access::Superuser, Caller::Superuser) => {
            Expected::Admitted
        }
        (Access::Superuser, _) => Expected::Forbidden,
        (Access::Owner, _) => Expected::Hidden,
    }
}

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    id: String,
    body: Option<Value>,
    /// The scope that an API token needs; `None`: it takes a login, or nothing.
    scope: Option<String>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                id: operation["operationId"].as_str().unwrap().to_owned(),
                body: example(&document, operation),
                scope: operation["security"][0]["bearer"][0].as_str().map(str::to_owned),
            });
        }
    }
    operations
}

/// The example of the JSON that an operation takes.
fn example(document: &Value, operation: &Value) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    let example = &document["components"]["schemas"][name]["example"];
    assert!(!example.is_null(), "{name} has no example");
    Some(example.clone())
}

/// A backend with one account for each kind of caller.
struct People {
    app: TestApp,
    tokens: [(Caller, String); 3],
    /// API tokens of the owner: each with one scope that does not include that of the other.
    scoped: Vec<(&'static str, String)>,
}

/// The ids of a new chat, its run and a file, all of the owner.
struct Things {
    chat: Value,
    run: Value,
    message: Value,
    file: Value,
}

impl People {
    async fn new() -> Self {
        let app = TestApp::start().await;
        claim_nothing(&app).await;
        let tokens = [
            (Caller::Other, app.user("eve").await),
            (Caller::Superuser, app.superuser("root").await),
            (Caller::Owner, app.user("ada").await),
        ];
        let mut scoped = Vec::new();
        for scope in ["account:read", "files:read"] {
            let form = json!({ "name": scope, "scopes": [scope] });
            let token = ok(app.post("/api/v1/users/me/tokens", &form).bearer_auth(&tokens[2].1)).await;
            scoped.push((scope, token["token"].as_str().unwrap().to_owned()));
        }
        Self { app, tokens, scoped }
    }

    /// A token of the owner that lacks the scope of the operation.
    fn unscoped(&self, operation: &Operation) -> &str {
        let lacks = self.scoped.iter().find(|(scope, _)| operation.scope.as_deref() != Some(scope));
        &lacks.unwrap().1
    }

    fn as_caller(&self, request: RequestBuilder, caller: Caller) -> RequestBuilder {
        match self.tokens.iter().find(|(other, _)| *other == caller) {
            Some((_, token)) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn things(&self) -> Things {
        let chat = self.app.post("/api/v1/chats", &json!({ "initial_message": "hello" }));
        let chat = ok(self.as_caller(chat, Caller::Owner)).await;
        let file = self.as_caller(self.app.post_file("list.txt", b"milk".to_vec()), Caller::Owner);
        Things {
            run: chat["run"]["id"].clone(),
            message: chat["messages"][0]["id"].clone(),
            chat: chat["id"].clone(),
            file: ok(file).await["id"].clone(),
        }
    }

    fn request(&self, operation: &Operation, things: &Things) -> RequestBuilder {
        let id = |id: &Value| id.as_str().unwrap().to_owned();
        let path = operation
            .path
            .replace("{chat_id}", &id(&things.chat))
            .replace("{run_id}", &id(&things.run))
            .replace("{file_id}", &id(&things.file))
            .replace("{sha256}", &"0".repeat(64))
            .replace("{provider}", "nobody");
        // No such user, invitation, session, identity, token, desktop or connection.
        let path = ["user", "invitation", "session", "identity", "token", "desktop", "connection"]
            .iter()
            .fold(path, |path, name| path.replace(&format!("{{{name}_id}}"), NOBODY));
        assert!(!path.contains('{'), "{path} has a parameter that this test does not know");
        let request = self.app.request(operation.method.clone(), &(path + table::query(&operation.id)));
        match &operation.body {
            Some(body) => {
                let mut body = body.clone();
                // Examples name what does not exist.
                if let Some(message) = body.get_mut("message_id") {
                    message.clone_from(&things.message);
                }
                request.json(&body)
            }
            None => request,
        }
    }
}

/// What an answer is, as far as it is about who called.
async fn told(request: RequestBuilder) -> (Expected, String) {
    let response = request.send().await.unwrap();
    let status = response.status();
    // The body of a stream of events does not end.
    if status.is_success() || status.is_redirection() {
        return (Expected::Admitted, status.to_string());
    }
    let answer: Value = response.json().await.unwrap_or_default();
    let code = answer["code"].as_str().unwrap_or_default();
    // There is no model service here.
    assert!(!status.is_server_error() || code == "models_unavailable", "{status} {answer}");
    let expected = match (status, code) {
        (StatusCode::UNAUTHORIZED, "unauthorized") => Expected::Unauthorized,
        (StatusCode::FORBIDDEN, "superuser_required") => Expected::Forbidden,
        (StatusCode::FORBIDDEN, "scope_missing" | "login_needed") => Expected::OutOfScope,
        (StatusCode::NOT_FOUND, "not_found") if table::hides(answer["detail"].as_str().unwrap()) => {
            Expected::Hidden
        }
        _ => Expected::Admitted,
    };
    (expected, format!("{status} {answer}"))
}

#[test]
fn every_operation_has_a_rule_and_every_rule_an_operation() {
    let mut operations: Vec<String> = operations().into_iter().map(|operation| operation.id).collect();
    let mut rules: Vec<String> = table::RULES.iter().map(|(id, _)| (*id).to_owned()).collect();
    operations.sort();
    rules.sort();
    assert_eq!(rules, operations);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_open_to_whom_it_should_be() {
    let shared = People::new().await;
    let mut wrong = Vec::new();
    for operation in operations() {
        let rule = access(&operation.id);
        let own = if table::ends_logins(&operation.id) { Some(People::new().await) } else { None };
        let people = own.as_ref().unwrap_or(&shared);
        let things = people.things().await;
        for caller in CALLERS {
            let request = people.request(&operation, &things);
            let request = match caller {
                Caller::Unscoped => request.bearer_auth(people.unscoped(&operation)),
                _ => people.as_caller(request, caller),
            };
            let (found, answer) = told(request).await;
            let wanted = expected(rule, caller);
            if found != wanted {
                wrong.push(format!("{} by {caller:?}: {wanted:?} expected, and {answer}", operation.id));
            }
        }
        if let Some(own) = own {
            own.app.stop().await;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    shared.app.stop().await;
}
