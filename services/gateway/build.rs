//! Has a released program made anew when the console was: its files are part of it. Any other program reads them as it runs.

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by a variable what is built"
)]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        // A folder that is not there is looked for each time.
        println!("cargo:rerun-if-changed=../console/dist");
    }
}
