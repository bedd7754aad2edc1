//! The soak test and its report.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use protocol::action::{Action, Button};
use protocol::agent::actions::{ActionBatchResult, ActionOutcome};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::actions::{Places, batch, must_be_refused};
use super::desktop::TestDesktop;
use super::measure::Figures;

/// The initial figures are taken after one in so many actions, when the agent has allocated what it needs.
const WARM_UP: u64 = 10;
/// With fewer actions, it may not have made a screenshot yet.
const SHORTEST_WARM_UP: u64 = 100;
/// One in so many batches is cancelled.
const CANCELLED: u32 = 4;
/// How long resources may take to be released.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(30);
/// Kilobytes by which the agent may grow.
const GROWTH: u64 = 8 * 1024;

/// The result of a soak test.
#[derive(Debug)]
pub(crate) struct Report {
    before: Figures,
    after: Figures,
    actions: u64,
    batches: u64,
    cancelled: u64,
    refused: u64,
    took: Duration,
    keys_held: Vec<usize>,
    mask_held: u16,
}

/// The progress.
#[derive(Debug, Default)]
struct Done {
    actions: u64,
    batches: u64,
    cancelled: u64,
    refused: u64,
}

/// Sends a number of random actions to a new agent.
///
/// # Errors
/// When a valid action fails, or a key is held after a batch.
pub(crate) async fn run(agent: &Path, actions: u64, seed: u64) -> anyhow::Result<Report> {
    let desktop = TestDesktop::open(agent).await?;
    let mut random = StdRng::seed_from_u64(seed);
    let mut done = Done::default();
    let started = Instant::now();
    send(&desktop, &mut random, &mut done, (actions / WARM_UP).max(SHORTEST_WARM_UP)).await?;
    release(&desktop).await?;
    let before = rested(&desktop, None).await?;
    send(&desktop, &mut random, &mut done, actions).await?;
    release(&desktop).await?;
    let after = rested(&desktop, Some(before)).await?;
    let Done { actions, batches, cancelled, refused } = done;
    let (keys_held, mask_held) = (desktop.keys_held()?, desktop.mask_held()?);
    desktop.close()?;
    let took = started.elapsed();
    Ok(Report { before, after, actions, batches, cancelled, refused, took, keys_held, mask_held })
}

/// Sends batches until this many actions have been sent in total.
async fn send(desktop: &TestDesktop, random: &mut StdRng, done: &mut Done, until: u64) -> anyhow::Result<()> {
    while done.actions < until {
        let mut windows = desktop.windows().await?;
        // Independent of the stacking order, so that the same seed gives the same positions.
        windows.sort_by_key(|window| window.id);
        let windows: Vec<_> = windows.into_iter().map(|window| window.region).collect();
        ensure!(windows.len() >= 2, "a program has ended after {} actions; left: {windows:?}", done.actions);
        let places = Places { windows, screen: desktop.ready().screen };
        let actions = batch(random, &places);
        done.actions += u64::try_from(actions.len())?;
        done.batches += 1;
        let request = desktop.run(actions.clone(), random.random_ratio(1, 3));
        if random.random_ratio(1, CANCELLED) {
            let timeout = Duration::from_millis(random.random_range(0..400));
            // A timeout drops the request, which closes its connection.
            done.cancelled += u64::from(tokio::time::timeout(timeout, request).await.is_err());
            // This batch runs once the cancelled one has ended.
            desktop.run(vec![Action::CursorPosition], false).await?;
        } else {
            done.refused += check(&actions, &request.await?)?;
        }
        let keys = desktop.keys_held()?;
        ensure!(keys.is_empty(), "keys {keys:?} are held after {actions:?}");
    }
    Ok(())
}

/// Checks the result of a batch. Returns 1 if an action was rejected as it must be, otherwise 0.
fn check(actions: &[Action], result: &ActionBatchResult) -> anyhow::Result<u64> {
    ensure!(result.results.len() == actions.len(), "results are missing");
    let refused = actions.iter().position(must_be_refused).unwrap_or(actions.len());
    for (index, (action, result)) in actions.iter().zip(&result.results).enumerate() {
        match (&result.outcome, index.cmp(&refused)) {
            (ActionOutcome::Done, std::cmp::Ordering::Less)
            | (ActionOutcome::Failed { .. }, std::cmp::Ordering::Equal)
            | (ActionOutcome::Skipped, std::cmp::Ordering::Greater) => {}
            (outcome, _) => bail!("{outcome:?} for {action:?}"),
        }
    }
    Ok(u64::from(refused < actions.len()))
}

/// Releases buttons that actions have left down.
async fn release(desktop: &TestDesktop) -> anyhow::Result<()> {
    let buttons = [Button::Left, Button::Middle, Button::Right];
    let up = buttons.map(|button| Action::MouseUp { button }).to_vec();
    // Open menus grab the pointer.
    let escape = Action::Key { chord: "Escape".into(), repeat: 2 };
    let results = desktop.run([up, vec![escape]].concat(), false).await?.results;
    ensure!(results.iter().all(|result| result.outcome == ActionOutcome::Done), "nothing could be released");
    Ok(())
}

/// The figures once they are stable, or no higher than `before`, or after the timeout.
async fn rested(desktop: &TestDesktop, before: Option<Figures>) -> anyhow::Result<Figures> {
    let deadline = Instant::now() + RELEASE_TIMEOUT;
    let mut last = desktop.figures().await?;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = desktop.figures().await?;
        let low = before.map_or(now == last, |before| leaks(&before, &now).is_empty());
        if low || Instant::now() > deadline {
            return Ok(now);
        }
        last = now;
    }
}

/// The names of figures that exceed the bounds.
fn leaks(before: &Figures, after: &Figures) -> Vec<&'static str> {
    let grown = [
        ("file descriptors", after.agent.files > before.agent.files),
        ("threads", after.agent.threads > before.agent.threads),
        ("resident memory", after.agent.resident_kb > before.agent.resident_kb + GROWTH),
        ("anonymous memory", after.agent.anonymous_kb > before.agent.anonymous_kb + GROWTH),
        ("processes", after.processes > before.processes),
        ("zombies", after.zombies > 0),
    ];
    grown.into_iter().filter(|(_, grown)| *grown).map(|(name, _)| name).collect()
}

impl Report {
    /// Checks that nothing leaked.
    ///
    /// # Errors
    /// When a figure exceeds its bound, or the soak tested nothing.
    pub(crate) fn verdict(&self) -> anyhow::Result<()> {
        ensure!(self.keys_held.is_empty(), "keys are held: {:?}", self.keys_held);
        ensure!(self.mask_held == 0, "buttons or modifiers are held: {:#x}", self.mask_held);
        ensure!(self.cancelled > 0 && self.refused > 0, "nothing was cancelled or nothing was refused");
        let leaks = leaks(&self.before, &self.after);
        ensure!(leaks.is_empty(), "more than before: {}", leaks.join(", "));
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, after, actions, batches, cancelled, refused, took, keys_held, mask_held } = self;
        writeln!(
            out,
            "{actions} actions in {batches} batches, {cancelled} cancelled, {refused} refused in part, {:.0} s",
            took.as_secs_f64()
        )?;
        writeln!(out, "{:<28}{:>10}{:>10}", "", "before", "after")?;
        let rows = [
            ("file descriptors", before.agent.files.to_string(), after.agent.files.to_string()),
            ("threads", before.agent.threads.to_string(), after.agent.threads.to_string()),
            (
                "resident memory, kB",
                before.agent.resident_kb.to_string(),
                after.agent.resident_kb.to_string(),
            ),
            (
                "anonymous memory, kB",
                before.agent.anonymous_kb.to_string(),
                after.agent.anonymous_kb.to_string(),
            ),
            (
                "proportional memory, kB",
                before.agent.proportional_kb.to_string(),
                after.agent.proportional_kb.to_string(),
            ),
            ("processes below", before.processes.to_string(), after.processes.to_string()),
            ("zombies", before.zombies.to_string(), after.zombies.to_string()),
        ];
        for (name, before, after) in rows {
            writeln!(out, "{name:<28}{before:>10}{after:>10}")?;
        }
        write!(out, "held: {} keys, mask {mask_held:#x}", keys_held.len())
    }
}
