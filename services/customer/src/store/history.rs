//! What was said and done, and what is to be done, about several objects at once.

use baton_chassis::list::{Key, List, Order, Rights, Scope};
use uuid::Uuid;

use crate::{follow_up::FollowUp, interaction::Interaction};

/// The order of interactions in a history: the latest first.
pub const HAPPENED: &[(&str, Order<Interaction>); 1] = &[(
    "time desc",
    Order {
        column: "i.happened_at",
        id: "i.id",
        descending: true,
        key: |i| (Key::Time(i.details.happened_at), i.id.into()),
    },
)];

/// The order of follow-ups in a history: by when they were agreed on, the latest first.
pub const AGREED: &[(&str, Order<FollowUp>); 1] = &[(
    "time desc",
    Order {
        column: "f.created_at",
        id: "f.id",
        descending: true,
        key: |f| (Key::Time(f.created_at), f.id.into()),
    },
)];

/// Which history is asked for, and what of it the reader may read.
#[derive(Clone, Debug)]
pub struct Asked {
    /// About these objects.
    pub about: Vec<Uuid>,
    /// Those of them that he may open: everything about them.
    pub open: Vec<Uuid>,
    /// Rows that his own rights reach, and all with parties that they reach.
    pub scope: Scope,
}

impl Asked {
    fn of(&self, list: List, about: &'static str, ways: [Rights; 2]) -> List {
        let ways = ways.map(|rights| (self.scope.clone(), rights));
        list.each(about, self.about.clone(), self.open.clone(), ways.into())
    }
}

/// The interactions of a history.
#[must_use]
pub fn interactions(asked: &Asked) -> List {
    const OWN: Rights = Rights {
        owner: "i.owner",
        territory: "i.territory",
        record: "i.party",
    };
    const PARTY: Rights = Rights {
        owner: "(select p.owner from party p where p.id = i.party)",
        territory: "(select p.territory from party p where p.id = i.party)",
        record: "i.party",
    };
    let list = List::of("i.*", "interaction i");
    asked.of(list, "i.about_id", [OWN, PARTY])
}

/// The follow-ups of a history.
#[must_use]
pub fn follow_ups(asked: &Asked) -> List {
    const OWN: Rights = Rights {
        owner: "f.owner",
        territory: "f.territory",
        record: "f.party",
    };
    const PARTY: Rights = Rights {
        owner: "(select p.owner from party p where p.id = f.party)",
        territory: "(select p.territory from party p where p.id = f.party)",
        record: "f.party",
    };
    let list = List::of("f.*", "follow_up f");
    asked.of(list, "f.about_id", [OWN, PARTY])
}
