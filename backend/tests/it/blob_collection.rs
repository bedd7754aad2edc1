//! Garbage collection of blobs.

use std::convert::Infallible;

use backend::blobs::StagedBlob;
use backend::services::files::upload_row;
use backend::store::{Page, blobs, files, screenshots, users};
use diesel_async::RunQueryDsl as _;
use serde_json::json;

use crate::app::{TestApp, ok, until_waited_for};

/// Slightly more than the grace period, in seconds.
const GRACE: i64 = 11 * 60;

async fn stage(app: &TestApp, content: &'static [u8]) -> StagedBlob {
    let chunks = futures_util::stream::iter([Ok::<_, Infallible>(content)]);
    app.state.blobs.stage(chunks, 100).await.unwrap()
}

/// Creates a blob without a row.
async fn left_behind(app: &TestApp, content: &'static [u8]) -> String {
    let staged = stage(app, content).await;
    app.state.blobs.keep(&staged).await.unwrap();
    staged.sha256.clone()
}

async fn is_there(app: &TestApp, sha256: &str) -> bool {
    app.state.blobs.read(sha256).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_old_unreferenced_blobs_are_removed() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let uploaded = stage(&app, b"uploaded").await.sha256.clone();
    app.upload(&ada, "kept.txt", b"uploaded").await;
    let seen = left_behind(&app, b"seen").await;
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&ada)).await;
    let chat_id = chat["id"].as_str().unwrap().parse().unwrap();
    let mut conn = app.state.database.connection().await.unwrap();
    screenshots::insert(&mut conn, chat_id, &seen, "image/png").await.unwrap();
    drop(conn);
    let left = [left_behind(&app, b"left").await, left_behind(&app, b"left as well").await];
    app.state.blob_collector.sweep().await.unwrap();
    assert!(is_there(&app, &left[0]).await && is_there(&app, &left[1]).await);
    app.pass(GRACE);
    app.state.blob_collector.sweep().await.unwrap();
    assert!(!is_there(&app, &left[0]).await && !is_there(&app, &left[1]).await);
    assert!(is_there(&app, &uploaded).await && is_there(&app, &seen).await);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_files_are_kept_and_do_not_stop_the_sweep() {
    let app = TestApp::start().await;
    let left = left_behind(&app, b"left").await;
    let folder = app.data.path().join("blobs").join(&left[..2]);
    let strange = [folder.join("notes.txt"), folder.join(&left[2..4]).join("notes.txt")];
    for path in &strange {
        std::fs::write(path, "a person's").unwrap();
    }
    app.pass(GRACE);
    app.state.blob_collector.sweep().await.unwrap();
    assert!(!is_there(&app, &left).await);
    assert!(strange.iter().all(|path| path.exists()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_stored_again_during_a_sweep_is_kept() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let left = left_behind(&app, b"twice").await;
    app.pass(GRACE);
    let mut conn = app.state.database.connection().await.unwrap();
    let ada = users::list(&mut conn, "", Page { after: None, skip: 0, limit: 9 }).await.unwrap().remove(0);
    let staged = stage(&app, b"twice").await;
    let now = app.state.clock.now();
    let row = upload_row(ada.id, "twice.txt".into(), "text/plain".into(), &staged, now);
    diesel::sql_query("BEGIN").execute(&mut conn).await.unwrap();
    blobs::lock_shared(&mut conn, &staged.sha256).await.unwrap();
    app.state.blobs.keep(&staged).await.unwrap();
    // The row is not committed yet, so the sweep takes the blob for unreferenced until it gets the lock.
    let collector = app.state.blob_collector.clone();
    let mut sweeping = std::pin::pin!(collector.sweep());
    tokio::select! {
        _ = &mut sweeping => panic!("the sweep did not wait for who brings the bytes"),
        () = until_waited_for(&mut conn, "%") => {}
    }
    files::insert_upload(&mut conn, &row).await.unwrap();
    diesel::sql_query("COMMIT").execute(&mut conn).await.unwrap();
    sweeping.await.unwrap();
    assert!(is_there(&app, &left).await);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumbnail_is_small_made_once_and_deleted_with_its_screenshot() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&ada)).await;
    let chat_id = chat["id"].as_str().unwrap();
    // As noisy as no screen is.
    let noise = image::RgbImage::from_fn(1280, 800, |x, y| {
        image::Rgb([(x * 7 + y * 13) as u8, (x * y) as u8, y as u8])
    });
    let mut png = Vec::new();
    noise.write_with_encoder(image::codecs::png::PngEncoder::new(&mut png)).unwrap();
    let keep = async |content: Vec<u8>| {
        let staged =
            app.state.blobs.stage(futures_util::stream::iter([Ok::<_, Infallible>(content)]), 1 << 30).await;
        let staged = staged.unwrap();
        app.state.blobs.keep(&staged).await.unwrap();
        let mut conn = app.state.database.connection().await.unwrap();
        screenshots::insert(&mut conn, chat_id.parse().unwrap(), &staged.sha256, "image/png").await.unwrap();
        staged.sha256.clone()
    };
    let (seen, broken) = (keep(png.clone()).await, keep(b"no picture".to_vec()).await);
    let get = |sha256: &str, query: &str| {
        app.get(&format!("/api/v1/chats/{chat_id}/screenshots/{sha256}{query}")).bearer_auth(&ada).send()
    };
    assert_eq!(get(&seen, "").await.unwrap().bytes().await.unwrap(), png);
    for _ in 0..2 {
        let thumbnail = get(&seen, "?thumbnail=true").await.unwrap();
        assert_eq!(thumbnail.headers()["content-type"], "image/jpeg");
        let bytes = thumbnail.bytes().await.unwrap();
        let small = image::load_from_memory(&bytes).unwrap();
        assert_eq!((small.width(), small.height()), (320, 200));
        assert!(bytes.len() < 60_000, "{}", bytes.len());
    }
    let whole = get(&broken, "?thumbnail=true").await.unwrap();
    assert_eq!(whole.headers()["content-type"], "image/png");
    assert_eq!(whole.bytes().await.unwrap(), "no picture");
    let files = || crate::app::files_below(&app.data.path().join("blobs")).len();
    assert_eq!(files(), 3);
    app.state.blobs.remove(&seen).await.unwrap();
    assert_eq!(files(), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_a_killed_process_left_are_removed_after_a_day() {
    let app = TestApp::start().await;
    let staging = app.data.path().join("blobs/staging");
    let (old, new) = (staging.join("old"), staging.join("new"));
    for path in [&old, &new] {
        std::fs::write(path, "half of an upload").unwrap();
    }
    let file = std::fs::File::options().write(true).open(&old).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    app.state.blob_collector.sweep().await.unwrap();
    assert!(!old.exists() && new.exists());
    app.stop().await;
}
