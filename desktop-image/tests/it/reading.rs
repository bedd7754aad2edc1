//! Reading pictures and PDFs for a model.

use std::fmt::Write as _;
use std::io::Cursor;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use protocol::action::Size;
use protocol::agent::reading::FileReading;
use protocol::transcript::attachment::{MAX_TEXT_CHARS, Unreadable};

use crate::agent::TestAgent;

async fn read(agent: &TestAgent, name: &str, content: &[u8]) -> FileReading {
    std::fs::create_dir_all(agent.home.join("Uploads")).unwrap();
    std::fs::write(agent.home.join("Uploads").join(name), content).unwrap();
    let response = agent.get(&format!("/v1/files/reading/Uploads/{name}")).await;
    assert_eq!(response.status(), 200, "{name}");
    response.json().await.unwrap()
}

async fn why_not(agent: &TestAgent, name: &str, content: &[u8]) -> Unreadable {
    match read(agent, name, content).await {
        FileReading::Unreadable { why } => why,
        other => panic!("{name}: {other:?}"),
    }
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PDF whose pages have these texts.
fn pdf(texts: &[&str]) -> Vec<u8> {
    written(&objects(texts), "")
}

/// A PDF that opens with a password alone, which nobody knows.
fn locked_pdf() -> Vec<u8> {
    let mut objects = objects(&["secret"]);
    let unknown = "5a".repeat(32);
    objects.push(format!("<< /Filter /Standard /V 1 /R 2 /O <{unknown}> /U <{unknown}> /P -4 >>"));
    let id = "00".repeat(16);
    let lock = format!("/Encrypt {} 0 R /ID [<{id}> <{id}>]", objects.len());
    written(&objects, &lock)
}

fn objects(texts: &[&str]) -> Vec<String> {
    let kids: String = (0..texts.len()).fold(String::new(), |mut kids, page| {
        write!(kids, "{} 0 R ", 4 + 2 * page).unwrap();
        kids
    });
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", texts.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for (page, text) in texts.iter().enumerate() {
        let lines: String = text.lines().fold(String::new(), |mut lines, line| {
            write!(lines, "({line}) Tj T* ").unwrap();
            lines
        });
        // What is outside the page has no text.
        let content = format!("BT /F1 8 Tf 9 TL 36 770 Td {lines}ET");
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * page
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    objects
}

fn written(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        write!(file, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let table = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    let size = objects.len() + 1;
    write!(file, "trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n").unwrap();
    file.into_bytes()
}

fn decoded(base64: &str) -> DynamicImage {
    image::load_from_memory(&BASE64_STANDARD.decode(base64).unwrap()).unwrap()
}

#[tokio::test]
async fn pictures_are_read_whatever_their_name_and_scaled() {
    let agent = TestAgent::start();
    for (format, name) in [
        (ImageFormat::Png, "a.png"),
        (ImageFormat::Jpeg, "b.txt"),
        (ImageFormat::Gif, "c.gif"),
        (ImageFormat::WebP, "d.webp"),
    ] {
        let FileReading::Picture { picture, original } =
            read(&agent, name, &picture(2400, 600, format)).await
        else {
            panic!("{name}");
        };
        assert_eq!(original, Size { width: 2400, height: 600 }, "{name}");
        assert_eq!(picture.size, Size { width: 2000, height: 500 }, "{name}");
        let shown = decoded(&picture.data);
        assert_eq!((shown.width(), shown.height()), (2000, 500), "{name}");
        assert!(["image/png", "image/jpeg"].contains(&picture.media_type.as_str()), "{name}");
    }
    assert!(matches!(read(&agent, "note.txt", b"just text").await, FileReading::Other));
    let gone = agent.get("/v1/files/reading/Uploads/gone.png").await;
    assert_eq!(gone.status(), 404);
}

#[tokio::test]
async fn a_picture_of_too_many_pixels_is_refused_before_it_is_decoded_and_a_broken_one_as_well() {
    let agent = TestAgent::start();
    // 30,000 x 30,000 pixels of one colour: 2.7 GB from a few hundred KB.
    let mut bomb = Vec::new();
    let mut encoder = png::Encoder::new(&mut bomb, 30_000, 30_000);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    // The header is enough for the refusal; the rest never comes.
    std::io::Write::write_all(&mut stream, &[0; 90_000]).unwrap();
    drop(stream);
    drop(writer);
    assert_eq!(why_not(&agent, "bomb.png", &bomb).await, Unreadable::TooLarge);
    let whole = picture(300, 200, ImageFormat::Jpeg);
    assert_eq!(
        why_not(&agent, "cut.png", &picture(300, 200, ImageFormat::Png)[..200]).await,
        Unreadable::Broken
    );
    assert!(matches!(read(&agent, "whole.jpg", &whole).await, FileReading::Picture { .. }));
}

#[tokio::test]
async fn a_pdf_is_read_as_text_and_as_pictures_of_its_first_pages() {
    let agent = TestAgent::start();
    let texts: Vec<String> = (1..=10).map(|page| format!("This is page {page}.")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let FileReading::Document { pages, text, text_is_cut, pictures } =
        read(&agent, "book.bin", &pdf(&texts)).await
    else {
        panic!("no document");
    };
    assert_eq!((pages, text_is_cut, pictures.len()), (10, false, 8));
    let read: Vec<&str> = text.split('\u{c}').map(str::trim).filter(|page| !page.is_empty()).collect();
    assert_eq!(read, texts);
    let page = decoded(&pictures[7].data);
    assert_eq!(page.width().max(page.height()), 1400);
    let dark = page.to_luma8().pixels().filter(|pixel| pixel.0[0] < 100).count();
    assert!(dark > 200, "the text is drawn: {dark} dark pixels");
}

#[tokio::test]
async fn long_texts_are_cut() {
    let agent = TestAgent::start();
    let page = format!("{}\n", "word ".repeat(16)).repeat(80);
    let FileReading::Document { text, text_is_cut, .. } =
        read(&agent, "long.pdf", &pdf(&[page.as_str(); 20])).await
    else {
        panic!("no document");
    };
    assert!(text_is_cut && text.chars().count() == MAX_TEXT_CHARS, "{}", text.chars().count());
}

#[tokio::test]
async fn broken_and_locked_pdfs_say_what_is_wrong() {
    let agent = TestAgent::start();
    assert_eq!(why_not(&agent, "broken.pdf", b"%PDF-1.7\nnothing that a PDF has").await, Unreadable::Broken);
    assert_eq!(why_not(&agent, "empty.pdf", &pdf(&[])).await, Unreadable::Broken);
    assert_eq!(why_not(&agent, "locked.pdf", &locked_pdf()).await, Unreadable::Encrypted);
}
