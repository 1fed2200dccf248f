//! The compressed forms of a file, made once here instead of at each request.

use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::folder::Files;

/// Adds `<name>.br` and `<name>.gz` for each file that has none yet.
pub fn add_to(files: &mut Files) -> Result<()> {
    let mut compressed = Vec::new();
    for (name, content) in files.iter().filter(|(name, _)| !is_compressed(name)) {
        for (compress, ending) in [(brotli as fn(&[u8]) -> Result<Vec<u8>>, "br"), (gzip, "gz")] {
            let name = format!("{name}.{ending}");
            if !files.has(&name) {
                compressed.push((name, compress(content)?));
            }
        }
    }
    for (name, content) in compressed {
        files.add(&name, content);
    }
    Ok(())
}

fn is_compressed(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "br" || ending == "gz")
}

fn brotli(mut content: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    // The defaults are the best quality and a window of 4 MiB.
    brotli::BrotliCompress(&mut content, &mut out, &BrotliEncoderParams::default())?;
    Ok(out)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}
