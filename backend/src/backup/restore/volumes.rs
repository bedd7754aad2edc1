//! Fills volumes with home folders from an archive. The engine unpacks them in a container that nothing runs in, so whatever
//! the archive says is written there or in the volume.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use bytes::Bytes;
use futures_util::stream;
use protocol::ids::DesktopId;
use tar::{Builder, EntryType, Header};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::super::download::STALL_TIMEOUT;
use super::super::reader::Content;
use super::super::writer::Attributes;
use crate::provider::DesktopProviderError;
use crate::provider::docker::home_volumes::{HomeVolumes, MountedHome};

/// How many bytes are sent at once.
const CHUNK: usize = 64 << 10;
/// How many chunks wait to be sent.
const CHUNKS: usize = 4;

/// The volumes that are being filled. If it fails, the helper of the last one stays, and is removed with the volumes.
pub(super) struct Volumes<'a> {
    volumes: &'a HomeVolumes,
    shutdown: &'a CancellationToken,
    filled: BTreeSet<DesktopId>,
    current: Option<Filling<'a>>,
}

/// The volume whose files come now.
struct Filling<'a> {
    desktop: DesktopId,
    home: MountedHome,
    tar: Builder<BufWriter<Upload<'a>>>,
    upload: JoinHandle<Result<(), DesktopProviderError>>,
}

impl<'a> Volumes<'a> {
    pub(super) fn new(volumes: &'a HomeVolumes, shutdown: &'a CancellationToken) -> Self {
        Self { volumes, shutdown, filled: BTreeSet::new(), current: None }
    }

    /// Writes an entry. The home folder itself comes first.
    pub(super) fn add(
        &mut self,
        desktop: DesktopId,
        path: &Path,
        attributes: Attributes,
        content: Content<'_>,
    ) -> anyhow::Result<()> {
        if path.as_os_str().is_empty() {
            anyhow::ensure!(matches!(content, Content::Folder), "a home folder is no folder");
            anyhow::ensure!(self.filled.insert(desktop), "a home folder is in the archive twice");
            self.end_current()?;
            self.current = Some(Filling::begin(self.volumes, desktop, self.shutdown)?);
        }
        let Some(filling) = self.current.as_mut().filter(|filling| filling.desktop == desktop) else {
            anyhow::bail!("a home folder comes after its files");
        };
        if let Err(error) = append(&mut filling.tar, path, attributes, content) {
            // What the engine says explains more.
            if error.kind() == io::ErrorKind::BrokenPipe {
                self.end_current()?;
            }
            return Err(error.into());
        }
        Ok(())
    }

    /// Completes the last volume.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.end_current()
    }

    fn end_current(&mut self) -> anyhow::Result<()> {
        self.current.take().map_or(Ok(()), Filling::end)
    }
}

impl<'a> Filling<'a> {
    fn begin(
        volumes: &HomeVolumes,
        desktop: DesktopId,
        shutdown: &'a CancellationToken,
    ) -> anyhow::Result<Self> {
        let home = Handle::current().block_on(volumes.create(desktop))?;
        let (chunks, mut sent) = mpsc::channel(CHUNKS);
        let upload = home.upload(stream::poll_fn(move |context| sent.poll_recv(context)));
        let upload = TaskTracker::new().spawn(upload);
        let tar = Builder::new(BufWriter::with_capacity(CHUNK, Upload { chunks, shutdown }));
        Ok(Self { desktop, home, tar, upload })
    }

    /// Sends the end, and waits until the engine has unpacked everything.
    fn end(self) -> anyhow::Result<()> {
        let Self { home, tar, upload, .. } = self;
        let sent =
            tar.into_inner().and_then(|rest| rest.into_inner().map_err(io::IntoInnerError::into_error));
        // Without a sender, the upload ends.
        let sent = sent.map(drop);
        let runtime = Handle::current();
        runtime
            .block_on(async { tokio::time::timeout(STALL_TIMEOUT, upload).await })
            .map_err(|_| anyhow::anyhow!("Docker has stopped writing. Try again"))???;
        sent?;
        Ok(runtime.block_on(home.close())?)
    }
}

/// Adds an entry, which belongs to the user of desktops in containers, and never runs as somebody else.
fn append(
    tar: &mut Builder<impl Write>,
    path: &Path,
    attributes: Attributes,
    content: Content<'_>,
) -> io::Result<()> {
    let root = Path::new(MountedHome::UPLOADED);
    let place = if path.as_os_str().is_empty() { root.to_owned() } else { root.join(path) };
    let mut header = Header::new_gnu();
    header.set_mode(attributes.mode & 0o777);
    header.set_uid(MountedHome::OWNER.into());
    header.set_gid(MountedHome::OWNER.into());
    header.set_mtime(attributes.modified);
    header.set_size(0);
    match content {
        Content::File(bytes, size) => {
            header.set_entry_type(EntryType::Regular);
            header.set_size(size);
            tar.append_data(&mut header, place, bytes)
        }
        Content::Folder => {
            header.set_entry_type(EntryType::Directory);
            tar.append_data(&mut header, place, io::empty())
        }
        Content::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            tar.append_link(&mut header, place, target)
        }
    }
}

/// Sends what is written to it.
struct Upload<'a> {
    chunks: mpsc::Sender<Bytes>,
    shutdown: &'a CancellationToken,
}

impl Write for Upload<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let send = self.shutdown.run_until_cancelled(self.chunks.send(Bytes::copy_from_slice(bytes)));
        match Handle::current().block_on(async { tokio::time::timeout(STALL_TIMEOUT, send).await }) {
            Err(_) => Err(io::Error::other("Docker has stopped reading. Try again")),
            Ok(None) => Err(io::Error::other("It was interrupted")),
            Ok(Some(Err(_))) => Err(io::Error::new(io::ErrorKind::BrokenPipe, "Docker has failed")),
            Ok(Some(Ok(()))) => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
