//! A connection through the proxy on standard input and output, for programs such as ssh that know no proxies.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, bail};

/// How long the proxy may take to answer. It tries each address of a host for 10 s.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// Maximum length of the proxy's answer, in bytes.
const MAX_ANSWER: u64 = 16 << 10;

/// Connects to a port of a host, and copies both directions until the host closes the connection.
///
/// # Errors
/// When no proxy is named in the environment, or it does not connect.
pub fn connect(host: &str, port: u16) -> anyhow::Result<()> {
    let stream = through_proxy(host, port)?;
    let (mut sending, mut receiving) = (stream.try_clone()?, stream);
    std::thread::Builder::new().spawn(move || {
        // The host notices either way.
        let _ = copy(&mut io::stdin().lock(), &mut sending);
        let _ = sending.shutdown(Shutdown::Write);
    })?;
    copy(&mut receiving, &mut io::stdout().lock()).context("the connection broke")
}

fn through_proxy(host: &str, port: u16) -> anyhow::Result<TcpStream> {
    let variable = ["https_proxy", "HTTPS_PROXY"].iter().find_map(|name| std::env::var(name).ok());
    let proxy = variable.context("no proxy is named in the variable https_proxy")?;
    let address = proxy.trim_start_matches("http://").trim_end_matches('/');
    let mut stream =
        TcpStream::connect(address).with_context(|| format!("could not connect to the proxy {proxy}"))?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    // An IPv6 address is bracketed.
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    write!(stream, "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n")?;
    let (status, body) = answer(&stream).context("the proxy did not answer")?;
    if status != 200 {
        bail!("{}", body.trim());
    }
    stream.set_read_timeout(None)?;
    Ok(stream)
}

/// The status of the proxy's answer, and the reason that it gives if that is none of success. Reads nothing after a
/// successful answer, which belongs to the host.
fn answer(stream: &TcpStream) -> anyhow::Result<(u16, String)> {
    let mut status = None;
    let mut length = 0;
    // One byte at a time, so that nothing of the host's is buffered here.
    let mut answer = BufReader::with_capacity(1, stream.take(MAX_ANSWER));
    loop {
        let mut line = String::new();
        if answer.read_line(&mut line)? == 0 {
            bail!("the answer broke off");
        }
        let line = line.trim_end();
        if status.is_none() {
            let code = line.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok());
            status = Some(code.context("the answer is none of HTTP")?);
        } else if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
        let Some(status) = status.filter(|_| line.is_empty()) else { continue };
        let mut body = String::new();
        if status != 200 {
            answer.take(length).read_to_string(&mut body)?;
        }
        return Ok((status, body));
    }
}

/// Copies and flushes each piece.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; 32 << 10];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        to.write_all(buffer.get(..read).unwrap_or_default())?;
        to.flush()?;
    }
}
