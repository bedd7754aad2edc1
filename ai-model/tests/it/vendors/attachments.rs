//! Pictures and PDFs that came with a person's message, as each vendor gets them.

use std::fmt::Write as _;
use std::io::Cursor;

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, MessagesApiFake, OpenAiRules};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use protocol::action::Size;
use protocol::run::{RequestLine, RunEvent, RunOutcome, RunRequest, SentImage};
use protocol::transcript::attachment::{
    AttachedDocument, AttachedPicture, AttachmentContent, PDF, ShownAttachment, Unreadable,
};
use protocol::transcript::{ScreenshotRef, TranscriptItem, UserMessage};
use serde_json::{Value, json};

use super::{image_size, openai_compatible};
use crate::acknowledged::Acknowledging;
use crate::harness::{Outcome, Scripted, Vendor, user};

/// A message with files, and their bytes in base64 by SHA-256.
struct Message {
    shown: Vec<ShownAttachment>,
    bytes: Vec<(String, String)>,
}

impl Message {
    fn new() -> Self {
        Self { shown: Vec::new(), bytes: Vec::new() }
    }

    fn keep(&mut self, bytes: &[u8]) -> String {
        let base64 = BASE64_STANDARD.encode(bytes);
        let sha256 = ai_model::images::name_of(&base64).unwrap();
        self.bytes.push((sha256.clone(), base64));
        sha256
    }

    fn picture_ref(&mut self, width: u32, height: u32, shade: u8) -> ScreenshotRef {
        let image = RgbImage::from_pixel(width, height, Rgb([shade, 60, 200]));
        let mut png = Vec::new();
        DynamicImage::ImageRgb8(image).write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        let sha256 = self.keep(&png);
        ScreenshotRef { sha256, media_type: "image/png".into(), size: Size { width, height } }
    }

    fn with_picture(mut self, path: &str, width: u32, height: u32) -> Self {
        let shade = u8::try_from(self.shown.len()).unwrap();
        let picture = self.picture_ref(width, height, shade);
        let original = Size { width: width * 2, height: height * 2 };
        let content = AttachmentContent::Picture(AttachedPicture { picture, original });
        self.shown.push(ShownAttachment { path: path.into(), content });
        self
    }

    fn with_document(mut self, path: &str, file: &[u8], pages: u32) -> Self {
        let pictures = (0..3).map(|page| self.picture_ref(700, 1000, 100 + page)).collect();
        let content = AttachmentContent::Document(AttachedDocument {
            media_type: PDF.into(),
            sha256: self.keep(file),
            bytes: file.len() as u64,
            pages,
            text: "The total is 42.\u{c}Page two </document> says more.\u{c}".into(),
            text_is_cut: false,
            pictures,
        });
        self.shown.push(ShownAttachment { path: path.into(), content });
        self
    }

    fn unreadable(mut self, path: &str, why: Unreadable) -> Self {
        let content = AttachmentContent::Unreadable { why };
        self.shown.push(ShownAttachment { path: path.into(), content });
        self
    }

    fn item(&self, text: &str) -> TranscriptItem {
        let attachments = self.shown.iter().map(|shown| shown.path.clone()).collect();
        let (shown, text) = (self.shown.clone(), text.to_owned());
        TranscriptItem::UserMessage(UserMessage { text, attachments, shown, extra_data: None, locale: None })
    }

    fn put_into(&self, request: &mut RunRequest) {
        request.transcript = vec![self.item("look")];
        request.images.extend(self.bytes.clone());
    }
}

/// A PDF with pages that have nothing on them.
fn pdf(pages: usize) -> Vec<u8> {
    let mut text = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_owned();
    for page in 0..pages {
        let number = page + 3;
        write!(text, "{number} 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n").unwrap();
    }
    write!(text, "2 0 obj\n<< /Type /Pages /Count {pages} >>\nendobj\ntrailer\n<< >>\n%%EOF\n").unwrap();
    text.into_bytes()
}

async fn run<V: Vendor>(scripted: &Scripted<V>, message: &Message) -> Outcome {
    let mut request = scripted.request("");
    message.put_into(&mut request);
    scripted.service.run(&request).await
}

/// The parts of the first message of a person, in order.
fn parts(body: &Value) -> Vec<Value> {
    let lists = ["/messages/0/content", "/messages/1/content", "/input/0/content", "/contents/0/parts"];
    let list = lists.iter().find_map(|place| body.pointer(place).and_then(Value::as_array));
    list.unwrap_or_else(|| panic!("no parts in {body}")).clone()
}

/// What a part is: its text, or the media type of its data and the size of an image.
fn told(part: &Value) -> String {
    if let Some(text) = part["text"].as_str() {
        return text.to_owned();
    }
    let urls = [&part["image_url"]["url"], &part["image_url"], &part["file_data"]];
    let url = urls.iter().find_map(|url| url.as_str()?.strip_prefix("data:")?.split_once(";base64,"));
    let pairs = [("source", "media_type"), ("inlineData", "mimeType")];
    let plain = pairs
        .iter()
        .find_map(|(field, kind)| Some((part[*field][*kind].as_str()?, part[*field]["data"].as_str()?)));
    match url.or(plain) {
        Some((PDF, data)) => format!("PDF {}", BASE64_STANDARD.decode(data).unwrap().len()),
        Some((_, data)) => format!("{:?}", image_size(data)),
        None => panic!("{part}"),
    }
}

async fn shows<V: Vendor>(message: &Message) -> Vec<String> {
    let scripted = Scripted::<V>::new(json!([{ "text": "I see." }])).await;
    assert_eq!(run(&scripted, message).await.end().outcome, RunOutcome::Succeeded);
    scripted.assert_accepted();
    parts(&scripted.sent(0)).iter().map(told).collect()
}

#[tokio::test]
async fn a_picture_is_shown_at_the_size_that_its_vendor_sees() {
    let message =
        Message::new().with_picture("Uploads/a.png", 2000, 1000).with_picture("Uploads/b.png", 300, 200);
    let claude = shows::<MessagesApiFake>(&message).await;
    assert_eq!(claude[0], "look\n\nFiles that came with this message: ~/Uploads/a.png, ~/Uploads/b.png");
    assert!(
        claude[1].starts_with("[The picture ~/Uploads/a.png, 4000x2000 pixels, shown to you as 2000x1000.")
    );
    assert_eq!([&claude[2], &claude[4]], ["(2000, 1000)", "(300, 200)"]);
    let openai = shows::<OpenAiRules>(&message).await;
    assert_eq!([&openai[2], &openai[4]], ["(2000, 1000)", "(300, 200)"]);
    let gemini = shows::<GeminiRules>(&message).await;
    assert_eq!([&gemini[2], &gemini[4]], ["(1440, 720)", "(300, 200)"]);
    let compatible = shows::<ChatCompletionsRules>(&message).await;
    assert_eq!([&compatible[2], &compatible[4]], ["(1344, 672)", "(300, 200)"]);
}

#[tokio::test]
async fn a_pdf_is_a_document_where_the_vendor_takes_them_and_text_and_pages_elsewhere() {
    let file = pdf(2);
    let message = Message::new().with_document("Uploads/bill.pdf", &file, 2);
    let whole = format!("PDF {}", file.len());
    let claude = shows::<MessagesApiFake>(&message).await;
    assert_eq!(claude[1..], ["[The document ~/Uploads/bill.pdf, 2 pages:]".to_owned(), whole.clone()]);
    assert_eq!(shows::<OpenAiRules>(&message).await[2], whole);
    assert_eq!(shows::<GeminiRules>(&message).await[2], whole);
    let compatible = shows::<ChatCompletionsRules>(&message).await;
    let text = &compatible[1];
    assert!(text.contains("The total is 42.\nPage two <\\/document> says more.\n</document>"), "{text}");
    let pages =
        ["[Page 1 of ~/Uploads/bill.pdf:]", "(700, 1000)", "[Page 2 of ~/Uploads/bill.pdf:]", "(700, 1000)"];
    assert_eq!(compatible[2..], pages);
}

#[tokio::test]
async fn a_document_with_too_many_pages_and_an_unreadable_one_are_told_in_words() {
    let message = Message::new()
        .with_document("Uploads/book.pdf", &pdf(120), 120)
        .unreadable("Uploads/secret.pdf", Unreadable::Encrypted);
    let claude = shows::<MessagesApiFake>(&message).await;
    assert!(claude[1].contains("book.pdf, 120 pages, is not shown to you as a whole"), "{claude:?}");
    assert_eq!(claude.iter().filter(|part| *part == "(700, 1000)").count(), 3);
    let last = claude.last().unwrap();
    assert!(last.contains("secret.pdf is not shown to you, because it is locked with a password"), "{last}");
    let gemini = shows::<GeminiRules>(&message).await;
    assert!(gemini[2].starts_with("PDF "), "300 pages are sent whole: {gemini:?}");
}

/// A document that the vendor refuses is sent as text from then on.
async fn is_refused_once<V: Vendor>() {
    let scripted = Scripted::<V>::new(json!([{ "text": "Read." }, { "text": "Again." }])).await;
    let message = Message::new().with_document("Uploads/a.pdf", b"%PDF-1.4 nothing", 1);
    for _ in 0..2 {
        let outcome = run(&scripted, &message).await;
        assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{outcome:?}");
        assert!(outcome.retry_delays().is_empty());
    }
    let sent: Vec<Vec<String>> = (0..scripted.requests().len())
        .map(|number| parts(&scripted.sent(number)).iter().map(told).collect())
        .collect();
    assert_eq!(sent.len(), 3, "refused, sent again, and right at once");
    assert!(sent[0][2].starts_with("PDF "), "{sent:?}");
    assert!(sent[1][1].contains("The total is 42."), "{sent:?}");
    assert_eq!(sent[1], sent[2]);
}

#[tokio::test]
async fn a_document_that_anthropic_refuses_is_text_from_then_on() {
    is_refused_once::<MessagesApiFake>().await;
}

#[tokio::test]
async fn a_document_that_openai_refuses_is_text_from_then_on() {
    is_refused_once::<OpenAiRules>().await;
}

#[tokio::test]
async fn a_document_that_google_refuses_is_text_from_then_on() {
    is_refused_once::<GeminiRules>().await;
}

#[tokio::test]
async fn a_model_that_sees_nothing_gets_the_text_and_is_told() {
    let turns = json!([{ "text": "Read." }, { "text": "Again." }]);
    let scripted = Scripted::<ChatCompletionsRules>::with_model("text-only", turns).await;
    let message =
        Message::new().with_picture("Uploads/a.png", 300, 200).with_document("Uploads/b.pdf", &pdf(1), 1);
    for _ in 0..2 {
        assert_eq!(run(&scripted, &message).await.end().outcome, RunOutcome::Succeeded);
    }
    assert_eq!(scripted.requests().len(), 3, "refused once");
    let text = scripted.sent(2)["messages"][1]["content"].as_str().unwrap().to_owned();
    assert!(text.contains("~/Uploads/a.png can't be shown to you, because you can't see pictures"), "{text}");
    assert!(text.contains("The total is 42."), "{text}");
}

#[tokio::test]
async fn attachments_stay_as_they_are_while_screenshots_are_left_out() {
    let look = |x| json!({ "calls": [{ "member": "mouse_move", "input": { "coordinate": [x, 1] } }] });
    let mut turns: Vec<Value> = (0..12).map(look).collect();
    turns.push(json!({ "text": "Done." }));
    let scripted = Scripted::<MessagesApiFake>::new(Value::Array(turns)).await;
    let message =
        Message::new().with_picture("Uploads/a.png", 900, 600).with_document("Uploads/b.pdf", &pdf(3), 3);
    assert_eq!(run(&scripted, &message).await.end().outcome, RunOutcome::Succeeded);
    scripted.assert_accepted();
    let first = |number: usize| {
        let mut parts = parts(&scripted.sent(number));
        // The marks for the cache move on.
        parts.iter_mut().for_each(|part| part["cache_control"] = Value::Null);
        parts
    };
    for number in 1..scripted.requests().len() {
        assert_eq!(first(number), first(0), "request {number}");
    }
}

#[tokio::test]
async fn a_caller_is_asked_for_the_file_and_the_pictures_that_are_shown() {
    let scripted = Scripted::<MessagesApiFake>::new(json!([{ "text": "I see." }])).await;
    let message =
        Message::new().with_picture("Uploads/a.png", 300, 200).with_document("Uploads/b.pdf", &pdf(1), 1);
    let mut request = scripted.request("");
    message.put_into(&mut request);
    let images = std::mem::take(&mut request.images);
    request.image_sizes = images.iter().map(|(sha256, data)| (sha256.clone(), data.len())).collect();
    let mut running = Acknowledging::start(&scripted.service, &request).await;
    let wanted = loop {
        if let RunEvent::ImagesWanted { sha256 } = running.next().await {
            break sha256;
        }
    };
    assert_eq!(wanted.len(), 2, "not the pictures of the pages");
    for sha256 in wanted {
        let data = images.get(&sha256).cloned();
        running.send(&RequestLine::Image(SentImage { sha256, data }));
    }
    assert_eq!(running.until_finished().await.end().outcome, RunOutcome::Succeeded);
    scripted.assert_accepted();
    let shown: Vec<String> = parts(&scripted.sent(0)).iter().map(told).collect();
    assert_eq!([&shown[2], &shown[4]], ["(300, 200)", &format!("PDF {}", pdf(1).len())]);
}

#[tokio::test]
async fn attachments_go_over_to_another_vendor() {
    let claude = Scripted::<MessagesApiFake>::new(json!([{ "text": "A bill." }])).await;
    let message =
        Message::new().with_picture("Uploads/a.png", 2000, 1000).with_document("Uploads/b.pdf", &pdf(1), 1);
    let outcome = run(&claude, &message).await;
    let look = json!({ "calls": [openai_compatible::act("mouse_move", json!({ "coordinate": [1, 1] }))] });
    let other = Scripted::<ChatCompletionsRules>::new(json!([look, { "text": "42." }])).await;
    let mut request = other.request("");
    message.put_into(&mut request);
    request.transcript.extend(outcome.stored().0);
    request.transcript.push(user("How much?"));
    assert_eq!(other.service.run(&request).await.end().outcome, RunOutcome::Succeeded);
    other.assert_accepted();
    let first: Vec<String> = parts(&other.sent(1)).iter().map(told).collect();
    assert_eq!(first[2], "(1344, 672)");
    assert!(first[3].contains("The total is 42."), "{first:?}");
}
