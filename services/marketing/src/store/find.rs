//! How campaigns and leads are found: leads by their number alone, so that taking them in is not slowed down.

use baton_chassis::{
    Caller,
    list::{List, Rights},
    search::{
        Text,
        find::{By, Finder},
        rows::{Brief, Found, Numbered},
        titled,
    },
};

use crate::campaign::Campaign;

const RIGHTS: Rights = Rights {
    owner: "owner",
    territory: "territory",
    record: "id",
};

fn campaigns(caller: &Caller) -> List {
    List::of(
        "id, number, state, name as title, source_kind, source_id, owner, territory",
        "campaign",
    )
    .scope(caller.reading("CAMPAIGN", ""), RIGHTS)
}

impl Found for Campaign {
    const FINDER: Finder = Finder {
        kind: "CAMPAIGN",
        list: campaigns,
        id: "id",
        order: "created_at",
        descending: true,
        by: By::Words,
    };
    const FILL: &'static str = "campaign_words";
    const REFILL: &'static str = "campaign_words_again";
    const HELD: &'static str = "update campaign set version = version \
         where id in (select id from campaign where id >= $1 order by id limit $2) returning id, number, name";

    fn texts_of(b: Brief) -> Vec<Text> {
        titled(&b.number, &b.name)
    }
}

fn leads(caller: &Caller) -> List {
    List::of(
        "id, number, quality as state, title, source_kind, source_id, owner, territory",
        "lead",
    )
    .scope(caller.reading("LEAD", ""), RIGHTS)
}

/// How leads are found by their number.
pub const NUMBERED: Numbered = Numbered {
    prefix: "L-",
    // `is true` keeps the engines from gathering and sorting all these rows.
    between: "(number >= ? and number < ?) is true",
    ids_between: "select n.id as object from lead n where n.number >= ? and n.number < ?",
    count_between: "select cast(0 as bigint) as part, count(*) as holders \
         from (select id from lead where number >= $1 and number < $2 limit $3) as held",
    ids_of: "select n.id as object from lead n where n.number in (?, ?, ?, ?)",
};

/// How leads are found.
pub const LEADS: Finder = Finder {
    kind: "LEAD",
    list: leads,
    id: "id",
    order: "created_at",
    descending: true,
    by: By::Number(NUMBERED),
};
