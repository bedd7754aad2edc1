//! The person's time zone and language, which are set when the desktop runs already.

use protocol::action::{Action, Button};
use serde_json::{Value, json};

use crate::agent::{TestAgent, at, command, eventually};

impl TestAgent {
    async fn set_locale(&self, locale: &Value) -> u16 {
        self.http.put(self.url("/v1/locale")).json(locale).send().await.unwrap().status().as_u16()
    }
}

fn vienna() -> Value {
    json!({ "time_zone": "Europe/Vienna", "language": "de-AT" })
}

/// Prints the ids of this desktop's processes of this name; other desktops of the tests run beside it.
fn own(name: &str) -> String {
    format!(
        "for pid in $(pgrep -x {name}); do grep -sqzxF HOME=$HOME /proc/$pid/environ && echo $pid; done; true"
    )
}

/// Prints the locale variables of a program that runs under this name.
fn variables_of(name: &str) -> String {
    let own = own(name);
    format!("cat /proc/$({own})/environ | tr '\\0' '\\n' | grep -E '^(TZ|LANG|LANGUAGE)=' | sort | xargs")
}

const IN_VIENNA: &str = "LANG=de_AT.UTF-8 LANGUAGE=de_AT:de TZ=Europe/Vienna\n";

#[tokio::test]
async fn a_running_shell_takes_the_locale_and_keeps_everything_else() {
    let agent = TestAgent::start();
    agent.shell("cd /tmp; x=1; false").await;
    assert_eq!(agent.set_locale(&vienna()).await, 204);
    assert_eq!(agent.prints("echo $? $x $PWD; date -d @0 +%Z").await, "1 1 /tmp\nCET\n");
    assert_eq!(
        agent.prints("locale | grep LC_TIME; date -d @0 +%B").await,
        "LC_TIME=\"de_AT.UTF-8\"\nJänner\n"
    );
    // What the shell has set itself stays until another locale is set.
    agent.shell("export TZ=Asia/Tokyo").await;
    assert_eq!(agent.set_locale(&vienna()).await, 204);
    assert_eq!(agent.prints("date -d @0 +%Z").await, "JST\n");
    assert_eq!(agent.set_locale(&json!({ "time_zone": "UTC" })).await, 204);
    assert_eq!(agent.prints("date -d @0 '+%Z %B'; echo $LANG $LANGUAGE").await, "UTC January\nC.UTF-8\n");
    agent.stop();
}

#[tokio::test]
async fn an_agent_starts_with_a_locale() {
    let agent = TestAgent::start_by(|home, runtime| {
        let mut command = command(home, runtime);
        command.args(["--time-zone", "Europe/Vienna", "--language", "de-AT"]);
        command
    });
    assert_eq!(agent.prints("date -d @0 +%Z").await, "CET\n");
    assert_eq!(agent.prints(&variables_of("tint2")).await, IN_VIENNA);
    let panel = agent.prints(&own("tint2")).await;
    assert_eq!(agent.set_locale(&vienna()).await, 204);
    agent.open("xterm", "XTerm").await;
    assert_eq!(agent.prints(&own("tint2")).await, panel, "it had this locale already");
    agent.stop();
}

#[tokio::test]
async fn the_panel_and_programs_of_the_menu_have_the_locale() {
    let agent = TestAgent::start();
    assert_eq!(agent.set_locale(&vienna()).await, 204);
    let panel = async || (agent.shell(&variables_of("tint2")).await.output == IN_VIENNA).then_some(());
    eventually("the panel has the locale", panel).await;
    let click = |button, x, y| Action::Click { button, count: 1, at: Some(at(x, y)), modifiers: vec![] };
    agent.done(vec![click(Button::Right, 300, 200), click(Button::Left, 330, 210)]).await;
    let terminal = async || agent.windows().await.into_iter().find(|window| window.app == "XTerm");
    eventually("the terminal is open", terminal).await;
    assert_eq!(agent.prints(&variables_of("xterm")).await, IN_VIENNA);
    let editor = async || {
        agent.done(vec![click(Button::Left, 60, 680)]).await;
        agent.windows().await.into_iter().find(|window| window.app == "Mousepad")
    };
    eventually("the editor is open", editor).await;
    assert_eq!(agent.prints(&variables_of("mousepad")).await, IN_VIENNA);
    agent.stop();
}

/// A server whose page says in its title what servers and pages learn of the person.
const SERVER: &str = r#"
import http.server

PAGE = """<script>
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    document.title = `A page of the tests ${timeZone} ${navigator.language} ${navigator.languages} ACCEPTED`;
</script>"""

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.replace("ACCEPTED", self.headers["accept-language"]).encode())

server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open("port", "w") as file:
    file.write(str(server.server_port))
server.serve_forever()
"#;

#[tokio::test]
async fn pages_and_servers_learn_the_time_zone_and_the_language() {
    let agent = TestAgent::start();
    assert_eq!(agent.set_locale(&vienna()).await, 204);
    std::fs::write(agent.home.join("server.py"), SERVER).unwrap();
    agent.shell("python3 server.py >/dev/null 2>&1 & until [ -s port ]; do sleep 0.1; done").await;
    agent.shell("x-www-browser http://127.0.0.1:$(cat port)/ >/dev/null 2>&1 &").await;
    let title = async || {
        let mut windows = agent.windows().await.into_iter();
        windows.find(|window| window.title.contains("A page of the tests ")).map(|window| window.title)
    };
    let title = eventually("the page is shown", title).await;
    assert!(title.contains(" Europe/Vienna de-AT de-AT,de de-AT,de;q=0.9"), "{title}");
    agent.stop();
}

#[tokio::test]
async fn a_malformed_locale_is_refused_and_changes_nothing() {
    let agent = TestAgent::start();
    assert_eq!(agent.set_locale(&vienna()).await, 204);
    for refused in [
        json!({ "time_zone": "../../etc/passwd" }),
        json!({ "time_zone": "UTC'; touch ~/no; '" }),
        json!({ "time_zone": "UTC", "language": "de_AT.UTF-8" }),
        json!({ "language": "de-AT" }),
    ] {
        assert_eq!(agent.set_locale(&refused).await, 422, "{refused}");
    }
    assert_eq!(agent.prints("date -d @0 +%Z; ls ~/no 2>/dev/null || true").await, "CET\n");
    agent.stop();
}
