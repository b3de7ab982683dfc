//! What fuzz targets reach into; no program is built with it.

use crate::import;

/// Any file, under a recipe made of its own header or one that somebody wrote, is read row by row or refused.
///
/// # Panics
/// When it is neither.
pub fn import(target: &str, recipe: &str, file: &[u8]) {
    import::fuzzed(target, recipe, file);
}
