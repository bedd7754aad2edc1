//! Pictures and PDFs that come with a message, from the upload to the vendor, across a restart.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use reqwest::Method;
use serde_json::{Value, json};

use crate::deskhand::{Deskhand, ok};
use crate::vendor::Vendor;

/// A PNG of one colour.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8], data: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        let length = u32::try_from(data.len()).unwrap();
        file.extend(length.to_be_bytes());
        file.extend([kind, data].concat());
        file.extend(crc.sum().to_be_bytes());
    };
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    // Eight bits of grey.
    header.extend([8, 0, 0, 0, 0]);
    chunk(b"IHDR", &header);
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    let row = vec![0; usize::try_from(width).unwrap() + 1];
    (0..height).for_each(|_| pixels.write_all(&row).unwrap());
    chunk(b"IDAT", &pixels.finish().unwrap());
    chunk(b"IEND", &[]);
    file
}

/// A PDF of one empty page.
const PDF: &str = "%PDF-1.4
1 0 obj
<< /Type /Catalog /Pages 2 0 R >>
endobj
2 0 obj
<< /Type /Pages /Kids [3 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] >>
endobj
trailer
<< /Root 1 0 R >>
%%EOF
";

async fn upload(deskhand: &Deskhand, token: &str, name: &str, bytes: &[u8]) -> Value {
    let head =
        format!("--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), bytes, b"\r\n--frame--\r\n"].concat();
    let upload = deskhand.request(Method::POST, "/files/upload/").bearer_auth(token);
    let file = ok(upload.header("content-type", "multipart/form-data; boundary=frame").body(body)).await;
    file["id"].clone()
}

async fn say(deskhand: &Deskhand, token: &str, chat: &str, message: &Value) -> Value {
    let post = deskhand.request(Method::POST, &format!("{chat}/history")).bearer_auth(token);
    ok(post.header("prefer", "wait=60").json(message)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_sees_the_pictures_and_pdfs_of_a_message_and_a_broken_one_is_told() {
    let turns = ["A grey picture.", "The same."].map(|text| json!({ "thinking": "Hm.", "text": text }));
    let vendor = Vendor::start(json!({ "turns": turns })).await;
    let data = tempfile::tempdir().unwrap();
    let environment =
        [("ANTHROPIC_BASE_URL", vendor.url.as_str()), ("ANTHROPIC_API_KEY", vendor.key.as_str())];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let token = deskhand.first_administrator().await;
    let chat = ok(deskhand.request(Method::POST, "/chats/").bearer_auth(&token).json(&json!({}))).await;
    let chat = format!("/chats/{}", chat["id"].as_str().unwrap());
    let ids = [
        upload(&deskhand, &token, "photo.png", &png(3000, 1500)).await,
        upload(&deskhand, &token, "bill.pdf", PDF.as_bytes()).await,
        upload(&deskhand, &token, "torn.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nnothing").await,
        upload(&deskhand, &token, "list.txt", b"milk").await,
    ];
    let said = say(&deskhand, &token, &chat, &json!({ "message": "What is this?", "file_ids": ids })).await;
    assert_eq!(said["run"]["state"], "succeeded", "{said}");

    let log = ok(deskhand.request(Method::GET, &format!("{chat}/log")).bearer_auth(&token)).await;
    let told: Vec<&Value> = log.as_array().unwrap().iter().map(|event| &event["payload"]).collect();
    let told: Vec<&&Value> = told.iter().filter(|event| event["code"] == "upload_not_shown").collect();
    assert_eq!(told.len(), 1, "{log}");
    assert!(told[0]["message"].as_str().unwrap().starts_with("~/Uploads/torn.pdf is damaged"), "{told:?}");

    drop(deskhand);
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    let said = say(&deskhand, &token, &chat, &json!({ "message": "Look again." })).await;
    assert_eq!(said["run"]["state"], "succeeded", "{said}");

    let requests = vendor.requests();
    assert_eq!(requests.len(), 2);
    let content = |number: usize| requests[number].json()["messages"][0]["content"].clone();
    for request in &requests {
        // Thinking is bound to everything before it, so the fake accepts no change there.
        assert_eq!(request.summary.rejection, "");
    }
    let parts = content(0);
    let kinds: Vec<&str> =
        parts.as_array().unwrap().iter().map(|part| part["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["text", "text", "image", "text", "document", "text"], "{parts}");
    assert!(parts[1]["text"].as_str().unwrap().contains("3000x1500 pixels, shown to you as 2000x1000"));
    assert_eq!(parts[4]["title"], "bill.pdf");
    assert!(
        parts[5]["text"].as_str().unwrap().contains("torn.pdf is not shown to you, because it is damaged")
    );
    let plain = |mut parts: Value| {
        parts.as_array_mut().unwrap().iter_mut().for_each(|part| part["cache_control"] = Value::Null);
        parts
    };
    assert_eq!(plain(content(1)), plain(parts), "the message is what it was");
}
