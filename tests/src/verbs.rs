//! The table noun x verb x {allowed, refused} x {SQLite, PostgreSQL}: proof that stories try every RPC both ways.

use std::{collections::BTreeMap, fmt, fs, io, path::Path};

use prost_reflect::{DescriptorError, DescriptorPool};

/// Contexts whose every RPC must be tried.
const CONTEXTS: [&str; 6] = [
    "directory",
    "customer",
    "marketing",
    "sales",
    "commerce",
    "insight",
];

/// Engine and outcome of each column, as the test kit writes them.
const COLUMNS: [(&str, &str); 4] = [
    ("SQLite", "allowed"),
    ("SQLite", "refused"),
    ("PostgreSQL", "allowed"),
    ("PostgreSQL", "refused"),
];

/// How often each RPC was called, per column.
#[derive(Debug)]
pub struct Verbs(BTreeMap<Verb, [u64; COLUMNS.len()]>);

/// One row: an RPC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Verb {
    context: usize,
    noun: String,
    name: String,
}

/// Why there is no table.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The contracts do not decode.
    #[error("the contracts cannot be read: {0}")]
    Contracts(#[from] DescriptorError),
    /// A record cannot be opened.
    #[error("the record of calls cannot be read: {0}")]
    Record(#[from] io::Error),
    /// A line is not `engine<TAB>method<TAB>outcome`.
    #[error("not a recorded call: {0:?}")]
    Line(String),
}

impl Verbs {
    /// All RPCs of the contracts, none of them called yet.
    ///
    /// # Errors
    /// When the descriptors do not decode.
    pub fn of(descriptors: &[u8]) -> Result<Self, Unreadable> {
        let pool = DescriptorPool::decode(descriptors)?;
        let rpcs = pool
            .services()
            .flat_map(|s| s.methods().collect::<Vec<_>>());
        let verbs = rpcs.filter_map(|m| Verb::parse(m.full_name()));
        Ok(Self(verbs.map(|v| (v, [0; COLUMNS.len()])).collect()))
    }

    /// Adds the calls of all `*.tsv` files of a folder.
    ///
    /// # Errors
    /// When a file cannot be read or holds anything else.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), Unreadable> {
        for file in fs::read_dir(folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|e| e == "tsv") {
                self.add(&fs::read_to_string(path)?)?;
            }
        }
        Ok(())
    }

    /// Adds calls, one a line: `engine<TAB>method<TAB>outcome`.
    ///
    /// # Errors
    /// When a line is anything else. Calls of RPCs outside the six contexts are passed over.
    pub fn add(&mut self, record: &str) -> Result<(), Unreadable> {
        for line in record.lines() {
            let unreadable = || Unreadable::Line(line.to_owned());
            let [engine, method, outcome] = line.split('\t').collect::<Vec<_>>()[..] else {
                return Err(unreadable());
            };
            let column = COLUMNS.iter().position(|c| *c == (engine, outcome));
            let column = column.ok_or_else(unreadable)?;
            let Some(verb) = Verb::parse(method) else {
                continue;
            };
            if let Some(counts) = self.0.get_mut(&verb) {
                counts[column] += 1;
            }
        }
        Ok(())
    }

    /// Cells without a call, as text.
    #[must_use]
    pub fn empty_cells(&self) -> Vec<String> {
        let cells = self.0.iter().flat_map(|(verb, counts)| {
            let empty = COLUMNS.iter().zip(counts).filter(|(_, count)| **count == 0);
            empty.map(move |((engine, outcome), _)| format!("{verb}: never {outcome} on {engine}"))
        });
        cells.collect()
    }

    /// Number of RPCs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no RPC at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Verb {
    /// From `baton.sales.v1.OpportunityService.WinOpportunity`, also with a slash before the method.
    /// None for an RPC outside the six contexts.
    fn parse(method: &str) -> Option<Self> {
        let mut words = method.trim_start_matches('/').split(['.', '/']);
        let words = std::array::from_fn::<_, 6, _>(|_| words.next());
        let [
            Some("baton"),
            Some(context),
            Some("v1"),
            Some(service),
            Some(name),
            None,
        ] = words
        else {
            return None;
        };
        let context = CONTEXTS.iter().position(|c| *c == context)?;
        let noun = service
            .strip_suffix("Service")
            .unwrap_or(service)
            .to_owned();
        Some(Self {
            context,
            noun,
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", CONTEXTS[self.context], self.noun, self.name)
    }
}

impl fmt::Display for Verbs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.0.keys().fold([4, 4], |[noun, name], v| {
            [noun.max(v.noun.len()), name.max(v.name.len())]
        });
        let [noun, name] = widths;
        writeln!(
            f,
            "{:noun$}  {:name$}  {:^17}  {:^17}",
            "", "", "SQLite", "PostgreSQL"
        )?;
        write!(f, "{:noun$}  {:name$}", "noun", "verb")?;
        for (_, outcome) in COLUMNS {
            write!(f, "  {outcome:>7}")?;
        }
        let mut context = None;
        for (verb, counts) in &self.0 {
            if context.replace(verb.context) != Some(verb.context) {
                write!(f, "\n\n{}", CONTEXTS[verb.context])?;
            }
            write!(f, "\n{:noun$}  {:name$}", verb.noun, verb.name)?;
            for count in counts {
                match count {
                    0 => write!(f, "  {:>7}", "-")?,
                    _ => write!(f, "  {count:>7}")?,
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbs() -> Verbs {
        Verbs::of(baton_proto::FILE_DESCRIPTOR_SET).unwrap()
    }

    const SETTINGS: &str = "baton.directory.v1.SettingsService.GetSettings";

    #[test]
    fn every_rpc_of_the_contracts_is_a_row() {
        let verbs = verbs();
        assert!(verbs.0.contains_key(&Verb::parse(SETTINGS).unwrap()));
        assert_eq!(verbs.empty_cells().len(), verbs.len() * COLUMNS.len());
    }

    #[test]
    fn rpcs_between_services_are_no_rows() {
        assert!(Verb::parse("baton.chain.v1.ChainService.CheckNodes").is_none());
        assert!(Verb::parse("grpc.health.v1.Health.Check").is_none());
    }

    #[test]
    fn a_call_fills_its_cell_only() {
        let mut verbs = verbs();
        let slashed = "/baton.directory.v1.SettingsService/GetSettings";
        verbs
            .add(&format!(
                "SQLite\t{SETTINGS}\tallowed\nSQLite\t{slashed}\tallowed\n"
            ))
            .unwrap();
        assert_eq!(verbs.0[&Verb::parse(SETTINGS).unwrap()], [2, 0, 0, 0]);
        let empty = verbs.empty_cells();
        assert!(empty.contains(&"directory Settings GetSettings: never refused on SQLite".into()));
        assert!(!empty.contains(&"directory Settings GetSettings: never allowed on SQLite".into()));
    }

    #[test]
    fn a_line_that_is_no_call_is_refused() {
        let lines = ["SQLite", "oracle\ta.B.C\tallowed", "SQLite\ta.B.C\tperhaps"];
        for line in lines {
            assert!(
                matches!(verbs().add(line), Err(Unreadable::Line(_))),
                "{line}"
            );
        }
    }
}
