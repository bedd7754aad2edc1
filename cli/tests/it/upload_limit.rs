//! Ten gigabytes are too many: they are refused at the limit, and neither the memory nor the disk fills.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use reqwest::{Body, Method, StatusCode};
use serde_json::Value;
use tokio_util::bytes::Bytes;

use crate::api::Api;
use crate::deskhand::Deskhand;

/// The limit of an upload in this test.
const LIMIT: u64 = 32 << 20;
/// What is to be uploaded.
const TOO_MUCH: u64 = 10 << 30;
/// How much more memory the upload may take, in bytes.
const MEMORY: u64 = 32 << 20;
/// How soon the bytes have to be gone from the disk.
const GONE: Duration = Duration::from_secs(5);

/// The resident memory of the process, in bytes.
fn memory(deskhand: &Deskhand) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", deskhand.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

fn staged(data: &Path) -> usize {
    std::fs::read_dir(data.join("blobs/staging")).unwrap().count()
}

/// A form with a file of ten gigabytes, which is made as it is sent; and how much of it was taken.
fn form() -> (Body, Arc<AtomicU64>) {
    let taken = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&taken);
    let head = "--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big\"\r\n\r\n";
    let piece = Bytes::from(vec![7; 1 << 20]);
    let pieces = futures_util::stream::iter(0..TOO_MUCH >> 20).map(move |_| {
        counted.fetch_add(1 << 20, Ordering::Relaxed);
        piece.clone()
    });
    let all = futures_util::stream::iter([Bytes::from(head)]).chain(pieces);
    (Body::wrap_stream(all.map(Ok::<_, std::io::Error>)), taken)
}

#[tokio::test]
async fn ten_gigabytes_are_refused_at_the_limit() {
    let data = tempfile::tempdir().unwrap();
    let environment =
        [("DESKHAND_UPLOAD_LIMIT", LIMIT.to_string()), ("DESKHAND_DESKTOP_POOL", "0".to_owned())];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let api = Api { deskhand, token, data };
    let upload = || {
        let request = api.request(Method::POST, "/files/upload");
        request.header("content-type", "multipart/form-data; boundary=frame")
    };
    // Whatever a first upload allocates for good.
    api.upload("small", "milk").send().await.unwrap().error_for_status().unwrap();
    let before = memory(&api.deskhand);
    for announced in [false, true] {
        let (body, taken) = form();
        let request = if announced { upload().header("content-length", TOO_MUCH) } else { upload() };
        let refused = request.body(body).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE, "announced: {announced}");
        let since = Instant::now();
        let used = memory(&api.deskhand).saturating_sub(before);
        assert!(used <= MEMORY, "{used} bytes of memory more");
        assert_eq!(refused.json::<Value>().await.unwrap()["code"], "file_too_large");
        // The limit, as much again that is read over so that the answer arrives, and what is on its way.
        assert!(
            taken.load(Ordering::Relaxed) <= 3 * LIMIT,
            "{} bytes were taken",
            taken.load(Ordering::Relaxed)
        );
        while staged(api.data.path()) > 0 {
            assert!(since.elapsed() < GONE, "a part of the upload is left");
            tokio::task::yield_now().await;
        }
    }
}
