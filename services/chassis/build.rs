//! Has the crate built again when a migration is added: `sqlx::migrate!` watches those that it knows only.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
