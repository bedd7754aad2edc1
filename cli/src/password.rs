//! Reads a password.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::Context as _;

/// A password typed at a prompt, else the next line of standard input.
pub(crate) fn read() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").context("asking for the password");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("reading the password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
