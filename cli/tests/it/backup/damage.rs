//! Archives that are damaged, and those that want to do damage.

use std::io::{Read as _, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};

use super::{Stopped, backup, restore};

/// An entry of an archive.
#[derive(Clone)]
struct Entry {
    name: Vec<u8>,
    kind: EntryType,
    link: &'static str,
    bytes: Vec<u8>,
}

impl Entry {
    fn new(name: &str, kind: EntryType, bytes: &[u8]) -> Self {
        Self { name: name.into(), kind, link: "", bytes: bytes.into() }
    }

    fn file(name: &str) -> Self {
        Self::new(name, EntryType::Regular, b"evil")
    }

    fn link(name: &str, kind: EntryType, link: &'static str) -> Self {
        Self { link, ..Self::new(name, kind, b"") }
    }

    /// The header and the bytes. The library refuses names that lead elsewhere, so the name is written by hand.
    fn write(&self, out: &mut impl std::io::Write) {
        let mut header = Header::new_gnu();
        let name = &mut header.as_gnu_mut().unwrap().name;
        name[..self.name.len()].copy_from_slice(&self.name);
        header.as_gnu_mut().unwrap().linkname[..self.link.len()].copy_from_slice(self.link.as_bytes());
        header.set_entry_type(self.kind);
        header.set_size(self.bytes.len() as u64);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_cksum();
        out.write_all(header.as_bytes()).unwrap();
        out.write_all(&self.bytes).unwrap();
        out.write_all(&vec![0; self.bytes.len().next_multiple_of(512) - self.bytes.len()]).unwrap();
    }
}

/// The entries of an archive but the sums.
fn read(file: &Path) -> Vec<Entry> {
    let mut archive = tar::Archive::new(GzDecoder::new(std::fs::File::open(file).unwrap()));
    let mut entries = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let (name, kind) = (entry.path_bytes().into_owned(), entry.header().entry_type());
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if name != b"SHA256SUMS" && kind != EntryType::Symlink && name.len() <= 100 {
            entries.push(Entry { name, kind, link: "", bytes });
        }
    }
    entries
}

/// Writes an archive whose sums are right.
fn write(file: &Path, entries: &[Entry]) {
    let mut tar = GzEncoder::new(std::fs::File::create(file).unwrap(), Compression::fast());
    let mut sums = String::new();
    for entry in entries {
        entry.write(&mut tar);
        if entry.kind == EntryType::Regular {
            let sha256 = hex::encode(Sha256::digest(&entry.bytes));
            sums.push_str(&format!("{sha256}  {}\n", String::from_utf8_lossy(&entry.name)));
        }
    }
    Entry::new("SHA256SUMS", EntryType::Regular, sums.as_bytes()).write(&mut tar);
    tar.write_all(&[0; 1024]).unwrap();
    tar.finish().unwrap();
}

/// Changes the manifest.
fn with_manifest(entries: &[Entry], change: impl FnOnce(&mut Value)) -> Vec<Entry> {
    let mut entries = entries.to_vec();
    let mut manifest = serde_json::from_slice(&entries[0].bytes).unwrap();
    change(&mut manifest);
    entries[0].bytes = serde_json::to_vec(&manifest).unwrap();
    entries
}

/// What a compressed file contains, if it can be read.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut unpacked).ok()?;
    Some(unpacked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_refused_wherever_it_is_damaged() {
    let stopped = Stopped::new().await;
    let place = tempfile::tempdir().unwrap();
    let (file, broken) = (place.path().join("backup.tar.gz"), place.path().join("broken.tar.gz"));
    backup(stopped.path(), &file, &["--without-homes"]).await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    let length = whole.len();
    let data = place.path().join("data");
    let refuse = async |bytes: &[u8], what: String| {
        std::fs::write(&broken, bytes).unwrap();
        let told = restore(&data, &broken, &[]).await.unwrap_err();
        let says = told.contains("is damaged, incomplete, or no archive of Deskhand");
        assert!(says && told.contains("Use another copy"), "{what}: {told}");
        assert!(!data.exists(), "{what}");
    };
    for nth in 0..12 {
        let at = 12 + (length - 13) * nth / 11;
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (nth % 8);
        if unpacked(&bytes) == unpacked(&whole) {
            // A bit of the compression that means nothing.
            continue;
        }
        refuse(&bytes, format!("byte {at} of {length}")).await;
    }
    for kept in [0, 1, 10, 100, length / 3, length / 2, length - 1000, length - 9, length - 8, length - 1] {
        refuse(&whole[..kept], format!("the first {kept} bytes")).await;
    }
    refuse(&[&whole[..], b"more"].concat(), "something at the end".into()).await;
    refuse(&[&whole[..], &whole[..]].concat(), "twice".into()).await;
    refuse(b"#!/bin/sh\n", "something else".into()).await;
    restore(&data, &file, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_archive_writes_nothing() {
    let stopped = Stopped::new().await;
    let place = tempfile::tempdir().unwrap();
    let (file, evil) = (place.path().join("backup.tar.gz"), place.path().join("evil.tar.gz"));
    backup(stopped.path(), &file, &[]).await.unwrap();
    let entries = read(&file);
    let home = entries.iter().find(|entry| entry.name.starts_with(b"homes/")).unwrap();
    let home = String::from_utf8(home.name.clone()).unwrap();
    let home = home.trim_end_matches('/');
    let below = |path: &str| format!("{home}/{path}");
    let outside = place.path().join("outside");
    std::fs::create_dir(&outside).unwrap();
    let out: &'static str = outside.to_str().unwrap().to_owned().leak();
    let data = place.path().join("data");
    let hostile: Vec<Vec<Entry>> = vec![
        vec![Entry::file("../evil")],
        vec![Entry::file("/tmp/evil")],
        vec![Entry::file("evil")],
        vec![Entry::file("postgres/postgresql.auto.conf")],
        vec![Entry::file("blobs/../../evil")],
        vec![Entry::file("blobs/evil")],
        vec![Entry::file("homes/evil/file")],
        vec![Entry::file("homes/../file")],
        vec![Entry::file(&below("../../../evil"))],
        vec![Entry::file(&below("./evil"))],
        vec![Entry::link(&below("link"), EntryType::Symlink, out), Entry::file(&below("link/evil"))],
        vec![
            Entry::link(&below("link"), EntryType::Symlink, out),
            Entry::new(&below("link"), EntryType::Directory, b""),
        ],
        vec![
            Entry::link(&below("a"), EntryType::Symlink, out),
            Entry::link(&below("a/b"), EntryType::Symlink, "evil"),
        ],
        vec![Entry::link(&below("link"), EntryType::Link, "/etc/passwd")],
        vec![Entry::link(&below("link"), EntryType::Symlink, "")],
        vec![Entry::new(&below("device"), EntryType::Block, b"")],
        vec![Entry::new(&below("pipe"), EntryType::Fifo, b"")],
        vec![Entry::file(&below("twice")), Entry::file(&below("twice"))],
        vec![Entry::link(&format!("blobs/{}", "ab".repeat(32)), EntryType::Symlink, "/etc/passwd")],
        vec![Entry::link("installation-id", EntryType::Symlink, "/etc/passwd")],
        vec![Entry::link("desktops.key", EntryType::Symlink, "/etc/passwd")],
        vec![Entry::new("long", EntryType::GNULongName, &vec![b'a'; 1 << 20])],
        vec![Entry::new("pax", EntryType::XHeader, b"20 path=/tmp/evil\n")],
        vec![Entry::new("database/users/000007", EntryType::Regular, b"x")],
        vec![entries[0].clone()],
    ];
    for (nth, more) in hostile.iter().enumerate() {
        write(&evil, &[&entries[..], more].concat());
        let told = restore(&data, &evil, &[]).await.unwrap_err();
        assert!(!told.is_empty(), "{nth}");
        let made =
            data.exists().then(|| std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()));
        let made: Vec<_> = made.into_iter().flatten().filter(|name| name != ".restoring").collect();
        assert_eq!(made, [""; 0], "{nth}: {told}");
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0, "{nth}");
    }
    assert!(!Path::new("/tmp/evil").exists() && !place.path().join("evil").exists());
    write(&evil, &entries);
    restore(&data, &evil, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_of_another_version_is_refused_with_what_to_do() {
    let stopped = Stopped::new().await;
    let place = tempfile::tempdir().unwrap();
    let (file, other) = (place.path().join("backup.tar.gz"), place.path().join("other.tar.gz"));
    backup(stopped.path(), &file, &["--without-homes"]).await.unwrap();
    let entries = read(&file);
    let data = place.path().join("data");
    let tell = async |entries: &[Entry]| {
        write(&other, entries);
        let told = restore(&data, &other, &[]).await.unwrap_err();
        assert!(!data.exists(), "{told}");
        told
    };
    let newer = with_manifest(&entries, |manifest| {
        manifest["format"] = 2.into();
        manifest["deskhand"] = "9.9.9".into();
        manifest.as_object_mut().unwrap().remove("tables");
    });
    let told = tell(&newer).await;
    assert!(told.contains("format 2") && told.contains("Deskhand 9.9.9 or newer"), "{told}");
    let unknown = with_manifest(&entries, |manifest| {
        manifest["deskhand"] = "9.9.9".into();
        manifest["migrations"].as_array_mut().unwrap().push("99991231000000".into());
    });
    let told = tell(&unknown).await;
    assert!(told.contains("99991231000000") && told.contains("Deskhand 9.9.9 or newer"), "{told}");
    let injection = with_manifest(&entries, |manifest| {
        manifest["tables"][0]["columns"][0] = "id\") FROM PROGRAM 'touch /tmp/evil'; --".into();
    });
    let told = tell(&injection).await;
    assert!(told.contains("names that no table has"), "{told}");
    assert!(tell(&entries[1..]).await.contains("is damaged"));
}
