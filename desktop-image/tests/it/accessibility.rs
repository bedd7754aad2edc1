//! The accessibility tree.

use protocol::action::{Action, Button, Region};
use protocol::agent::AgentError;
use protocol::agent::accessibility::{AccessibilityTree, AccessibleNode, AccessibleWindow};
use protocol::agent::windows::Window;

use crate::agent::{LIMIT, TestAgent, at, eventually};

async fn tree(agent: &TestAgent, query: &str) -> AccessibilityTree {
    let response = tokio::time::timeout(LIMIT, agent.get(&format!("/v1/accessibility{query}"))).await;
    let response = response.expect("the answer is held up");
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

/// The tree once every program has answered, which may take a while on a busy machine.
async fn whole_tree(agent: &TestAgent, query: &str) -> AccessibilityTree {
    let whole = async || {
        let tree = tree(agent, query).await;
        (tree.unanswered.is_empty() && !tree.truncated).then_some(tree)
    };
    eventually("every program answers", whole).await
}

/// The whole tree with hidden nodes, as text.
async fn everything(agent: &TestAgent) -> String {
    serde_json::to_string(&whole_tree(agent, "?hidden=true").await).unwrap()
}

/// All nodes of a window, its own first.
fn nodes(window: &AccessibleWindow) -> Vec<&AccessibleNode> {
    let mut nodes: Vec<&AccessibleNode> = window.root.iter().collect();
    let mut next = 0;
    while let Some(node) = nodes.get(next).copied() {
        nodes.extend(&node.children);
        next += 1;
    }
    nodes
}

fn find(tree: &AccessibilityTree, role: &str, name: &str) -> Option<AccessibleNode> {
    let mut nodes = tree.windows.iter().flat_map(nodes);
    nodes.find(|node| node.role == role && node.name == name).cloned()
}

/// Waits for a node that satisfies `is`.
async fn node(
    agent: &TestAgent,
    role: &str,
    name: &str,
    is: impl Fn(&AccessibleNode) -> bool,
) -> AccessibleNode {
    let found = async || find(&tree(agent, "").await, role, name).filter(&is);
    eventually(&format!("there is a {role} called {name:?}"), found).await
}

fn has(node: &AccessibleNode, state: &str) -> bool {
    node.states.iter().any(|one| one == state)
}

async fn click_centre(agent: &TestAgent, node: &AccessibleNode) {
    let Region { x, y, width, height } = node.region.unwrap();
    let centre = at(x + width.cast_signed() / 2, y + height.cast_signed() / 2);
    let click = Action::Click { button: Button::Left, count: 1, at: Some(centre), modifiers: vec![] };
    agent.done(vec![click]).await;
}

async fn type_text(agent: &TestAgent, text: &str) {
    agent.done(vec![Action::Type { text: text.to_owned() }]).await;
}

/// Opens a page in the browser and waits until it is loaded.
async fn open_page(agent: &TestAgent, body: &str) -> Window {
    let page = format!("<!doctype html><meta charset=utf-8><title>ready</title>{body}");
    std::fs::write(agent.home.join("page.html"), page).unwrap();
    agent.shell("x-www-browser ~/page.html >/dev/null 2>&1 &").await;
    window_titled(agent, "ready").await
}

async fn window_titled(agent: &TestAgent, title: &str) -> Window {
    let titled = async || agent.windows().await.into_iter().find(|window| window.title.starts_with(title));
    eventually(&format!("a window is called {title}"), titled).await
}

#[tokio::test]
async fn the_editor_reports_its_menus_and_text() {
    let agent = TestAgent::start();
    std::fs::write(agent.home.join("poem.txt"), "Über allen Gipfeln\nist Ruh").unwrap();
    let window = agent.open("mousepad ~/poem.txt", "Mousepad").await;
    let text = node(&agent, "text", "", |node| node.text.is_some()).await;
    assert_eq!(text.text.as_deref(), Some("Über allen Gipfeln\nist Ruh"));
    assert!(has(&text, "editable") && has(&text, "showing") && has(&text, "enabled"), "{text:?}");
    let tree = whole_tree(&agent, &format!("?window={}", window.id)).await;
    assert_eq!(tree.windows.len(), 1);
    assert_eq!((tree.windows[0].id, tree.windows[0].app.as_str()), (window.id, "Mousepad"));
    assert_eq!(tree.windows[0].region, window.region);
    let menus: Vec<_> = nodes(&tree.windows[0])
        .into_iter()
        .filter(|node| node.role == "menu")
        .map(|node| &node.name)
        .collect();
    assert_eq!(menus, ["File", "Edit", "Search", "View", "Document", "Help"]);
    assert!(find(&tree, "menu item", "New").is_none(), "the menu is closed");
}

#[tokio::test]
async fn an_open_menu_is_reported_and_its_items_can_be_clicked() {
    let agent = TestAgent::start();
    agent.open("mousepad", "Mousepad").await;
    let help = node(&agent, "menu", "Help", |_| true).await;
    click_centre(&agent, &help).await;
    let about = node(&agent, "menu item", "About", |node| node.region.is_some()).await;
    assert!(about.region.unwrap().y >= help.region.unwrap().y + help.region.unwrap().height.cast_signed());
    click_centre(&agent, &about).await;
    window_titled(&agent, "About Mousepad").await;
}

#[tokio::test]
async fn typed_text_is_reported() {
    let agent = TestAgent::start();
    agent.open("mousepad", "Mousepad").await;
    let text = node(&agent, "text", "", |node| has(node, "editable")).await;
    click_centre(&agent, &text).await;
    type_text(&agent, "written by the test").await;
    let text = node(&agent, "text", "", |node| node.text.as_deref() == Some("written by the test")).await;
    assert!(has(&text, "focused"), "{text:?}");
}

#[tokio::test]
async fn a_long_text_is_cut_and_its_length_reported() {
    let agent = TestAgent::start();
    std::fs::write(agent.home.join("long.txt"), "é".repeat(5000)).unwrap();
    agent.open("mousepad ~/long.txt", "Mousepad").await;
    let text = node(&agent, "text", "", |node| node.text.is_some()).await;
    assert_eq!((text.text, text.text_length), (Some("é".repeat(2000)), Some(5000)));
}

#[tokio::test]
async fn nodes_of_a_page_can_be_clicked_at_their_centre() {
    let agent = TestAgent::start();
    open_page(
        &agent,
        "<button onclick='document.title=\"pressed\"'>Press me</button>
         <p><a href='javascript:void(0)' onclick='document.title=\"followed\"'>A link</a></p>
         <p><label>Your name <input oninput='document.title=\"name \"+value'></label></p>
         <p><label><input type=checkbox> I agree</label></p>
         <p><input type=range aria-label=Volume max=10 value=3></p>",
    )
    .await;
    let button = node(&agent, "push button", "Press me", |_| true).await;
    click_centre(&agent, &button).await;
    window_titled(&agent, "pressed").await;
    click_centre(&agent, &node(&agent, "link", "A link", |_| true).await).await;
    window_titled(&agent, "followed").await;
    click_centre(&agent, &node(&agent, "entry", "Your name", |_| true).await).await;
    type_text(&agent, "Ada").await;
    window_titled(&agent, "name Ada").await;
    let entry = node(&agent, "entry", "Your name", |node| node.text.as_deref() == Some("Ada")).await;
    assert!(has(&entry, "focused") && has(&entry, "editable"), "{entry:?}");
    let unchecked = node(&agent, "check box", "I agree", |node| !has(node, "checked")).await;
    click_centre(&agent, &unchecked).await;
    node(&agent, "check box", "I agree", |node| has(node, "checked")).await;
    let volume = node(&agent, "slider", "Volume", |_| true).await;
    assert_eq!(volume.value, Some(3.0));
}

#[tokio::test]
async fn the_content_of_a_password_field_is_never_reported() {
    let agent = TestAgent::start();
    open_page(
        &agent,
        "<label>Secret <input type=password value=hunter2 oninput='document.title=\"typed\"'></label>",
    )
    .await;
    let field = node(&agent, "password text", "Secret", |_| true).await;
    click_centre(&agent, &field).await;
    type_text(&agent, "s3cret").await;
    window_titled(&agent, "typed").await;
    let field = node(&agent, "password text", "Secret", |node| has(node, "focused")).await;
    assert_eq!((field.text, field.text_length, field.value), (None, None, None));
    assert!(field.children.is_empty());
    let everything = everything(&agent).await;
    assert!(everything.contains("password text"));
    for part in ["hunter2", "s3cret", "•"] {
        assert!(!everything.contains(part), "{part} is reported");
    }
}

#[tokio::test]
async fn hidden_nodes_are_reported_only_on_request() {
    let agent = TestAgent::start();
    open_page(&agent, "<button>Near</button><div style='height:5000px'></div><button>Far</button>").await;
    node(&agent, "push button", "Near", |_| true).await;
    assert!(find(&whole_tree(&agent, "").await, "push button", "Far").is_none());
    let far = find(&whole_tree(&agent, "?hidden=true").await, "push button", "Far").unwrap();
    assert_eq!(far.region, None, "it has no place on the screen");
    agent.done(vec![Action::Key { chord: "End".to_owned(), repeat: 1 }]).await;
    node(&agent, "push button", "Far", |node| node.region.is_some()).await;
    assert!(find(&whole_tree(&agent, "").await, "push button", "Near").is_none());
}

#[tokio::test]
async fn nodes_behind_another_window_are_not_reported() {
    let agent = TestAgent::start();
    let editor = agent.open("mousepad", "Mousepad").await;
    node(&agent, "menu", "File", |_| true).await;
    agent.open("xterm -geometry 300x100+0+0", "XTerm").await;
    let hidden = async || find(&tree(&agent, "").await, "menu", "File").is_none().then_some(());
    eventually("the menu is hidden by the terminal", hidden).await;
    let below = whole_tree(&agent, "?hidden=true").await;
    assert_eq!(
        below.windows.iter().map(|window| window.app.as_str()).collect::<Vec<_>>(),
        ["XTerm", "Mousepad"]
    );
    assert_eq!(below.windows[1].id, editor.id);
    assert!(find(&below, "menu", "File").is_some());
}

#[tokio::test]
async fn the_file_manager_reports_its_buttons() {
    let agent = TestAgent::start();
    agent.open("pcmanfm", "Pcmanfm").await;
    node(&agent, "push button", "Home Folder", |node| node.region.is_some()).await;
}

#[tokio::test]
async fn a_qt_program_reports_its_content_without_crashing() {
    let agent = TestAgent::start();
    let form = "from PyQt5.QtWidgets import *
app, form = QApplication(['form.py']), QWidget()
layout = QVBoxLayout(form)
button, secret = QPushButton('Send'), QLineEdit('hunter2')
button.clicked.connect(lambda: form.setWindowTitle('sent'))
secret.setEchoMode(QLineEdit.Password)
for widget in (QLineEdit('to Ada'), secret, button): layout.addWidget(widget)
form.show()
app.exec_()
";
    std::fs::write(agent.home.join("form.py"), form).unwrap();
    agent.open("/usr/bin/python3 ~/form.py", "form.py").await;
    let button = node(&agent, "push button", "Send", |_| true).await;
    click_centre(&agent, &button).await;
    window_titled(&agent, "sent").await;
    node(&agent, "text", "", |node| node.text.as_deref() == Some("to Ada")).await;
    let everything = everything(&agent).await;
    assert!(everything.contains("to Ada") && !everything.contains("hunter2"));
}

#[tokio::test]
async fn a_terminal_is_listed_without_nodes() {
    let agent = TestAgent::start();
    let terminal = agent.open("xterm", "XTerm").await;
    let tree = whole_tree(&agent, "").await;
    assert_eq!(tree.windows.len(), 1);
    assert_eq!((tree.windows[0].id, &tree.windows[0].root), (terminal.id, &None));
}

#[tokio::test]
async fn a_hanging_program_is_reported_and_delays_no_other() {
    let agent = TestAgent::start();
    let hanging = agent.open("mousepad --disable-server", "Mousepad").await;
    node(&agent, "menu", "File", |_| true).await;
    agent.shell("hanging=$!; kill -STOP $hanging").await;
    std::fs::write(agent.home.join("second.txt"), "the second").unwrap();
    agent.shell("mousepad --disable-server ~/second.txt >/dev/null 2>&1 &").await;
    let answered = async || {
        let tree = tree(&agent, "").await;
        find(&tree, "text", "").filter(|node| node.text.as_deref() == Some("the second")).map(|_| tree)
    };
    let tree = eventually("the second editor tells its text", answered).await;
    assert_eq!(tree.unanswered, ["Mousepad"]);
    let silent = tree.windows.iter().find(|window| window.id == hanging.id).unwrap();
    assert_eq!(silent.root, None);
    agent.shell("kill -CONT $hanging").await;
    let recovered = async || {
        let tree = self::tree(&agent, "").await;
        tree.unanswered.is_empty().then_some(())
    };
    eventually("the first editor answers again", recovered).await;
}

#[tokio::test]
async fn the_tree_is_cut_to_the_requested_nodes_and_levels() {
    let agent = TestAgent::start();
    agent.open("mousepad", "Mousepad").await;
    node(&agent, "menu", "File", |_| true).await;
    let few = tree(&agent, "?limit=3").await;
    assert!(few.truncated);
    assert_eq!(few.windows.iter().flat_map(nodes).count(), 3);
    let flat = tree(&agent, "?depth=2").await;
    assert!(flat.truncated);
    let root = flat.windows[0].root.as_ref().unwrap();
    assert_eq!(root.role, "frame");
    assert!(!root.children.is_empty() && root.children.iter().all(|child| child.children.is_empty()));
}

#[tokio::test]
async fn a_window_that_is_not_on_the_screen_is_rejected() {
    let agent = TestAgent::start();
    let response = agent.get("/v1/accessibility?window=4242").await;
    assert_eq!(response.status(), 404);
    assert_eq!(response.json::<AgentError>().await.unwrap().code, "not_found");
    let response = agent.get("/v1/accessibility?window=nonsense").await;
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn the_bus_starts_with_the_first_program_or_query() {
    let agent = TestAgent::start();
    agent.open("xterm", "XTerm").await;
    let owned = async || {
        let bus = "--session --print-reply=literal --dest=org.freedesktop.DBus / org.freedesktop.DBus";
        agent.shell(&format!("dbus-send {bus}.NameHasOwner string:org.a11y.Bus")).await.output
    };
    assert_eq!(owned().await.trim(), "boolean false");
    tree(&agent, "").await;
    assert_eq!(owned().await.trim(), "boolean true");
}

#[tokio::test]
async fn queries_leave_no_settings_in_the_home() {
    let agent = TestAgent::start();
    agent.open("mousepad", "Mousepad").await;
    node(&agent, "menu", "File", |_| true).await;
    let settings = std::fs::read_to_string(agent.home.join(".config/glib-2.0/settings/keyfile"));
    assert!(!settings.unwrap_or_default().contains("accessibility"));
}
