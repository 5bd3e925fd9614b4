//! Packs the trees of `testdata/bundles` into every form in which they are handed on.

use super::testdata;
use lzma_rust2::{XzOptions, XzWriter};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use tar::{Builder, Header};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Name and content.
pub(crate) type File = (String, Vec<u8>);

/// The files of a tree, `folder of a box/file`, in the order of their names.
pub(crate) fn tree(name: &str) -> Vec<File> {
    let mut out = Vec::new();
    for folder in names(&testdata("bundles").join(name)) {
        for file in names(&testdata("bundles").join(name).join(&folder)) {
            let path = testdata("bundles").join(name).join(&folder).join(&file);
            out.push((format!("{folder}/{file}"), fs::read(path).expect("a file")));
        }
    }
    assert!(!out.is_empty(), "{name}");
    out
}

/// The files of a tree, for each box: the name of its archive without an ending, and its files without a folder.
pub(crate) fn boxes(tree: &[File]) -> Vec<(String, Vec<File>)> {
    let mut out: Vec<(String, Vec<File>)> = Vec::new();
    for (path, bytes) in tree {
        let (folder, file) = path.split_once('/').expect("a folder");
        if out.last().is_none_or(|(last, _)| last != folder) {
            out.push((folder.to_owned(), Vec::new()));
        }
        let (_, files) = out.last_mut().expect("one was just added");
        files.push((file.to_owned(), bytes.clone()));
    }
    out
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

/// A tar of members whose names are bytes.
pub(crate) fn raw_tar(members: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut out = Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // The crate refuses names that are not UTF-8 on some systems.
        assert!(name.len() < 100, "a header has no room for more");
        header.as_mut_bytes()[..name.len()].copy_from_slice(name);
        header.set_cksum();
        out.append(&header, *bytes).expect("memory");
    }
    out.into_inner().expect("memory")
}

pub(crate) fn tar(files: &[File]) -> Vec<u8> {
    let mut out = Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, name, &bytes[..]).expect("memory");
    }
    out.into_inner().expect("memory")
}

pub(crate) fn zip(files: &[File]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(name.as_str(), SimpleFileOptions::default()).expect("a member");
        out.write_all(bytes).expect("memory");
    }
    out.finish().expect("memory").into_inner()
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub(crate) fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut out = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).expect("a writer");
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub(crate) fn zst(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}
