//! Codes and cards as text and as a picture.
//!
//! `HQ1:` and base32 in capitals without padding: a QR code holds those at 5.5 bits a character. The digit is the version, so
//! that a phone can say "update" to what it cannot read.

use data_encoding::BASE32_NOPAD;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::{Refused, VERSION};
use crate::document::MAX_SIGNED;
use crate::error::{Error, Result};

const SCHEME: &str = "HQ";
/// The longest text: that of [`MAX_SIGNED`] bytes.
const MAX_TEXT: usize = SCHEME.len() + 2 + MAX_SIGNED * 8 / 5 + 1;
/// How wide a module of the picture is, in its own units.
const MODULE: u32 = 4;

/// The text of the bytes of a code or a card.
#[must_use]
pub fn to_text(bytes: &[u8]) -> String {
    format!("{SCHEME}{VERSION}:{}", BASE32_NOPAD.encode(bytes))
}

/// The bytes of a text. White space around it and small letters are what scanners make of it.
///
/// # Errors
/// [`Refused::Malformed`], [`Refused::WrongVersion`].
pub fn from_text(text: &str) -> std::result::Result<Vec<u8>, Refused> {
    let text = text.trim();
    if text.len() > MAX_TEXT {
        return Err(Refused::Malformed);
    }
    let text = text.to_ascii_uppercase();
    let (version, body) = text.strip_prefix(SCHEME).and_then(|rest| rest.split_once(':')).ok_or(Refused::Malformed)?;
    match version.parse::<u8>() {
        // One number has one text: `HQ01` and `HQ+1` are nobody's.
        Ok(number) if number.to_string() != version => Err(Refused::Malformed),
        Ok(VERSION) => BASE32_NOPAD.decode(body.as_bytes()).map_err(|_| Refused::Malformed),
        Ok(_) => Err(Refused::WrongVersion),
        Err(_) => Err(Refused::Malformed),
    }
}

/// The picture of a text: a square in black on white with its quiet zone, as an SVG document that scales.
pub(super) fn to_svg(text: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| Error::Invalid { field: "text", reason: "too long" })?;
    Ok(code.render::<svg::Color<'_>>().module_dimensions(MODULE, MODULE).build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_comes_back_as_it_was() {
        let bytes: Vec<u8> = (0..=113).collect();
        let text = to_text(&bytes);
        assert_eq!(text.len(), 187);
        assert_eq!(from_text(&text), Ok(bytes.clone()));
        assert_eq!(from_text(&format!(" {}\n", text.to_lowercase())), Ok(bytes));
        let longest = vec![0xff; MAX_SIGNED];
        assert_eq!(from_text(&to_text(&longest)), Ok(longest));
    }

    #[test]
    fn what_is_wrong_with_a_text_has_a_name() {
        assert_eq!(from_text("https://example.com"), Err(Refused::Malformed));
        assert_eq!(from_text("HQ2:AA"), Err(Refused::WrongVersion));
        assert_eq!(from_text("HQ:AA"), Err(Refused::Malformed));
        assert_eq!(from_text("HQ1:A1"), Err(Refused::Malformed));
        assert_eq!(from_text(&format!("HQ1:{}", "A".repeat(1_000_000))), Err(Refused::Malformed));
    }

    #[test]
    fn the_picture_is_an_svg() {
        let svg = to_svg(&to_text(&[7; 114])).unwrap();
        assert!(svg.contains("<svg") && svg.ends_with("</svg>") && svg.len() < 64 * 1024, "{} bytes", svg.len());
        assert!(to_svg(&to_text(&[7; MAX_SIGNED])).is_ok());
        assert!(to_svg(&"A".repeat(10_000)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}", body in "[A-Z2-7=]{0,60}") {
            let _ = from_text(&text);
            let _ = from_text(&format!("HQ1:{body}"));
        }
    }
}
