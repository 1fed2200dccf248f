//! The logo of an operator: a file that the server reads once, at its start.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::crypto::hash::version_of;

/// Largest logo, in bytes: every person who opens a page loads it.
const LOGO_BYTES: u64 = 64 * 1024;

/// A logo as it is served. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Logo {
    /// The content of the file.
    pub content: Arc<[u8]>,
    /// What kind of picture it is.
    pub kind: LogoKind,
    /// A hash over the content, which is part of the logo's address, so that browsers load a changed logo anew.
    pub version: Arc<str>,
}

/// The kinds of pictures that may be a logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Network Graphics, with its width and height in pixels.
    Png(u32, u32),
}

/// Why a file is no logo.
#[derive(Debug, Error)]
pub enum NotALogo {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
    /// The file is too large.
    #[error("has more than {} KiB, which every page would load", LOGO_BYTES / 1024)]
    TooLarge,
    /// The file is another kind of picture, or none.
    #[error("is neither an SVG nor a PNG")]
    OtherKind,
}

impl LogoKind {
    /// Recognises the kind of a picture by its content.
    fn of(content: &[u8]) -> Option<Self> {
        // PNG §5.2 and §11.2.1: the signature, the length and the name of the first chunk, then width and height.
        if let Some(head) = content.strip_prefix(b"\x89PNG\r\n\x1a\n") {
            let edge = |at: usize| head.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
            return (head.get(4..8)? == b"IHDR").then_some(Self::Png(edge(8)?, edge(12)?));
        }
        let text = std::str::from_utf8(content).ok()?;
        let start = text.trim_start_matches('\u{feff}').trim_start();
        ((start.starts_with("<svg") || start.starts_with("<?xml") || start.starts_with("<!--"))
            && text.contains("<svg"))
        .then_some(Self::Svg)
    }

    /// Returns the media type of the picture.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png(..) => "image/png",
        }
    }
}

impl Logo {
    /// Reads a logo from a file.
    ///
    /// # Errors
    /// If the file cannot be read, is larger than 64 KiB, or is neither an SVG nor a PNG.
    pub fn read(path: &Path) -> Result<Self, NotALogo> {
        let mut content = Vec::new();
        std::fs::File::open(path)?.take(LOGO_BYTES + 1).read_to_end(&mut content)?;
        if content.len() as u64 > LOGO_BYTES {
            return Err(NotALogo::TooLarge);
        }
        let kind = LogoKind::of(&content).ok_or(NotALogo::OtherKind)?;
        let version = version_of(&content).into();
        Ok(Self { content: content.into(), kind, version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_recognised_by_its_content() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x40\0\0\0\x20\x08\x06\0\0\0";
        assert_eq!(LogoKind::of(png), Some(LogoKind::Png(64, 32)));
        assert_eq!(LogoKind::of(&png[..20]), None, "cut off");
        for svg in ["<svg xmlns=''/>", "\u{feff} <?xml version='1.0'?><svg/>", "<!-- a logo --><svg/>"] {
            assert_eq!(LogoKind::of(svg.as_bytes()), Some(LogoKind::Svg), "{svg}");
        }
        for other in [&b"<html><svg/></html>"[..], b"GIF89a", b"", b"\xff\xd8\xff", b"<?xml version='1.0'?><html/>"] {
            assert_eq!(LogoKind::of(other), None, "{other:?}");
        }
    }
}
