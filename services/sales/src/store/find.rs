//! How opportunities and projects are found. Those that were retracted are not.

use baton_chassis::{
    Caller,
    list::{List, Rights},
    search::{
        Text,
        find::{By, Finder},
        rows::{Brief, Found},
        titled,
    },
};

use crate::{opportunity::Opportunity, project::Project};

/// Commerce reads what is won.
fn opportunities(caller: &Caller) -> List {
    let rights = Rights {
        owner: "o.owner",
        territory: "o.territory",
        record: "o.id",
    };
    let list = List::of(
        "o.id, o.number, o.state, o.name as title, o.source_kind, o.source_id, o.owner, o.territory",
        "opportunity o",
    );
    let [open, won] = ["OPEN", "WON"].map(|state| caller.reading("OPPORTUNITY", state));
    if open == won {
        return list.scopes(&[("o.state <> 'RETRACTED'", open)], rights);
    }
    let parts = [
        ("o.state = 'WON'", won),
        ("o.state = 'OPEN'", open.clone()),
        ("o.state = 'LOST'", open),
    ];
    list.scopes(&parts, rights)
}

impl Found for Opportunity {
    const FINDER: Finder = Finder {
        kind: "OPPORTUNITY",
        list: opportunities,
        id: "o.id",
        order: "o.created_at",
        descending: true,
        by: By::Words,
    };
    const FILL: &'static str = "opportunity_words";
    const REFILL: &'static str = "opportunity_words_again";
    const HELD: &'static str = "update opportunity set version = version \
         where id in (select id from opportunity where id >= $1 order by id limit $2) returning id, number, name";

    fn texts_of(b: Brief) -> Vec<Text> {
        titled(&b.number, &b.name)
    }
}

/// Whose a project is to read depends on its type; commerce reads what is won.
fn projects(caller: &Caller) -> List {
    let rights = Rights {
        owner: "p.owner",
        territory: "p.territory",
        record: "p.id",
    };
    let list = List::of(
        "p.id, p.number, p.state, p.name as title, p.source_kind, p.source_id, p.owner, p.territory",
        "project p",
    );
    let [won, sales, marketing, other] =
        ["WON", "SALES", "MARKETING", "OTHER"].map(|s| caller.reading("PROJECT", s));
    if [&sales, &marketing, &other]
        .iter()
        .all(|scope| **scope == won)
    {
        return list.scopes(&[("p.state <> 'RETRACTED'", won)], rights);
    }
    let parts = [
        ("p.deal_state = 'WON'", won),
        (
            "p.deal_state = 'OPEN' and p.state <> 'RETRACTED'",
            sales.clone(),
        ),
        ("p.deal_state = 'LOST' and p.state <> 'RETRACTED'", sales),
        ("p.type = 'MARKETING'", marketing),
        ("p.type = 'OTHER'", other),
    ];
    list.scopes(&parts, rights)
}

impl Found for Project {
    const FINDER: Finder = Finder {
        kind: "PROJECT",
        list: projects,
        id: "p.id",
        order: "p.created_at",
        descending: true,
        by: By::Words,
    };
    const FILL: &'static str = "project_words";
    const REFILL: &'static str = "project_words_again";
    const HELD: &'static str = "update project set version = version \
         where id in (select id from project where id >= $1 order by id limit $2) returning id, number, name";

    fn texts_of(b: Brief) -> Vec<Text> {
        titled(&b.number, &b.name)
    }
}
