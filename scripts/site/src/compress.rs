//! The compressed forms of a file, made once here instead of at each request.

use std::io::Write as _;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::folder::Files;

/// Adds `<name>.br` and `<name>.gz` for each file.
pub fn add_to(files: &mut Files) -> Result<()> {
    let mut compressed = Vec::new();
    for (name, content) in files.iter() {
        compressed.push((format!("{name}.br"), brotli(content)?));
        compressed.push((format!("{name}.gz"), gzip(content)?));
    }
    for (name, content) in compressed {
        files.add(&name, content);
    }
    Ok(())
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
