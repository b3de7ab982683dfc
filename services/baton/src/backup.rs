//! A backup: a folder with a copy of every store of a system, its keys, and a list that tells what is in it.
//!
//! All stores are copied as of one moment, so that the services agree about what was said. A backup is complete when its
//! list is there: the list is written last, and names every file with its length and hash.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use baton_chassis::{Clock, Time, config::Config, db};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::home::{self, Holder};

/// The list of a backup.
const LIST: &str = "backup.json";
/// The keys in a backup.
const KEYS: &str = "keys.json";

/// Why there is no backup, or none to put back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder or file.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// A store.
    #[error("the store cannot be copied: {0}")]
    Store(#[from] db::Error),
    /// PostgreSQL has tools of its own for that.
    #[error("the store of {0} is a PostgreSQL database: back it up with the tools of PostgreSQL")]
    NotOurs(String),
    /// There is nothing.
    #[error("{0} holds no system")]
    Empty(PathBuf),
    /// Somebody uses the folder.
    #[error("a system runs on {0}: stop it first")]
    Runs(PathBuf),
    /// The folder has a system already.
    #[error("{0} holds a system already; --replace moves it aside")]
    Taken(PathBuf),
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Version of the program that made it.
    pub version: String,
    /// The moment.
    pub at: Time,
    /// Its files.
    pub files: Vec<Copy>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |e| broken(&path, &e)
}

fn broken(path: &Path, cause: &dyn std::fmt::Display) -> Error {
    Error::File {
        path: path.to_owned(),
        cause: cause.to_string(),
    }
}

/// The stores of a system by their services, those that exist.
///
/// # Errors
/// When a store is not a file.
pub fn stores(config: &Config) -> Result<Vec<(&'static str, PathBuf)>, Error> {
    let mut found = Vec::new();
    for (service, settings) in config.services() {
        let file = config.data.join(format!("{service}.db"));
        if !settings.db_url.is_empty() {
            return Err(Error::NotOurs(service.to_owned()));
        }
        if file.exists() {
            found.push((service, file));
        }
    }
    if found.is_empty() {
        return Err(Error::Empty(config.data.clone()));
    }
    Ok(found)
}

/// Copies a system, which may run, into a folder that does not exist yet.
///
/// # Errors
/// When something cannot be read or written. A folder without its list is no backup.
pub async fn make(config: &Config, into: &Path) -> Result<Backup, Error> {
    let stores = stores(config)?;
    if let Some(above) = into.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(above).map_err(at(above))?;
    }
    fs::create_dir(into).map_err(at(into))?;
    private(into).map_err(at(into))?;
    let moment = Clock::System.now();
    let pairs: Vec<_> = stores
        .iter()
        .map(|(service, file)| (file.clone(), into.join(format!("{service}.db"))))
        .collect();
    db::copy_stores(&pairs).await?;
    fs::copy(config.key_file(), into.join(KEYS)).map_err(at(&config.key_file()))?;
    let names = stores.iter().map(|(service, _)| format!("{service}.db"));
    let mut files = Vec::new();
    for name in names.chain([KEYS.to_owned()]) {
        files.push(measured(into, &name)?);
    }
    let backup = Backup {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        at: moment,
        files,
    };
    let list = into.join(LIST);
    let text = serde_json::to_string_pretty(&backup).map_err(|e| broken(&list, &e))?;
    fs::write(&list, text).map_err(at(&list))?;
    sync(&list)?;
    Ok(backup)
}

/// Whether a folder holds a backup that was made to its end: the list is written last.
#[must_use]
pub fn is_whole(folder: &Path) -> bool {
    folder.join(LIST).exists()
}

/// Puts a backup into a data folder. What was there is moved aside if `replace`, and nothing of it is lost. Killed half
/// way, it is done again: a folder that is being restored does not start.
///
/// # Errors
/// When the backup is not whole, or the folder is in use or taken.
pub async fn restore(from: &Path, config: &Config, replace: bool) -> Result<Backup, Error> {
    let backup = checked(from).await?;
    let data = &config.data;
    let half = home::restoring(data);
    let home = match home::take_anyhow(data).map_err(at(data))? {
        Holder::Us(home) => home,
        Holder::Other(_) => return Err(Error::Runs(data.clone())),
    };
    let taken = fs::read_dir(data).map_err(at(data))?.flatten();
    let taken: Vec<PathBuf> = taken
        .map(|e| e.path())
        .filter(|p| is_of_a_system(p))
        .collect();
    if !taken.is_empty() && !replace && !half.exists() {
        return Err(Error::Taken(data.clone()));
    }
    fs::write(&half, from.to_string_lossy().as_bytes()).map_err(at(&half))?;
    sync(&half)?;
    if !taken.is_empty() {
        let aside = data.join(format!(
            "replaced-{}",
            Clock::System.now().format("%Y%m%d-%H%M%S-%f")
        ));
        fs::create_dir(&aside).map_err(at(&aside))?;
        for file in taken {
            let to = aside.join(file.file_name().unwrap_or_default());
            fs::rename(&file, to).map_err(at(&file))?;
        }
    }
    for file in &backup.files {
        let to = if file.name == KEYS {
            config.key_file()
        } else {
            data.join(&file.name)
        };
        fs::copy(from.join(&file.name), &to).map_err(at(&to))?;
        sync(&to)?;
    }
    fs::remove_file(&half).map_err(at(&half))?;
    drop(home);
    Ok(backup)
}

/// Reads the list of a backup and proves that every file is what it says.
async fn checked(from: &Path) -> Result<Backup, Error> {
    let list = from.join(LIST);
    let text = fs::read(&list).map_err(at(&list))?;
    let backup: Backup = serde_json::from_slice(&text).map_err(|e| broken(&list, &e))?;
    for file in &backup.files {
        let path = from.join(&file.name);
        let plain = Path::new(&file.name).file_name() == Some(file.name.as_ref());
        if !plain || measured(from, &file.name)? != *file {
            return Err(broken(&path, &"it is not what the list says"));
        }
        if file.name != KEYS {
            let faults = db::faults(&path).await?;
            if let Some(fault) = faults.first() {
                return Err(broken(&path, fault));
            }
        }
    }
    Ok(backup)
}

/// Stores with what SQLite keeps beside them, and the keys.
fn is_of_a_system(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == KEYS
        || [".db", ".db-wal", ".db-shm"]
            .iter()
            .any(|end| name.ends_with(end))
}

fn measured(folder: &Path, name: &str) -> Result<Copy, Error> {
    let path = folder.join(name);
    let mut file = fs::File::open(&path).map_err(at(&path))?;
    let mut hash = Sha256::new();
    let (mut bytes, mut piece) = (0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut piece).map_err(at(&path))?;
        if read == 0 {
            break;
        }
        hash.update(&piece[..read]);
        bytes += read as u64;
    }
    let digest = hash.finalize();
    let sha256 = digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    Ok(Copy {
        name: name.to_owned(),
        bytes,
        sha256,
    })
}

fn sync(path: &Path) -> Result<(), Error> {
    fs::File::open(path)
        .and_then(|f| f.sync_all())
        .map_err(at(path))
}

/// A backup holds keys and everything else: nobody but its owner reads it.
fn private(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}
