//! A small disk of its own for what a server keeps, so that it can be full.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A mounted disk; dropping it takes it away.
#[derive(Debug)]
pub struct Disk {
    at: PathBuf,
}

impl Disk {
    /// Makes a file system of so many MiB in a file beside `at` and mounts it there.
    ///
    /// # Errors
    /// Why this machine does not allow it.
    pub fn mount(at: &Path, mib: u64) -> Result<Self, String> {
        let image = at.with_extension("image");
        let told = |e: std::io::Error| e.to_string();
        fs::create_dir_all(at).map_err(told)?;
        let file = fs::File::create(&image).map_err(told)?;
        file.set_len(mib << 20).map_err(told)?;
        let image = image.display().to_string();
        let folder = at.display().to_string();
        // Nothing is kept back for root: a full disk is full for everybody.
        run("mkfs.ext4", &["-q", "-F", "-m", "0", &image])?;
        run("mount", &["-o", "loop", &image, &folder])?;
        Ok(Self { at: at.to_owned() })
    }

    /// Fills it up to the last block.
    ///
    /// # Errors
    /// When there is something else wrong with it.
    pub fn fill(&self) -> Result<(), String> {
        let balloon = self.balloon().display().to_string();
        // In ever smaller pieces, because a request for more than is left gets nothing.
        let script = r#"touch "$0"
            for piece in 268435456 16777216 1048576 65536 4096; do
              while fallocate --offset "$(stat -c %s "$0")" --length "$piece" "$0" 2>/dev/null; do :; done
            done"#;
        run("sh", &["-c", script, &balloon])
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// When it cannot be had back.
    pub fn empty(&self) -> Result<(), String> {
        match fs::remove_file(self.balloon()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.to_string()),
            _ => Ok(()),
        }
    }

    fn balloon(&self) -> PathBuf {
        self.at.join("balloon")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a server that was killed a moment ago may not be gone yet.
        drop(run("umount", &["--lazy", &self.at.display().to_string()]));
    }
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let done = Command::new(program).args(arguments).output();
    let done = done.map_err(|e| format!("{program}: {e}"))?;
    if done.status.success() {
        return Ok(());
    }
    let why = String::from_utf8_lossy(&done.stderr);
    Err(format!("{program}: {}", why.trim()))
}
