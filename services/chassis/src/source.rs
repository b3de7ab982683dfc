//! Where a business object came from: a kind and an id, on everything, never absent.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// What kind of thing an object came from (the source type of the chain).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum SourceKind { $($(#[$doc])* $name,)+ }

        impl SourceKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The kind as contracts and people write it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
        impl FromStr for SourceKind {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$name),)+ _ => Err(()) }
            }
        }
    };
}

kinds! {
    /// Created by hand, with nothing before it ("直接创建").
    Direct = "DIRECT",
    /// A marketing campaign.
    Campaign = "CAMPAIGN",
    /// A visitor of the web site.
    Visitor = "VISITOR",
    /// A load of outside data; the id names the row or the load.
    Import = "IMPORT",
    /// A call at the call centre.
    Call = "CALL",
    /// A lead.
    Lead = "LEAD",
    /// An opportunity.
    Opportunity = "OPPORTUNITY",
    /// A project.
    Project = "PROJECT",
    /// A quote.
    Quote = "QUOTE",
    /// A contract.
    Contract = "CONTRACT",
    /// An order.
    Order = "ORDER",
    /// A service case.
    Case = "CASE",
    /// An account: repeat business.
    Account = "ACCOUNT",
    /// A contact: a referral.
    Contact = "CONTACT",
    /// An interaction with a customer.
    Interaction = "INTERACTION",
}

impl SourceKind {
    /// Whether the id names an object that Baton keeps, so that the chain can be followed to it.
    #[must_use]
    pub fn is_object(self) -> bool {
        !matches!(
            self,
            Self::Direct | Self::Import | Self::Call | Self::Visitor
        )
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Kind and id of what an object came from. Rows hold it as `source_kind` and `source_id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it came from.
    pub kind: SourceKind,
    /// Id of that thing; empty for `DIRECT` only.
    pub id: String,
}

impl Source {
    /// Created directly.
    #[must_use]
    pub fn direct() -> Self {
        Self {
            kind: SourceKind::Direct,
            id: String::new(),
        }
    }

    /// Came from an object of this kind.
    pub fn of(kind: SourceKind, id: impl fmt::Display) -> Self {
        Self {
            kind,
            id: id.to_string(),
        }
    }
}
