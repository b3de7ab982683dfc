//! A clock of its own for each process, by libfaketime: it can be put forward and back while the process runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Where Debian has the library.
const LIBRARY: &str = "faketime/libfaketime.so.1";

/// The clocks of a system; none where the library is missing.
#[derive(Clone, Debug)]
pub struct Clocks {
    library: Option<PathBuf>,
    folder: PathBuf,
}

impl Clocks {
    /// Clocks that keep their settings in a folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        let known = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
        let library = known
            .map(|entry| entry.path().join(LIBRARY))
            .find(|file| file.is_file());
        Self {
            library,
            folder: folder.join("clocks"),
        }
    }

    /// Whether clocks can be put.
    #[must_use]
    pub fn can_be_put(&self) -> bool {
        self.library.is_some()
    }

    /// Puts the clock of a process to so many seconds before or after the true time; it sees that within a second.
    ///
    /// # Errors
    /// When its file cannot be written.
    pub fn put(&self, name: &str, seconds: i32) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        // At once: half a file would be no time at all.
        let new = self.folder.join(format!("{name}.new"));
        fs::write(&new, format!("{seconds:+}\n"))?;
        fs::rename(new, self.file(name))
    }

    /// What a process needs in its environment to go by its clock.
    ///
    /// # Errors
    /// When its file cannot be written.
    pub fn environment(&self, name: &str) -> io::Result<Vec<(String, String)>> {
        let Some(library) = &self.library else {
            return Ok(Vec::new());
        };
        if !self.file(name).exists() {
            self.put(name, 0)?;
        }
        let settings = [
            ("LD_PRELOAD", library.display().to_string()),
            (
                "FAKETIME_TIMESTAMP_FILE",
                self.file(name).display().to_string(),
            ),
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
            // What is measured goes on; what is told by the clock jumps.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        Ok(settings
            .map(|(name, value)| (name.to_owned(), value))
            .into())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}
