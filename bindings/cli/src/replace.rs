//! Replacing a file whole: whoever looks, and whatever fails, finds the old text or the new.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::failure::Failure;
use crate::wrap::shown;

/// A file that is to be replaced, as it was when it was first looked at.
pub(crate) struct Target {
    /// As the arguments name it.
    named: PathBuf,
    /// Past the symbolic links.
    path: PathBuf,
    /// Nothing where there is no file yet.
    stamp: Option<Stamp>,
}

/// What tells a file from the one that stood there before.
#[derive(Debug, Eq, PartialEq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    number: u64,
}

impl Target {
    /// Looks at what is to be replaced.
    pub(crate) fn at(named: &Path) -> Result<Self, Failure> {
        let failed = |error| failure(named, "cannot be written", &error);
        let path = followed(named).map_err(failed)?;
        let is_file = match fs::metadata(&path) {
            Ok(metadata) => metadata.is_file(),
            Err(error) if error.kind() == ErrorKind::NotFound => true,
            Err(error) => return Err(failed(error)),
        };
        if !is_file {
            return Err(Failure::Message(format!("`{}` is no file, so it cannot be replaced", show(named))));
        }
        let stamp = Stamp::of(&path).map_err(failed)?;
        Ok(Self { named: named.to_owned(), path, stamp })
    }

    /// Returns whether another path leads to the same file.
    pub(crate) fn is(&self, other: &Path) -> bool {
        followed(other)
            .and_then(fs::canonicalize)
            .is_ok_and(|other| fs::canonicalize(&self.path).is_ok_and(|own| own == other))
    }

    /// Replaces the file, once `check` has approved of the new one where it stands beside the old.
    ///
    /// The new text is written to another file of the same directory, flushed and synced, and then renamed. On any failure
    /// the old file is as it was, and the other one gone.
    pub(crate) fn replace(&self, text: &str, check: impl FnOnce(&Path) -> Result<(), Failure>) -> Result<(), Failure> {
        let failed = |error: io::Error| failure(&self.named, "cannot be written", &error);
        let directory = self.path.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Opened before anything is changed, so that little can fail afterwards.
        let handle = open_directory(directory).map_err(failed)?;
        let (new, mut file) = Temporary::beside(&self.path, directory).map_err(failed)?;
        self.keep_permissions(&file).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.flush()).and_then(|()| file.sync_all()).map_err(failed)?;
        drop(file);
        check(&new.path)?;
        if Stamp::of(&self.path).map_err(failed)? != self.stamp {
            let named = show(&self.named);
            return Err(Failure::Message(format!("`{named}` was changed in the meantime: ask again")));
        }
        new.rename(&self.path).map_err(failed)?;
        sync_directory(&handle)
            .map_err(|error| failure(&self.named, "is replaced, but its directory cannot be synced", &error))
    }

    /// Gives the new file what the old one has: who may read and write it, and whose it is.
    fn keep_permissions(&self, file: &File) -> io::Result<()> {
        match fs::metadata(&self.path) {
            Ok(old) => {
                keep_owner(file, &old)?;
                file.set_permissions(old.permissions())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(metadata) => {
                Ok(Some(Self { length: metadata.len(), modified: metadata.modified().ok(), number: number(&metadata) }))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A file that is removed unless it is renamed.
struct Temporary {
    path: PathBuf,
    is_kept: bool,
}

impl Temporary {
    /// Creates a file beside another one, with the same ending, that nobody else has and others cannot read.
    fn beside(path: &Path, directory: &Path) -> io::Result<(Self, File)> {
        let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        if path.exists() {
            keep_secret(&mut options);
        }
        let mut taken = io::Error::from(ErrorKind::AlreadyExists);
        for attempt in 0..ATTEMPTS {
            let path = directory.join(format!("{PREFIX}{}-{attempt}{ending}", std::process::id()));
            match options.open(&path) {
                Ok(file) => return Ok((Self { path, is_kept: false }, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => taken = error,
                Err(error) => return Err(error),
            }
        }
        Err(taken)
    }

    fn rename(mut self, to: &Path) -> io::Result<()> {
        fs::rename(&self.path, to)?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_kept {
            // What made the write fail is told; that this fails as well would add nothing.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Returns where a path leads past symbolic links, whether or not a file stands there.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        let target = match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => fs::read_link(&path)?,
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(error),
        };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    Err(io::Error::other("too many symbolic links"))
}

fn failure(path: &Path, what: &str, error: &io::Error) -> Failure {
    Failure::Message(format!("`{}` {what}: {error}", show(path)))
}

fn show(path: &Path) -> String {
    shown(&path.to_string_lossy())
}

#[cfg(unix)]
fn number(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}

#[cfg(unix)]
fn keep_secret(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;

    options.mode(0o600);
}

#[cfg(not(unix))]
fn keep_secret(_: &mut OpenOptions) {}

#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    std::os::unix::fs::fchown(file, Some(old.uid()), Some(old.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn open_directory(path: &Path) -> io::Result<Option<File>> {
    File::open(path).map(Some)
}

/// Elsewhere a directory is no file that could be synced.
#[cfg(not(unix))]
fn open_directory(_: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

/// Syncs a directory, where the file system can.
fn sync_directory(directory: &Option<File>) -> io::Result<()> {
    match directory.as_ref().map(File::sync_all) {
        Some(Err(error)) if !matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Err(error),
        _ => Ok(()),
    }
}

/// How the names of files begin that are to take another's place; a killed program leaves one behind.
const PREFIX: &str = ".bailiwick-";
const ATTEMPTS: u32 = 100;
const LINKS_MAX: u32 = 40;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::Target;
    use crate::failure::Failure;

    /// Returns an empty directory; each test uses a name of its own.
    fn room(name: &str) -> PathBuf {
        let room = std::env::temp_dir().join(format!("bailiwick-{}-{name}", std::process::id()));
        fs::create_dir(&room).unwrap();
        room
    }

    fn names(room: &PathBuf) -> Vec<PathBuf> {
        fs::read_dir(room).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn a_file_that_was_changed_in_the_meantime_stays() {
        let room = room("changed");
        let path = room.join("acme.yaml");
        fs::write(&path, "old").unwrap();
        let target = Target::at(&path).unwrap();
        let elsewhere = Target::at(&path).unwrap();
        elsewhere.replace("theirs", |_| Ok(())).unwrap();
        let Err(Failure::Message(message)) = target.replace("ours", |_| Ok(())) else { unreachable!("it was changed") };
        assert!(message.ends_with("was changed in the meantime: ask again"), "{message}");
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names(&room)), ("theirs", vec![path]));
        fs::remove_dir_all(room).unwrap();
    }

    #[test]
    fn a_file_that_came_in_the_meantime_stays() {
        let room = room("came");
        let path = room.join("acme.yaml");
        let target = Target::at(&path).unwrap();
        fs::write(&path, "theirs").unwrap();
        assert!(target.replace("ours", |_| Ok(())).is_err());
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names(&room)), ("theirs", vec![path]));
        fs::remove_dir_all(room).unwrap();
    }

    #[test]
    fn what_is_not_approved_of_is_removed() {
        let room = room("refused");
        let path = room.join("acme.yaml");
        fs::write(&path, "old").unwrap();
        let check = |new: &std::path::Path| {
            assert_eq!((fs::read_to_string(new).unwrap().as_str(), new.extension()), ("new", path.extension()));
            Err(Failure::Message("no".to_owned()))
        };
        assert!(Target::at(&path).unwrap().replace("new", check).is_err());
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names(&room)), ("old", vec![path]));
        fs::remove_dir_all(room).unwrap();
    }
}
