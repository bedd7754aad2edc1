//! The behavior that every provider must have, tested on each.

use std::path::Path;

use backend::provider::ListedState;
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use url::Url;

use super::subject::{SCREEN, Subject, answers, prints, screenshot, try_shell};

macro_rules! every_provider {
    ($($name:ident),* $(,)?) => {
        mod local {
            $(#[tokio::test] async fn $name() { super::$name(super::Subject::local().await).await; })*
        }
        mod docker {
            $(#[tokio::test] async fn $name() { super::$name(super::Subject::docker().await).await; })*
        }
    };
}

every_provider!(
    a_started_desktop_shows_its_screen,
    starting_a_running_desktop_changes_nothing,
    concurrent_starts_share_one_desktop,
    a_stopped_desktop_keeps_its_home,
    a_removed_desktop_leaves_nothing,
    stopping_and_removing_an_absent_desktop_succeeds,
    a_paused_desktop_resumes_where_it_was,
    starting_a_paused_desktop_resumes_it,
    a_paused_desktop_can_be_stopped,
    the_end_of_a_desktop_has_a_reason,
    listing_returns_the_state_of_each_desktop,
    desktops_have_homes_and_tokens_of_their_own,
    a_home_that_outgrows_its_limit_ends_its_desktop_with_a_reason,
    the_browser_starts,
);

/// Where a desktop's agent is.
fn place(access: &DesktopAccess) -> (&Url, Option<&Path>) {
    (&access.url, access.socket.as_deref())
}

async fn a_started_desktop_shows_its_screen(subject: Subject) {
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    assert_eq!(access.screen, SCREEN);
    assert!(!screenshot(&access).await.is_empty());
    subject.provider.close().await;
}

async fn starting_a_running_desktop_changes_nothing(subject: Subject) {
    let id = DesktopId::generate();
    let first = subject.provider.start(id).await.unwrap();
    prints(&first, "echo still here > /tmp/mark").await;
    let again = subject.provider.start(id).await.unwrap();
    assert_eq!(prints(&again, "cat /tmp/mark").await.trim(), "still here");
    assert_eq!(place(&subject.provider.endpoint(id).await.unwrap().unwrap()), place(&again));
    subject.provider.close().await;
}

async fn concurrent_starts_share_one_desktop(subject: Subject) {
    let id = DesktopId::generate();
    let first = subject.provider.start(id).await.unwrap();
    let (one, other) = tokio::join!(subject.provider.start(id), subject.provider.start(id));
    assert_eq!(place(&one.unwrap()), place(&first));
    assert_eq!(other.unwrap().token.expose(), first.token.expose());
    subject.provider.close().await;
}

async fn a_stopped_desktop_keeps_its_home(subject: Subject) {
    let id = DesktopId::generate();
    let access = subject.provider.start(id).await.unwrap();
    prints(&access, "echo kept > ~/kept.txt").await;
    subject.provider.stop(id).await.unwrap();
    assert!(!answers(&access).await);
    assert!(subject.provider.endpoint(id).await.unwrap().is_none());
    let access = subject.provider.start(id).await.unwrap();
    assert_eq!(prints(&access, "cat ~/kept.txt").await.trim(), "kept");
    subject.provider.close().await;
}

async fn a_removed_desktop_leaves_nothing(subject: Subject) {
    let id = DesktopId::generate();
    let access = subject.provider.start(id).await.unwrap();
    prints(&access, "echo secret > ~/secret.txt").await;
    subject.provider.remove(id).await.unwrap();
    assert!(!answers(&access).await);
    assert_eq!(subject.listed(id).await, None);
    let access = subject.provider.start(id).await.unwrap();
    prints(&access, "test ! -e ~/secret.txt").await;
    subject.provider.close().await;
}

async fn stopping_and_removing_an_absent_desktop_succeeds(subject: Subject) {
    let id = DesktopId::generate();
    subject.provider.stop(id).await.unwrap();
    subject.provider.pause(id).await.unwrap();
    subject.provider.resume(id).await.unwrap();
    subject.provider.remove(id).await.unwrap();
    assert!(subject.provider.endpoint(id).await.unwrap().is_none());
    assert!(!subject.provider.ended(id).await.is_empty());
}

/// Starts a program that counts, and prints its process id.
const COUNTER: &str = "nohup sh -c 'while :; do echo x >> ~/counter; sleep 0.02; done' >/dev/null 2>&1 & echo $!; \
                       until [ -s ~/counter ]; do sleep 0.02; done";

async fn a_paused_desktop_resumes_where_it_was(subject: Subject) {
    let id = DesktopId::generate();
    let access = subject.provider.start(id).await.unwrap();
    let printed = prints(&access, COUNTER).await;
    let pid = printed.split_whitespace().last().unwrap();
    subject.provider.pause(id).await.unwrap();
    assert_eq!(subject.listed(id).await.unwrap().state, ListedState::Paused);
    let counted = subject.home_file(id, "counter");
    // Starting another desktop takes long enough that a running program would have counted on.
    subject.provider.start(DesktopId::generate()).await.unwrap();
    assert_eq!(subject.home_file(id, "counter"), counted);
    subject.provider.pause(id).await.unwrap();
    subject.provider.resume(id).await.unwrap();
    assert_eq!(subject.listed(id).await.unwrap().state, ListedState::Running);
    // The same process continues to count.
    let wait = "n=$(wc -l < ~/counter); until [ $(wc -l < ~/counter) -gt $n ]; do sleep 0.02; done";
    prints(&access, &format!("kill -0 {pid} && {wait}")).await;
    subject.provider.close().await;
}

async fn starting_a_paused_desktop_resumes_it(subject: Subject) {
    let id = DesktopId::generate();
    subject.provider.start(id).await.unwrap();
    subject.provider.pause(id).await.unwrap();
    let access = subject.provider.start(id).await.unwrap();
    assert!(!screenshot(&access).await.is_empty());
    assert_eq!(subject.listed(id).await.unwrap().state, ListedState::Running);
    subject.provider.close().await;
}

async fn a_paused_desktop_can_be_stopped(subject: Subject) {
    let id = DesktopId::generate();
    let access = subject.provider.start(id).await.unwrap();
    subject.provider.pause(id).await.unwrap();
    subject.provider.stop(id).await.unwrap();
    assert!(!answers(&access).await);
    assert_eq!(subject.listed(id).await.unwrap().state, ListedState::Stopped);
}

async fn the_end_of_a_desktop_has_a_reason(subject: Subject) {
    let id = DesktopId::generate();
    let access = subject.provider.start(id).await.unwrap();
    let end = async {
        // A desktop can't run without its X server.
        let kill = "for p in /proc/[0-9]*; do [ \"$(cat $p/comm)\" = Xvfb ] && kill -9 ${p#/proc/}; done";
        // The response may be cut off, because the desktop ends.
        let _ = try_shell(&access, kill).await;
    };
    let (reason, ()) = tokio::join!(subject.provider.ended(id), end);
    assert!(reason.ends_with('.') && reason.contains("ended"), "{reason}");
    assert!(subject.provider.endpoint(id).await.unwrap().is_none());
    let access = subject.provider.start(id).await.unwrap();
    assert!(!screenshot(&access).await.is_empty());
    subject.provider.close().await;
}

async fn listing_returns_the_state_of_each_desktop(subject: Subject) {
    let (up, down) = (DesktopId::generate(), DesktopId::generate());
    subject.provider.start(up).await.unwrap();
    subject.provider.start(down).await.unwrap();
    subject.provider.stop(down).await.unwrap();
    let listed = subject.provider.list().await.unwrap();
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert_eq!(subject.listed(up).await.unwrap().state, ListedState::Running);
    let down = subject.listed(down).await.unwrap();
    assert_eq!(down.state, ListedState::Stopped);
    subject.provider.discard(&down).await.unwrap();
    assert_eq!(subject.listed(down.id).await, None);
    subject.provider.close().await;
}

async fn desktops_have_homes_and_tokens_of_their_own(subject: Subject) {
    let one = subject.provider.start(DesktopId::generate()).await.unwrap();
    let other = subject.provider.start(DesktopId::generate()).await.unwrap();
    prints(&one, "echo mine > ~/mine.txt").await;
    prints(&other, "test ! -e ~/mine.txt").await;
    let url = other.url.join("/v1/screenshot").unwrap();
    let answer =
        super::subject::client(&other).get(url).bearer_auth(one.token.expose()).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let health = super::subject::client(&other).get(other.url.join("/health").unwrap());
    assert_eq!(health.bearer_auth(one.token.expose()).send().await.unwrap().status(), 401);
    subject.provider.close().await;
}

async fn a_home_that_outgrows_its_limit_ends_its_desktop_with_a_reason(subject: Subject) {
    let id = DesktopId::generate();
    let access = subject.provider.start(id).await.unwrap();
    let fill = "for i in $(seq 10); do head -c 10M /dev/zero > ~/$i; done";
    let (reason, _) = tokio::join!(subject.provider.ended(id), try_shell(&access, fill));
    assert!(reason.starts_with("Its home folder has outgrown the 64 MB"), "{reason}");
    let access = subject.provider.start(id).await.unwrap();
    prints(&access, "rm -r ~/*").await;
    subject.provider.close().await;
}

async fn the_browser_starts(subject: Subject) {
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    let page = "chromium --headless --dump-dom 'data:text/html,<p>it renders</p>' 2>/dev/null";
    assert!(prints(&access, page).await.contains("it renders"));
    subject.provider.close().await;
}
