//! The 24 actions with which waiting for the screen is measured, and the desktop for them.

use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::Path;
use axum::response::Html;
use axum::routing::get;
use protocol::action::{Action, Button, Point, ScrollDirection, Size};
use tokio::task::JoinSet;

use crate::desktop::Desktop;
use crate::support::poll_until;

const SCREEN: Size = Size { width: 1280, height: 800 };
/// Height of the compared part of the screen, without the panel's clock and tooltips.
pub(crate) const COMPARED_HEIGHT: u32 = 730;

/// One of the actions.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) actions: Vec<Action>,
}

/// A desktop with a browser on a test page, a terminal and some background to click on.
pub(crate) struct Stage {
    pub(crate) desktop: Desktop,
    /// The page's position on the screen.
    page: Point,
    terminal: Point,
    _server: JoinSet<()>,
}

impl Stage {
    pub(crate) async fn set() -> anyhow::Result<Self> {
        let mut server = JoinSet::new();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        server.spawn(async move {
            // Serves until the stage is dropped.
            let _ = axum::serve(listener, pages()).await;
        });
        let desktop = Desktop::start(SCREEN)?;
        desktop.open(&format!("chromium http://{address}/"), "corpus").await?;
        place(&desktop, "corpus", [0, 0, 820, 660])?;
        desktop.open("xterm -T terminal -geometry 60x20", "terminal").await?;
        place(&desktop, "terminal", [760, 60, 420, 320])?;
        let (page, terminal) =
            poll_until("the windows are in their places", async || in_place(&desktop).await).await?;
        Ok(Self { desktop, page, terminal, _server: server })
    }

    /// All 24, in an order in which each one's preconditions hold.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let at = |x: i32, y: i32| Point { x: self.page.x + x, y: self.page.y + y };
        let step = |name, actions: Vec<Action>| Step { name, actions };
        let (background, launcher) = (Point { x: 1050, y: 620 }, Point { x: 25, y: 778 });
        vec![
            step("mouse move, nothing to hover", vec![Action::MouseMove { to: at(600, 560) }]),
            step("click that adds 300 rows", vec![click(Button::Left, at(60, 33))]),
            step("scroll 5 over a panel", vec![scroll(at(600, 120))]),
            step("click that starts a 400 ms transition", vec![click(Button::Left, at(60, 63))]),
            step("click that fetches 400 ms, nothing shown", vec![click(Button::Left, at(60, 93))]),
            step("click that fetches 800 ms under a bar", vec![click(Button::Left, at(60, 123))]),
            step("click into a textarea", vec![click(Button::Left, at(150, 220))]),
            step("type 20 characters", vec![Action::Type { text: "twenty characters ab".into() }]),
            step("ctrl+a", vec![key("ctrl+a")]),
            step("click that opens an alert", vec![click(Button::Left, at(60, 153))]),
            step("Return closes it", vec![key("Return")]),
            step("click a link, fast page", vec![click(Button::Left, at(260, 32))]),
            step("click a link, 400 ms page", vec![click(Button::Left, at(260, 132))]),
            step("F5 on that page", vec![key("F5")]),
            step("ctrl+t opens a tab", vec![key("ctrl+t")]),
            step("ctrl+w closes it", vec![key("ctrl+w")]),
            step("alt+f, the browser's menu", vec![key("alt+f")]),
            step("Escape closes it", vec![key("Escape")]),
            step("right click on the background", vec![click(Button::Right, background)]),
            step("Escape closes the menu", vec![key("Escape")]),
            step(
                "click into the terminal, ls -la",
                vec![
                    click(Button::Left, self.terminal),
                    Action::Type { text: "ls -la".into() },
                    key("Return"),
                ],
            ),
            step("click that raises the browser", vec![click(Button::Left, at(600, 540))]),
            step("launch another terminal", vec![click(Button::Left, launcher)]),
            step("ctrl+d closes it", vec![key("ctrl+d")]),
        ]
    }
}

/// The positions of page and terminal, once the windows have been placed.
async fn in_place(desktop: &Desktop) -> anyhow::Result<Option<(Point, Point)>> {
    let windows = desktop.list_windows().await?;
    let find = |title: &str| windows.iter().find(|window| window.title.contains(title));
    let (Some(browser), Some(terminal)) = (find("corpus"), find("terminal")) else { return Ok(None) };
    let mut numbers = browser.title.split(' ').skip(1).map(|word| word.parse::<f64>().ok());
    let [Some(Some(x)), Some(Some(y)), Some(Some(width))] = [numbers.next(), numbers.next(), numbers.next()]
    else {
        return Ok(None);
    };
    // The page reports intermediate positions while its window moves.
    let settled = (0.0..60.0).contains(&x) && (40.0..200.0).contains(&y) && width < 1000.0;
    if !settled || terminal.region.x < 740 {
        return Ok(None);
    }
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
    let page = Point { x: x as i32, y: y as i32 };
    Ok(Some((page, Point { x: terminal.region.x + 100, y: terminal.region.y + 200 })))
}

/// Unmaximises and places a window.
fn place(desktop: &Desktop, title: &str, [x, y, width, height]: [i32; 4]) -> anyhow::Result<()> {
    let geometry = format!("0,{x},{y},{width},{height}");
    for arguments in [["-b", "remove,maximized_vert,maximized_horz"], ["-e", &geometry]] {
        desktop
            .command("wmctrl")
            .args(["-r", title])
            .args(arguments)
            .status()
            .context("could not run wmctrl")?;
    }
    Ok(())
}

fn click(button: Button, at: Point) -> Action {
    Action::Click { button, count: 1, at: Some(at), modifiers: Vec::new() }
}

fn scroll(at: Point) -> Action {
    Action::Scroll { direction: ScrollDirection::Down, clicks: 5, at: Some(at), modifiers: Vec::new() }
}

fn key(chord: &str) -> Action {
    Action::Key { chord: chord.into(), repeat: 1 }
}

fn pages() -> Router {
    // No link where the pointer rests: the browser would show its address after a while and hide it again.
    let link = |title: &str, colour: &str, link: &str| {
        Html(format!(
            "<!doctype html><title>corpus {title}</title><body style='background:{colour}'><h1>{title}</h1>{link}"
        ))
    };
    let fast =
        link("fast", "#eef", "<a style='position:absolute;left:240px;top:124px' href='/slow'>next</a>");
    let slow = link("slow", "#efe", "");
    Router::new()
        .route("/", get(async || Html(include_str!("corpus.html"))))
        .route("/fast", get(async move || fast))
        .route(
            "/slow",
            get(async move || {
                tokio::time::sleep(Duration::from_millis(400)).await;
                slow
            }),
        )
        .route(
            "/answer/{ms}",
            get(async |Path(ms): Path<u64>| {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                format!("an answer after {ms} ms")
            }),
        )
}
