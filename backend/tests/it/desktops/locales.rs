//! Desktops have the time zone and language of their person, in both kinds of containment.

use std::sync::Arc;

use protocol::run::DesktopAccess;
use reqwest::Method;
use serde_json::json;

use super::pool::{chat, filled, row};
use super::subject::{Subject, prints};
use crate::app::{Options, TestApp, ok};

/// Says what a page learns.
const PAGE: &str = "<script>document.title = [Intl.DateTimeFormat().resolvedOptions().timeZone, \
    navigator.language, navigator.languages].join(' ')</script>";

/// Checks the shell, the panel and the browser.
async fn everything_is_in_vienna(access: &DesktopAccess) {
    assert_eq!(prints(access, "date -d @0 '+%Z %B'; echo $LANG").await, "CET Jänner\nde_AT.UTF-8\n");
    assert_eq!(prints(access, "locale 2>&1 | grep -e LC_TIME -e annot").await, "LC_TIME=\"de_AT.UTF-8\"\n");
    let panel =
        "until tr '\\0' ' ' < /proc/$(pgrep -x tint2)/environ | grep -q TZ=Europe/Vienna; do sleep 0.1; done";
    prints(access, panel).await;
    let page =
        format!("echo \"{PAGE}\" > p.html; chromium --headless --dump-dom file://$PWD/p.html 2>/dev/null");
    let page = prints(access, &page).await;
    assert!(page.contains("<title>Europe/Vienna de-AT de-AT,de</title>"), "{page}");
}

/// A pooled desktop has started before anybody takes it.
async fn a_pooled_desktop_gets_the_locale_of_who_takes_it(subject: Subject) {
    let provider = Some(Arc::clone(&subject.provider));
    let app = TestApp::start_with(Options { desktop_pool: Some(1), provider, ..Options::default() }).await;
    let token = app.user("ada").await;
    let changes = json!({ "time_zone": "Europe/Vienna", "language": "de-AT" });
    ok(app.request(Method::PATCH, "/api/v1/users/me").bearer_auth(&token).json(&changes)).await;
    let warm = filled(&app).await;
    let access = app.state.desktops.provider.endpoint(warm).await.unwrap().unwrap();
    assert_eq!(prints(&access, "date -d @0 +%Z").await, "UTC\n");
    let chat = chat(&app, &token).await;
    let access = app.state.desktops.ensure(chat).await.unwrap();
    assert_eq!(row(&app, chat).await.id, warm);
    everything_is_in_vienna(&access).await;
    app.stop().await;
}

/// A change applies when the desktop starts again.
async fn a_desktop_starts_with_the_locale_of_its_person(subject: Subject) {
    let provider = Some(Arc::clone(&subject.provider));
    let app = TestApp::start_with(Options { desktop_pool: Some(0), provider, ..Options::default() }).await;
    let token = app.user("ada").await;
    let set = async |changes| {
        ok(app.request(Method::PATCH, "/api/v1/users/me").bearer_auth(&token).json(&changes)).await;
    };
    set(json!({ "detected_time_zone": "Asia/Tokyo" })).await;
    let chat = chat(&app, &token).await;
    let zone = async || {
        let access = app.state.desktops.ensure(chat).await.unwrap();
        prints(&access, "date -d @0 +%Z").await
    };
    assert_eq!(zone().await, "JST\n");
    set(json!({ "time_zone": "Europe/Vienna" })).await;
    assert_eq!(zone().await, "JST\n", "it runs");
    let id = row(&app, chat).await.id;
    let lost = app.state.desktops.running(chat).await.unwrap();
    app.state.desktops.provider.stop(id).await.unwrap();
    app.state.desktops.replace(chat, &lost).await.unwrap();
    assert_eq!(zone().await, "CET\n");
    app.stop().await;
}

mod local {
    use super::Subject;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_pooled_desktop_gets_the_locale_of_who_takes_it() {
        super::a_pooled_desktop_gets_the_locale_of_who_takes_it(Subject::local().await).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_desktop_starts_with_the_locale_of_its_person() {
        super::a_desktop_starts_with_the_locale_of_its_person(Subject::local().await).await;
    }
}

mod in_containers {
    use super::Subject;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_pooled_desktop_gets_the_locale_of_who_takes_it() {
        super::a_pooled_desktop_gets_the_locale_of_who_takes_it(Subject::docker().await).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_desktop_starts_with_the_locale_of_its_person() {
        super::a_desktop_starts_with_the_locale_of_its_person(Subject::docker().await).await;
    }
}
