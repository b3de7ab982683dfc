//! Compiles the contracts without protoc and gives each message the traits that its fields call for.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use prost::Message as _;
use prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet};

#[expect(
    clippy::disallowed_methods,
    reason = "cargo names a build script's folder by a variable"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files = Vec::new();
    find(Path::new("baton"), &mut files)?;
    files.sort();
    println!("cargo:rerun-if-changed=baton");
    println!("cargo:rerun-if-changed=google");

    let mut compiler = protox::Compiler::new(["."])?;
    compiler.include_imports(true).open_files(&files)?;
    // The encoded form keeps the HTTP annotations, which the decoded one has no field for.
    let bare = compiler.encode_file_descriptor_set();
    fs::write(out.join("baton.binpb"), bare)?;
    let commented = compiler
        .include_source_info(true)
        .encode_file_descriptor_set();
    fs::write(out.join("commented.binpb"), &commented)?;
    let set = FileDescriptorSet::decode(commented.as_slice())?;
    fs::write(out.join("traits.rs"), traits(&set)?)?;
    fs::write(out.join("modules.rs"), modules(&set)?)?;
    tonic_prost_build::configure().compile_fds(set)?;
    Ok(())
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "proto") {
            files.push(path);
        }
    }
    Ok(())
}

fn ours(set: &FileDescriptorSet) -> impl Iterator<Item = &FileDescriptorProto> {
    set.file
        .iter()
        .filter(|f| f.package().starts_with("baton."))
}

/// `pub mod sales { pub mod v1 { include!(…) } }` for every package.
fn modules(set: &FileDescriptorSet) -> Result<String, Box<dyn Error>> {
    let mut packages: Vec<&str> = ours(set).map(FileDescriptorProto::package).collect();
    packages.sort_unstable();
    packages.dedup();
    let mut text = String::new();
    for package in packages {
        let [_, context, version] = package.split('.').collect::<Vec<_>>()[..] else {
            return Err(format!("package {package} is not baton.<context>.<version>").into());
        };
        let file = if context == "type" {
            "baton.r#type.v1".to_owned()
        } else {
            package.to_owned()
        };
        let context = if context == "type" { "r#type" } else { context };
        writeln!(
            text,
            "/// Package `{package}`.\npub mod {context} {{\n    /// Package `{package}`.\n    pub mod {version} {{\n        \
             include!(concat!(env!(\"OUT_DIR\"), \"/{file}.rs\"));\n    }}\n}}"
        )?;
    }
    Ok(text)
}

fn traits(set: &FileDescriptorSet) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let mut facts = String::new();
    for file in ours(set) {
        for message in &file.message_type {
            let path = format!("{}::{}", file.package().replace('.', "::"), message.name());
            let path = path
                .trim_start_matches("baton::")
                .replacen("type::", "r#type::", 1);
            let has = |name: &str| message.field.iter().any(|f| f.name() == name);
            if file.name().ends_with("/events.proto") && is_fact(message) {
                let kind = format!("{}.{}", file.package(), snake(message.name()));
                writeln!(
                    text,
                    "impl crate::Fact for crate::{path} {{ const TYPE: &'static str = \"{kind}\"; }}"
                )?;
                write!(
                    facts,
                    "(\"{kind}\", \"{}.{}\"),",
                    file.package(),
                    message.name()
                )?;
            }
            if has("request_id") {
                writeln!(
                    text,
                    "impl crate::Command for crate::{path} {{ fn request_id(&self) -> &str {{ &self.request_id }} }}"
                )?;
            }
            if has("id") && has("etag") && message.name().ends_with("Request") {
                writeln!(
                    text,
                    "impl crate::Target for crate::{path} {{ fn id(&self) -> &str {{ &self.id }} \
                     fn etag(&self) -> &str {{ &self.etag }} }}"
                )?;
            }
        }
    }
    let streams: String = ours(set).flat_map(streams).collect();
    writeln!(
        text,
        "/// Every call that answers with a stream, by its gRPC path.\n\
         pub const STREAMS: &[&str] = &[{streams}];"
    )?;
    writeln!(
        text,
        "/// Every event there is: its type, and the full name of its message.\n\
         pub const FACTS: &[(&str, &str)] = &[{facts}];"
    )?;
    Ok(text)
}

/// The paths of the calls of a file that answer with a stream, each followed by a comma.
fn streams(file: &FileDescriptorProto) -> Vec<String> {
    let mut paths = Vec::new();
    for service in &file.service {
        let streams = service.method.iter().filter(|m| m.server_streaming());
        let place = format!("{}.{}", file.package(), service.name());
        paths.extend(streams.map(|m| format!("\"/{place}/{}\",", m.name())));
    }
    paths
}

/// A message of `events.proto` is an event if it says first what it is about; others are parts of events.
fn is_fact(message: &DescriptorProto) -> bool {
    message
        .field
        .iter()
        .any(|f| f.number() == 1 && f.type_name() == ".baton.type.v1.Subject")
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for (i, c) in name.char_indices() {
        if c.is_ascii_uppercase() && i > 0 {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}
