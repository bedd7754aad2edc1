//! The live view in independent VNC viewers, which use RFB over TCP.

use std::process::{Child, Command, Stdio};

use futures_util::{SinkExt as _, StreamExt as _};
use image::{Rgb, RgbImage};
use protocol::action::{Action, Button};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};
use x11rb::rust_connection::{DefaultStream, RustConnection};

use crate::agent::{TestAgent, at, eventually};
use crate::live::screenshot;
use crate::viewer::request;
use crate::window::TestWindow;

/// Forwards TCP connections of viewers to WebSockets of the agent.
struct Bridge {
    port: u16,
    running: AbortHandle,
    _tasks: JoinSet<()>,
}

impl Bridge {
    async fn open(agent: &TestAgent, query: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (agent, query) = (agent.port(), query.to_owned());
        let mut tasks = JoinSet::new();
        let running = tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(carry(stream, agent, query.clone()));
            }
        });
        Self { port, running, _tasks: tasks }
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn carry(stream: TcpStream, agent: u16, query: String) {
    let (socket, _) = connect_async(request(agent, &query)).await.unwrap();
    let ((mut from_viewer, mut to_viewer), (mut to_agent, mut from_agent)) =
        (stream.into_split(), socket.split());
    let there = async {
        let mut bytes = vec![0; 4096];
        while let Ok(count @ 1..) = from_viewer.read(&mut bytes).await {
            to_agent.send(Message::Binary(bytes[..count].to_vec().into())).await.unwrap();
        }
    };
    let back = async {
        while let Some(Ok(Message::Binary(bytes))) = from_agent.next().await {
            if to_viewer.write_all(&bytes).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = there => {}
        () = back => {}
    }
}

/// A program that is killed with the test.
struct Program(Child);

impl Program {
    fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// An X display for a viewer to run on.
struct Stage {
    display: String,
    connection: RustConnection,
    _server: Program,
}

impl Stage {
    fn open() -> Self {
        use std::io::BufRead as _;
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1200x900x24", "-nolisten", "tcp", "-noreset"]);
        let mut server = Program::start(command.stdout(Stdio::piped()));
        let mut number = String::new();
        std::io::BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let number = number.trim();
        let socket = std::os::unix::net::UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).unwrap();
        let (stream, _) = DefaultStream::from_unix_stream(socket).unwrap();
        let connection = RustConnection::connect_to_stream(stream, 0).unwrap();
        Self { display: format!(":{number}"), connection, _server: server }
    }

    /// The content of the window with this size.
    fn shows(&self, size: (u16, u16)) -> Option<RgbImage> {
        let root = self.connection.setup().roots[0].root;
        let mut windows = vec![root];
        while let Some(window) = windows.pop() {
            let tree = self.connection.query_tree(window).unwrap().reply().ok()?;
            windows.extend(tree.children);
            let geometry = self.connection.get_geometry(window).unwrap().reply().ok()?;
            if window != root && (geometry.width, geometry.height) == size {
                let image = self
                    .connection
                    .get_image(ImageFormat::Z_PIXMAP, window, 0, 0, size.0, size.1, !0)
                    .unwrap()
                    .reply()
                    .ok()?;
                let pixels = image.data.chunks(4).flat_map(|bgrx| [bgrx[2], bgrx[1], bgrx[0]]);
                return RgbImage::from_raw(size.0.into(), size.1.into(), pixels.collect());
            }
        }
        None
    }
}

/// Waits until the viewer's window shows the agent's screen, with a tolerance for reduced colours.
async fn shows_the_same(stage: &Stage, agent: &TestAgent, tolerance: [u8; 3]) {
    let near = |(Rgb(one), Rgb(other)): (&Rgb<u8>, &Rgb<u8>)| {
        (0..3).all(|channel| one[channel].abs_diff(other[channel]) <= tolerance[channel])
    };
    eventually("the viewer shows the screen", async || {
        let shown = stage.shows((1024, 700))?;
        shown.pixels().zip(screenshot(agent).await.pixels()).all(near).then_some(())
    })
    .await;
}

fn click(x: i32, y: i32) -> Action {
    Action::Click { button: Button::Left, count: 1, at: Some(at(x, y)), modifiers: vec![] }
}

#[tokio::test(flavor = "multi_thread")]
async fn tigervnc_shows_the_screen_in_every_encoding_and_colour_depth() {
    let agent = TestAgent::start();
    let bridge = Bridge::open(&agent, "").await;
    agent.open("xterm -e sh -c 'seq 1 300; cat'", "XTerm").await;
    for (arguments, tolerance) in [
        (&["-PreferredEncoding=Tight", "-NoJPEG"][..], [0; 3]),
        (&["-PreferredEncoding=ZRLE"], [0; 3]),
        (&["-PreferredEncoding=Raw"], [0; 3]),
        // 256 colours: three bits, three bits, two bits.
        (&["-PreferredEncoding=Tight", "-FullColor=0", "-LowColorLevel=2"], [19, 19, 43]),
        (&["-PreferredEncoding=ZRLE", "-FullColor=0", "-LowColorLevel=2"], [19, 19, 43]),
    ] {
        let stage = Stage::open();
        let mut command = Command::new("xtigervncviewer");
        command.args(["-display", &stage.display, "-AutoSelect=0", "-SecurityTypes=None"]);
        command.args(["-RemoteResize=0", "-MenuKey=", "-AlertOnFatalError=0"]).args(arguments);
        command.arg(format!("127.0.0.1::{}", bridge.port)).env_remove("DISPLAY").stdout(Stdio::null());
        let _viewer = Program::start(&mut command);
        shows_the_same(&stage, &agent, tolerance).await;
        let window = TestWindow::open(&agent);
        shows_the_same(&stage, &agent, tolerance).await;
        agent.done(vec![click(20, 20)]).await;
        shows_the_same(&stage, &agent, tolerance).await;
        drop(window);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gtk_vnc_captures_the_screen() {
    let agent = TestAgent::start();
    let bridge = Bridge::open(&agent, "").await;
    let _window = TestWindow::open(&agent);
    let file = agent.home.join("captured.png");
    eventually("the captured screen is the screen", async || {
        let before = screenshot(&agent).await;
        let mut command = tokio::process::Command::new("gvnccapture");
        command.arg("--quiet").arg(format!("127.0.0.1:{}", bridge.port - 5900)).arg(&file);
        assert!(command.status().await.unwrap().success());
        (image::open(&file).unwrap().into_rgb8() == before).then_some(())
    })
    .await;
}
