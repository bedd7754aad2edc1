//! Sizes and coordinates, checked against the vendor's table of examples.

use std::collections::BTreeMap;

use ai_model::images::{ImageTier, Images, ScreenScale, name_of, tokens, zoom_size};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Point, Size};
use protocol::transcript::ScreenshotRef;

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

/// Screen, its tokens at full size, and its sizes in the standard and the high-resolution tier.
fn examples() -> Vec<(Size, u32, Size, Size)> {
    let same =
        |width, height, tokens| (size(width, height), tokens, size(width, height), size(width, height));
    vec![
        same(800, 600, 638),
        same(1000, 1000, 1296),
        same(1024, 768, 1036),
        same(1280, 720, 1196),
        same(1280, 800, 1334),
        same(1366, 768, 1372),
        (size(1440, 900), 1716, size(1389, 868), size(1440, 900)),
        (size(1600, 900), 1914, size(1456, 819), size(1600, 900)),
        (size(1920, 1080), 2691, size(1456, 819), size(1920, 1080)),
        (size(1920, 1200), 2967, size(1389, 868), size(1920, 1200)),
        (size(2560, 1440), 4784, size(1456, 819), size(2560, 1440)),
        (size(3840, 2160), 10764, size(1456, 819), size(2576, 1449)),
    ]
}

#[test]
fn every_example_fits_as_documented() {
    for (screen, raw_tokens, standard, high) in examples() {
        assert_eq!(tokens(screen), raw_tokens, "{screen:?}");
        assert_eq!(ImageTier::STANDARD.fit(screen), standard, "{screen:?}");
        assert_eq!(ImageTier::HIGH.fit(screen), high, "{screen:?}");
    }
    assert_eq!(tokens(size(1389, 868)), 1550);
    assert_eq!(tokens(size(1456, 819)), 1560);
    assert_eq!(tokens(size(2576, 1449)), 4784);
}

#[test]
fn screen_coordinates_round_trip_within_a_pixel_of_the_image() {
    for (screen, _, standard, high) in examples() {
        for sent in [standard, high] {
            let scale = ScreenScale { screen, sent };
            let step = f64::from(screen.width) / f64::from(sent.width);
            for x in (0..screen.width).step_by(97).chain([screen.width - 1]) {
                let x = i32::try_from(x).unwrap();
                let shown = scale.to_model(Point { x, y: 0 });
                let back = scale.to_screen(i64::from(shown.x), 0).unwrap();
                assert!(f64::from(back.x.abs_diff(x)) <= step, "{screen:?} {x} {back:?}");
            }
        }
    }
}

#[test]
fn session_images_fit_the_limit_of_many_images() {
    for (screen, _, _, _) in examples() {
        for tier in [ImageTier::STANDARD, ImageTier::HIGH] {
            let sent = ScreenScale::new(screen, tier).sent;
            assert!(tier.fits(sent) && sent.width <= 2000 && sent.height <= 2000, "{screen:?} {sent:?}");
        }
    }
    assert_eq!(ScreenScale::new(size(2560, 1440), ImageTier::HIGH).sent, size(2000, 1125));
    assert_eq!(ScreenScale::new(size(1920, 1080), ImageTier::HIGH).sent, size(1920, 1080));
}

#[test]
fn a_portrait_screen_fits_like_a_landscape_one() {
    assert_eq!(ImageTier::STANDARD.fit(size(1080, 1920)), size(819, 1456));
}

#[test]
fn image_coordinates_round_trip_within_a_pixel() {
    for (screen, _, standard, high) in examples() {
        let session = ScreenScale::new(screen, ImageTier::HIGH).sent;
        for sent in [standard, high, session] {
            let scale = ScreenScale { screen, sent };
            let (right, bottom) = (scale.sent.width - 1, scale.sent.height - 1);
            for (x, y) in [(0, 0), (1, 1), (right / 3, bottom / 3), (right / 2, bottom - 7), (right, bottom)]
            {
                let there = scale.to_screen(i64::from(x), i64::from(y)).unwrap();
                let back = scale.to_model(there);
                assert!(back.x.abs_diff(i32::try_from(x).unwrap()) <= 1, "{screen:?} {x} {back:?}");
                assert!(back.y.abs_diff(i32::try_from(y).unwrap()) <= 1, "{screen:?} {y} {back:?}");
            }
        }
    }
}

#[test]
fn coordinates_scale_by_the_resized_image() {
    let (screen, sent) = (size(3840, 2160), size(2576, 1449));
    let scale = ScreenScale { screen, sent };
    assert_eq!(scale.to_screen(1288, 724), Some(Point { x: 1920, y: 1079 }));
}

#[test]
fn coordinates_outside_the_image_are_rejected() {
    let scale = ScreenScale::new(size(1920, 1080), ImageTier::STANDARD);
    assert_eq!(scale.to_screen(1456, 0), None);
    assert_eq!(scale.to_screen(0, 819), None);
    assert_eq!(scale.to_screen(-1, 0), None);
    assert!(scale.to_screen(1455, 818).is_some());
}

#[test]
fn a_zoomed_region_fills_the_screenshot_size() {
    let usual = size(1280, 800);
    assert_eq!(zoom_size(size(320, 200), usual), size(1280, 800));
    assert_eq!(zoom_size(size(320, 100), usual), size(1280, 400));
    assert_eq!(zoom_size(size(100, 400), usual), size(200, 800));
}

#[test]
fn a_resized_image_has_the_same_bytes_each_time() {
    let mut png = std::io::Cursor::new(Vec::new());
    let gradient = image::RgbImage::from_fn(160, 90, |x, y| {
        image::Rgb([u8::try_from(x).unwrap(), u8::try_from(y).unwrap(), 7])
    });
    gradient.write_to(&mut png, image::ImageFormat::Png).unwrap();
    let base64 = BASE64_STANDARD.encode(png.into_inner());
    let sha256 = name_of(&base64).unwrap();
    let reference =
        ScreenshotRef { sha256: sha256.clone(), media_type: "image/png".to_owned(), size: size(160, 90) };
    let fitted = || {
        let images = Images::new(BTreeMap::from([(sha256.clone(), base64.clone())]), BTreeMap::new());
        images.at_size(&reference, size(80, 45)).unwrap().unwrap().base64
    };
    assert_eq!(fitted(), fitted());
    let decoded = image::load_from_memory(&BASE64_STANDARD.decode(fitted().as_bytes()).unwrap()).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (80, 45));
}
