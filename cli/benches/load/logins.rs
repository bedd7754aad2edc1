//! Logins: what a wrong password tells about an account, and what many logins at once cost.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::deskhand::{Deskhand, PASSWORD, ok};
use crate::figures::{Figure, memory};

/// Each has one failed login, so that nobody is slowed down.
const PEOPLE: usize = 60;
const AT_ONCE: usize = 200;

pub(crate) async fn measure() -> Vec<Figure> {
    let data = tempfile::tempdir().unwrap();
    // Each login comes from an address of its own, as those of people do.
    let deskhand = Deskhand::up_with(data.path(), &[("DESKHAND_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let administrator = deskhand.first_administrator().await;
    for person in 0..PEOPLE {
        let form = json!({
            "username": format!("person{person}"), "email": format!("person{person}@example.com"),
            "password": PASSWORD,
        });
        ok(deskhand.request(Method::POST, "/users").bearer_auth(&administrator).json(&form)).await;
    }

    println!("{PEOPLE} wrong passwords, and as many unknown names");
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for person in 0..PEOPLE {
        let name = format!("person{person}");
        known.push(refused(&deskhand, &name, 2 * person).await);
        unknown.push(refused(&deskhand, &name.replace("person", "nobody"), 2 * person + 1).await);
    }
    let difference = 100.0 * (median(&mut unknown) / median(&mut known) - 1.0).abs();

    println!("{AT_ONCE} logins at once");
    let pid = deskhand.pid().as_raw();
    let before = memory(pid);
    let deskhand = &deskhand;
    let logins =
        join_all((0..AT_ONCE).map(async |login| {
            attempt(deskhand, &format!("person{}", login % PEOPLE), PASSWORD, login).await
        }));
    tokio::pin!(logins);
    let mut most = before;
    let answers = loop {
        tokio::select! {
            answers = &mut logins => break answers,
            () = tokio::time::sleep(Duration::from_millis(20)) => most = most.max(memory(pid)),
        }
    };
    let times = |wanted: StatusCode| {
        answers.iter().filter(|(status, _)| *status == wanted).map(|(_, time)| *time).collect::<Vec<_>>()
    };
    let (done, busy) = (times(StatusCode::OK), times(StatusCode::SERVICE_UNAVAILABLE));
    let others = answers.len() - done.len() - busy.len();
    vec![
        Figure::one("logins: unknown names differ from wrong passwords, median", difference, "%", Some(10.0)),
        Figure::one("logins: memory for 200 at once", most - before, "MiB", Some(512.0)),
        Figure::percentile("logins: those that were done at once", 95.0, done, None),
        Figure::one("logins: those told to come again", busy.len() as f64, "", None),
        Figure::one("logins: other answers", others as f64, "", Some(0.0)),
    ]
}

/// How long a login takes that is refused.
async fn refused(deskhand: &Deskhand, name: &str, address: usize) -> Duration {
    let (status, time) = attempt(deskhand, name, "a wrong password", address).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{name}");
    time
}

async fn attempt(deskhand: &Deskhand, name: &str, password: &str, address: usize) -> (StatusCode, Duration) {
    let form = json!({ "username": name, "password": password });
    // A network of its own for each.
    let address = format!("198.{}.{}.1", 18 + address / 256, address % 256);
    let request =
        deskhand.request(Method::POST, "/auth/login").header("x-forwarded-for", address).json(&form);
    let started = Instant::now();
    let answer = request.send().await.unwrap();
    let status = answer.status();
    answer.bytes().await.unwrap();
    (status, started.elapsed())
}

/// The median in milliseconds.
fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
