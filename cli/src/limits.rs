//! What whoever is logged in lets their own runs cost.

use std::io::Write as _;

use protocol::dollars::Dollars;
use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::remote::Remote;

const PATH: &str = "users/me/limits";

/// Show what your runs may cost and what was spent of it, or set limits of your own; `deskhand login` comes first
#[derive(clap::Args)]
pub(crate) struct Limits {
    /// Dollars that each run may cost, such as 0.5, or none
    #[arg(long, value_parser = amount)]
    run: Option<Amount>,
    /// Dollars that each chat may cost
    #[arg(long, value_parser = amount)]
    chat: Option<Amount>,
    /// Dollars that a day in UTC may cost
    #[arg(long, value_parser = amount)]
    day: Option<Amount>,
    /// Dollars that a month in UTC may cost
    #[arg(long, value_parser = amount)]
    month: Option<Amount>,
}

/// A limit, or none.
#[derive(Debug, Clone, Copy)]
struct Amount(Option<Dollars>);

/// Limits of one's own, as the API has them.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Own {
    dollars_per_run: Option<Dollars>,
    dollars_per_chat: Option<Dollars>,
    dollars_per_day: Option<Dollars>,
    dollars_per_month: Option<Dollars>,
}

/// What was spent of a limit.
#[derive(Deserialize)]
struct Budget {
    of: String,
    per: String,
    limit_microdollars: u64,
    used_microdollars: u64,
}

/// All limits that apply.
#[derive(Deserialize)]
struct Listed {
    own: Own,
    budgets: Vec<Budget>,
}

impl Limits {
    /// Sets the limits that are named, if any, and shows all.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let remote = Remote::open().await?;
        let mut listed: Listed = remote.call(Method::GET, PATH, None).await?;
        if let Some(changed) = self.changed(listed.own) {
            listed = remote.call(Method::PUT, PATH, Some(&serde_json::to_value(changed)?)).await?;
        }
        let mut stdout = std::io::stdout();
        if listed.budgets.is_empty() {
            writeln!(stdout, "There is no limit on costs.")?;
        }
        for Budget { of, per, limit_microdollars, used_microdollars } in listed.budgets {
            let dollars = Dollars::from_microdollars;
            let (limit, used) = (dollars(limit_microdollars), dollars(used_microdollars));
            match per.as_str() {
                "run" | "chat" => writeln!(stdout, "{of}  {per}  ${limit}")?,
                _ => writeln!(stdout, "{of}  {per}  ${used} of ${limit}")?,
            }
        }
        Ok(())
    }

    /// The limits with those that are named; `None` if none is.
    fn changed(&self, own: Own) -> Option<Own> {
        let Self { run, chat, day, month } = self;
        if [run, chat, day, month].iter().all(|limit| limit.is_none()) {
            return None;
        }
        let with = |named: &Option<Amount>, before| named.map_or(before, |Amount(limit)| limit);
        Some(Own {
            dollars_per_run: with(run, own.dollars_per_run),
            dollars_per_chat: with(chat, own.dollars_per_chat),
            dollars_per_day: with(day, own.dollars_per_day),
            dollars_per_month: with(month, own.dollars_per_month),
        })
    }
}

fn amount(text: &str) -> Result<Amount, String> {
    if text == "none" {
        return Ok(Amount(None));
    }
    let limit = text.trim_start_matches('$').parse::<Dollars>();
    limit.map(|limit| Amount(Some(limit))).map_err(|error| error.to_string())
}
