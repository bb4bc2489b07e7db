//! Archives and checksums. The same files give the same bytes: no time, no user and no order of a disk is in them.

use crate::package::contents::Item;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// A ZIP archive of these files.
pub fn zip(items: &[Item]) -> Result<Vec<u8>> {
    let mut items: Vec<&Item> = items.iter().collect();
    items.sort_by(|a, b| a.to.cmp(&b.to));
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for item in items {
        // The first moment that the format knows: the time of building says nothing to anybody.
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(if item.program { 0o755 } else { 0o644 });
        let told = || format!("could not pack {}", item.to);
        archive
            .start_file(item.to.as_str(), options)
            .with_context(told)?;
        archive.write_all(&item.bytes).with_context(told)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The text, compressed as `gzip -9n` does it: without a name and a time.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes)?;
    Ok(gzip.finish()?)
}

/// The SHA-256 of the bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes);
    digits.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn items() -> Vec<Item> {
        let program = Item {
            program: true,
            ..Item::text("top/a program", "runs")
        };
        vec![Item::text("top/z", "last".repeat(100)), program]
    }

    #[test]
    fn an_archive_has_what_was_put_in_and_does_not_know_when_or_in_what_order() {
        let bytes = zip(&items()).unwrap();
        let mut turned = items();
        turned.reverse();
        assert_eq!(bytes, zip(&turned).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<_> = archive
            .file_names()
            .map(|name| name.unwrap().into_owned())
            .collect();
        assert_eq!(names, ["top/a program", "top/z"]);
        let mut file = archive.by_name("top/a program").unwrap();
        assert_eq!(file.unix_mode().unwrap() & 0o777, 0o755);
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "runs");
    }

    #[test]
    fn checksums_are_those_that_everybody_knows() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), known);
    }

    #[test]
    fn what_is_compressed_is_the_same_each_time() {
        let once = gzip(b"text").unwrap();
        assert_eq!(once, gzip(b"text").unwrap());
        let mut text = String::new();
        flate2::read::GzDecoder::new(&once[..])
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "text");
    }
}
