//! Spans in a file, in OTLP's JSON: one request of the protocol a line, as collectors write and read them.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// Appends spans to a file. When that is full it replaces the one before it, whose name ends with `.1`.
#[derive(Debug)]
pub(crate) struct FileExporter {
    path: PathBuf,
    limit: u64,
    resource: ResourceAttributesWithSchema,
}

impl FileExporter {
    /// Appends to `path`, which grows to `limit` bytes.
    pub(crate) fn new(path: PathBuf, limit: u64) -> Self {
        Self { path, limit, resource: ResourceAttributesWithSchema::default() }
    }
}

impl SpanExporter for FileExporter {
    /// Blocks: it is called on a thread of its own.
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        let written = serde_json::to_vec(&ExportTraceServiceRequest { resource_spans })
            .map_err(io::Error::from)
            .and_then(|line| append(&self.path, self.limit, line));
        written.map_err(|error| OTelSdkError::InternalFailure(error.to_string()))
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.into();
    }
}

/// Appends a line. Several exporters, of other processes too, have the file.
fn append(path: &Path, limit: u64, mut line: Vec<u8>) -> io::Result<()> {
    line.push(b'\n');
    let mut file = locked(path)?;
    let length = file.metadata()?.len();
    if length > 0 && length + line.len() as u64 > limit {
        std::fs::rename(path, previous(path))?;
        file = locked(path)?;
    }
    file.write_all(&line)
}

/// Opens the file and locks it until it is closed, so that only one exporter at a time renames or writes it.
fn locked(path: &Path) -> io::Result<File> {
    loop {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        file.lock()?;
        let opened = file.metadata()?;
        // While this waited, another one may have renamed it.
        match std::fs::metadata(path) {
            Ok(named) if (named.dev(), named.ino()) == (opened.dev(), opened.ino()) => return Ok(file),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
}

/// The name of the file before this one.
fn previous(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".1");
    name.into()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn a_full_file_replaces_the_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("traces.jsonl");
        for number in 0..10 {
            append(&path, 20, format!("line {number}").into_bytes()).unwrap();
        }
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        assert_eq!(read(&path), "line 8\nline 9\n");
        assert_eq!(read(&previous(&path)), "line 6\nline 7\n");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        // A line that is longer than the limit is written all the same.
        append(&path, 20, vec![b'x'; 100]).unwrap();
        assert_eq!(read(&path).len(), 101);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn exporters_that_find_it_full_at_the_same_time_replace_it_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("traces.jsonl");
        let full = "x".repeat(100);
        for _ in 0..200 {
            std::fs::write(&path, &full).unwrap();
            let together = Barrier::new(4);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        together.wait();
                        append(&path, 100, b"line".to_vec()).unwrap();
                    });
                }
            });
            assert_eq!(std::fs::read_to_string(previous(&path)).unwrap(), full);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "line\n".repeat(4));
        }
    }
}
