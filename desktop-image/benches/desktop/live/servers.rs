//! The measured servers: the agent and the installed VNC servers.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use protocol::action::Size;

use super::rfb::Viewer;
use crate::desktop::start_agent;
use crate::support::agent_process::{AgentProcess, TOKEN};
use crate::support::process_tree::descendants;

const SCREEN: Size = Size { width: 1280, height: 800 };
const GEOMETRY: &str = "1280x800";
const LIMIT: Duration = Duration::from_secs(20);

/// How viewers connect to a server.
enum Endpoint {
    Tcp(u16),
    WebSocket(u16),
}

/// A running desktop with a VNC server.
pub(crate) struct Server {
    /// Its X display, such as `:1`.
    pub(crate) display: String,
    /// The cookie of its X server, if it requires one.
    pub(crate) cookie: Option<Vec<u8>>,
    endpoint: Endpoint,
    /// The pids of the VNC server and, if that is a separate process, of the X server.
    pub(crate) processes: Vec<u32>,
    children: Vec<Child>,
    _agent: Option<AgentProcess>,
}

impl Server {
    /// The names that [`Server::start`] accepts.
    pub(crate) const NAMES: [&str; 5] =
        ["agent", "x11vnc", "x11vnc -wait 5 -defer 1", "x0vncserver", "Xtigervnc"];

    /// Starts a desktop and waits until viewers can connect.
    pub(crate) fn start(name: &str) -> anyhow::Result<Self> {
        match name {
            "agent" => Self::agent(),
            "x11vnc" => Self::beside_xvfb("x11vnc", x11vnc(&[])),
            "x11vnc -wait 5 -defer 1" => {
                Self::beside_xvfb("x11vnc -wait 5 -defer 1", x11vnc(&["-wait", "5", "-defer", "1"]))
            }
            "x0vncserver" => Self::beside_xvfb("x0vncserver", |display, port| {
                // `x0vncserver` itself is a wrapper script.
                let mut command = Command::new("X0tigervnc");
                command.args(["-display", display, "-SecurityTypes", "None", "-rfbport", &port.to_string()]);
                command
            }),
            "Xtigervnc" => Self::xtigervnc(),
            other => bail!("there is no server called {other}"),
        }
    }

    /// Connects a viewer.
    pub(crate) fn viewer(&self) -> anyhow::Result<Viewer> {
        match self.endpoint {
            Endpoint::Tcp(port) => Viewer::over_tcp(port),
            Endpoint::WebSocket(port) => Viewer::over_web(port, TOKEN),
        }
    }

    /// The URL and token of its API, if it has one.
    pub(crate) fn web(&self) -> Option<(String, &'static str)> {
        match self.endpoint {
            Endpoint::WebSocket(port) => Some((format!("http://127.0.0.1:{port}"), TOKEN)),
            Endpoint::Tcp(_) => None,
        }
    }

    fn agent() -> anyhow::Result<Self> {
        let agent = start_agent(SCREEN)?;
        let pid = agent.child.id();
        let x_server = descendants(pid)?.into_iter().find(|process| process.name == "Xvfb");
        Ok(Self {
            display: agent.ready.display.clone(),
            cookie: Some(agent.cookie()?),
            endpoint: Endpoint::WebSocket(agent.port()),
            processes: vec![pid, x_server.context("the agent has no X server")?.pid],
            children: Vec::new(),
            _agent: Some(agent),
        })
    }

    fn beside_xvfb(name: &'static str, command: impl FnOnce(&str, u16) -> Command) -> anyhow::Result<Self> {
        let (xvfb, display) = x_server(Command::new("Xvfb").args([
            "-screen",
            "0",
            &format!("{GEOMETRY}x24"),
            "-extension",
            "GLX",
        ]))?;
        let port = free_port()?;
        let mut children = vec![xvfb];
        children
            .insert(0, quiet(&mut command(&display, port)).spawn().context("could not start the server")?);
        Self::listening(name, display, port, children)
    }

    fn xtigervnc() -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("Xtigervnc");
        command.args(["-SecurityTypes", "None", "-rfbport", &port.to_string(), "-geometry", GEOMETRY]);
        let (child, display) = x_server(command.args(["-depth", "24"]))?;
        Self::listening("Xtigervnc", display, port, vec![child])
    }

    fn listening(
        name: &'static str,
        display: String,
        port: u16,
        children: Vec<Child>,
    ) -> anyhow::Result<Self> {
        let processes = children.iter().map(Child::id).collect();
        let endpoint = Endpoint::Tcp(port);
        let server = Self { display, cookie: None, endpoint, processes, children, _agent: None };
        let deadline = Instant::now() + LIMIT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(Instant::now() < deadline, "{name} does not listen");
            std::thread::yield_now();
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for child in &mut self.children {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn x11vnc(more: &'static [&str]) -> impl FnOnce(&str, u16) -> Command {
    move |display, port| {
        let mut command = Command::new("x11vnc");
        command.args(["-display", display, "-rfbport", &port.to_string(), "-forever", "-shared", "-nopw"]);
        command.args(["-noxrecord", "-xdamage"]).args(more);
        command
    }
}

/// Starts an X server and reads its display number.
fn x_server(command: &mut Command) -> anyhow::Result<(Child, String)> {
    let mut child = command
        .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("could not start an X server")?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("no standard output")?).read_line(&mut line)?;
    ensure!(!line.trim().is_empty(), "the X server did not start");
    Ok((child, format!(":{}", line.trim())))
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// CPU time of all running threads of a process in nanoseconds.
pub(crate) fn computed(process: u32) -> anyhow::Result<u64> {
    let mut times = Vec::new();
    for thread in std::fs::read_dir(Path::new("/proc").join(process.to_string()).join("task"))? {
        let Ok(text) = std::fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        times.push(text.split_whitespace().next().context("no time")?.parse::<u64>()?);
    }
    ensure!(!times.is_empty(), "the processor time of process {process} can't be read");
    Ok(times.iter().sum())
}
