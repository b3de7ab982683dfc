//! The data folder of a system: one process holds its lock, and leaves the address at which others find it.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

pub use baton_chassis::run::Addresses;

/// A data folder that this process holds for itself.
#[derive(Debug)]
pub struct Home {
    folder: PathBuf,
    _lock: File,
}

/// Who has a data folder.
#[derive(Debug)]
pub enum Holder {
    /// We do.
    Us(Home),
    /// A system that runs on it.
    Other(Addresses),
}

/// Takes a data folder, or finds who has it.
///
/// # Errors
/// When the folder cannot be used, or its holder has not said yet where it is.
pub fn take(folder: &Path) -> io::Result<Holder> {
    let holder = take_anyhow(folder)?;
    if restoring(folder).exists() {
        let text = format!(
            "a restore into {} was broken off; do it again",
            folder.display()
        );
        return Err(io::Error::other(text));
    }
    Ok(holder)
}

/// Stands in a data folder while a backup is put back into it.
#[must_use]
pub fn restoring(folder: &Path) -> PathBuf {
    folder.join("restoring")
}

/// Takes a data folder in whatever state it is.
///
/// # Errors
/// As [`take`].
pub fn take_anyhow(folder: &Path) -> io::Result<Holder> {
    fs::create_dir_all(folder)?;
    let lock = File::create(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => {
            let home = Home {
                folder: folder.to_owned(),
                _lock: lock,
            };
            // What an earlier process left when it was killed.
            home.forget()?;
            Ok(Holder::Us(home))
        }
        Err(TryLockError::WouldBlock) => {
            let text = fs::read(folder.join("address.json")).map_err(|e| {
                let text = format!(
                    "another process starts or stops on {}: {e}",
                    folder.display()
                );
                io::Error::new(io::ErrorKind::ResourceBusy, text)
            })?;
            Ok(Holder::Other(serde_json::from_slice(&text)?))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

impl Home {
    /// Says where the process that holds the folder is reached.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn publish(&self, address: &Addresses) -> io::Result<()> {
        let new = self.folder.join("address.json.new");
        fs::write(&new, serde_json::to_vec(address)?)?;
        fs::rename(new, self.folder.join("address.json"))
    }

    fn forget(&self) -> io::Result<()> {
        match fs::remove_file(self.folder.join("address.json")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        drop(self.forget());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_and_others_learn_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let Holder::Us(home) = take(folder.path()).unwrap() else {
            panic!("it was free")
        };
        assert!(
            take(folder.path()).is_err(),
            "the holder has not said where it is"
        );
        let address = Addresses {
            http: None,
            grpc: "http://127.0.0.1:1".to_owned(),
        };
        home.publish(&address).unwrap();
        assert!(matches!(take(folder.path()).unwrap(), Holder::Other(found) if found == address));
        drop(home);
        assert!(matches!(take(folder.path()).unwrap(), Holder::Us(_)));
    }
}
