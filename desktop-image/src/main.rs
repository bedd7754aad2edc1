//! The whole desktop as one command: X server, window manager, programs, and the API to use them.

#![expect(unsafe_code, reason = "only `main` knows that the process has a single thread")]

use std::ffi::OsString;
use std::net::SocketAddr;
use std::os::fd::{BorrowedFd, FromRawFd as _, OwnedFd, RawFd};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use desktop_agent::agent::{self, Lifeline};
use desktop_agent::config::{Config, DEFAULT_MAX_SCREEN, MemoryConfig, parse_screen};
use desktop_agent::egress::connect::connect;
use desktop_agent::environment::{SingleThreaded, TOKEN_VARIABLE};
use desktop_agent::home_limit::HomeOutgrown;
use desktop_agent::http::token::Token;
use desktop_agent::listen::Listen;
use desktop_agent::memory_limit::MemoryOutgrown;
use desktop_agent::open::open_or_explain;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use protocol::action::Size;
use protocol::agent::{HOME_OUTGROWN, MEMORY_OUTGROWN};
use protocol::locale::Locale;
use telemetry::redacting::say;

/// Starts a desktop and serves its API; prints one line of JSON once it can be used. The API's token comes
/// in the environment variable DESKHAND_AGENT_TOKEN, or on standard input.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    desktop: Option<DesktopArguments>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Connect to a host through the proxy in the variable https_proxy, and copy standard input and output: a
    /// ProxyCommand for ssh
    Connect {
        /// The host
        host: String,
        /// Its port
        port: u16,
    },
    /// Open a file or address with the desktop's application for it; without one, show a window that says so. Desktops
    /// have this as `xdg-open`
    Open {
        /// The file or address
        target: OsString,
    },
}

#[derive(Debug, Args)]
struct DesktopArguments {
    /// Home folder of the person at the desktop
    #[arg(long)]
    home: PathBuf,
    /// Pixels of the screen
    #[arg(long, value_parser = parse_screen, default_value = "1280x800")]
    screen: Size,
    /// Pixels that the screen may be resized to while it runs; as a rule 1920x1200, or the screen if larger
    #[arg(long, value_parser = parse_screen)]
    max_screen: Option<Size>,
    /// Time zone of programs, until another is set
    #[arg(long)]
    time_zone: Option<String>,
    /// Their language, as a tag such as de-AT
    #[arg(long, requires = "time_zone")]
    language: Option<String>,
    /// Where the API listens; port 0 takes any
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Serve the API on this inherited descriptor of a listening Unix socket instead
    #[arg(long, conflicts_with = "listen")]
    listen_fd: Option<RawFd>,
    /// Pass connections to 127.0.0.1:3128, which programs take for their proxy, to the Unix socket that this inherited
    /// descriptor names; it is opened with O_PATH
    #[arg(long)]
    egress_fd: Option<RawFd>,
    /// Folder for sockets and generated settings
    #[arg(long)]
    runtime_dir: PathBuf,
    /// End when standard input ends, so that no desktop outlives its parent
    #[arg(long)]
    lifeline: bool,
    /// Take the API's token from the first line of standard input. What a container gets in its environment
    /// is shown to everybody who may inspect it
    #[arg(long)]
    token_on_stdin: bool,
    /// Bytes that the home folder may take of its disk. A larger file is stopped by the kernel; a folder that outgrows
    /// it ends the desktop with exit status 28
    #[arg(long)]
    home_bytes: Option<u64>,
    /// Bytes of memory that programs may take. Beyond it the largest is ended, where no control group does that
    #[arg(long)]
    memory_bytes: Option<u64>,
    /// A folder in memory, whose files count too
    #[arg(long = "in-memory", value_name = "FOLDER")]
    in_memory: Vec<PathBuf>,
    /// Processes and threads that this user may have
    #[arg(long)]
    max_processes: Option<u64>,
    /// Log each request
    #[arg(long, env = telemetry::access_log::VARIABLE)]
    access_log: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("Error: {error:?}"));
            if error.is::<HomeOutgrown>() {
                ExitCode::from(HOME_OUTGROWN)
            } else if error.is::<MemoryOutgrown>() {
                ExitCode::from(MEMORY_OUTGROWN)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Takes an inherited descriptor, which programs of the desktop do not inherit in turn.
fn inherited(descriptor: RawFd) -> anyhow::Result<OwnedFd> {
    // SAFETY: it is only borrowed for this call, which fails if it is not open.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
    fcntl(borrowed, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))
        .with_context(|| format!("descriptor {descriptor} was not inherited"))?;
    // SAFETY: it is open, and whoever starts the agent passes each descriptor once and for this purpose.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

fn run() -> anyhow::Result<()> {
    // SAFETY: no thread has been started yet, and `start` consumes the value before the runtime starts its own.
    let single = unsafe { SingleThreaded::assume() };
    let token = single.take_token();
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Connect { host, port }) => return connect(&host, port),
        Some(Command::Open { target }) => return open_or_explain(&target),
        None => {}
    }
    let DesktopArguments {
        home,
        screen,
        max_screen,
        time_zone,
        language,
        listen,
        listen_fd,
        egress_fd,
        runtime_dir,
        lifeline,
        token_on_stdin,
        home_bytes,
        memory_bytes,
        in_memory,
        max_processes,
        access_log,
    } = arguments.desktop.context("a desktop needs --home and --runtime-dir")?;
    let listen = match listen_fd {
        Some(descriptor) => Listen::Inherited(inherited(descriptor)?),
        None => Listen::Address(listen),
    };
    let egress = egress_fd.map(inherited).transpose()?;
    let max_screen = max_screen.unwrap_or(DEFAULT_MAX_SCREEN);
    let max_screen =
        Size { width: max_screen.width.max(screen.width), height: max_screen.height.max(screen.height) };
    telemetry::logging::init("info,enigo=error,xcap=error", |_| None);
    let token = if token_on_stdin {
        Token::read_line(&mut std::io::stdin().lock())
            .context("could not read the token from standard input")?
    } else {
        Token::new(token.with_context(|| format!("{TOKEN_VARIABLE} is not set"))?)
    };
    let memory = memory_bytes.map(|bytes| MemoryConfig { bytes, in_memory });
    let config = Config {
        home,
        screen,
        max_screen,
        locale: time_zone.map(|time_zone| Locale { time_zone, language }),
        listen: Some(listen),
        egress,
        runtime_dir,
        home_bytes,
        memory,
        max_processes,
        access_log: access_log.into(),
    };
    let started = agent::start(config, token, single)?;
    let lifeline = if lifeline { Lifeline::StandardInput } else { Lifeline::None };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("could not start the runtime")?;
    let outcome = runtime.block_on(started.serve(lifeline));
    // Do not wait for blocking tasks: nothing of value is left.
    runtime.shutdown_background();
    outcome
}
