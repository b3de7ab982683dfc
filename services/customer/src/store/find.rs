//! How parties and contacts are found.

use baton_chassis::{
    Caller,
    list::{List, Rights},
    search::{
        Text,
        find::{By, Finder},
        rows::{Brief, Found},
    },
};

use crate::{contact::Contact, identity::phone_text, party::Party};

/// What a customer or contact is found by; empty texts are not known.
pub fn found_as(number: &str, name: &str, phone: &str, country: &str) -> Vec<Text> {
    let number = Some(number).filter(|n| !n.is_empty());
    let number = number.map(|n| Text::Number(n.to_owned()));
    let name = Text::Name(name.to_owned());
    let texts = number.into_iter().chain([name]);
    texts.chain(phone_text(phone, country)).collect()
}

/// Every state has its indexes.
const STATES: [&str; 3] = [
    "p.state = 'ACCOUNT'",
    "p.state = 'PROSPECT'",
    "p.state = 'INVALID'",
];

fn parties(caller: &Caller) -> List {
    let scope = caller.reading("ACCOUNT", "");
    let parts = STATES.map(|state| (state, scope.clone()));
    let rights = Rights {
        owner: "p.owner",
        territory: "p.territory",
        record: "p.id",
    };
    List::of(
        "p.id, p.number, p.state, p.name as title, p.source_kind, p.source_id, p.owner, p.territory",
        "party p",
    )
    .scopes(&parts, rights)
}

impl Found for Party {
    const FINDER: Finder = Finder {
        kind: "ACCOUNT",
        list: parties,
        id: "p.id",
        order: "p.created_at",
        descending: true,
        by: By::Words,
    };
    const FILL: &'static str = "party_words";
    const REFILL: &'static str = "party_words_again";
    const HELD: &'static str = "update party set version = version \
         where id in (select id from party where id >= $1 order by id limit $2) \
         returning id, number, name, phone, country";

    fn texts_of(b: Brief) -> Vec<Text> {
        found_as(&b.number, &b.name, &b.phone, &b.country)
    }
}

fn contacts(caller: &Caller) -> List {
    let rights = Rights {
        owner: "c.owner",
        territory: "c.territory",
        record: "c.party",
    };
    List::of(
        "c.id, '' as number, c.state, c.name as title, c.source_kind, c.source_id, c.owner, c.territory",
        "contact c",
    )
    .scope(caller.reading("CONTACT", ""), rights)
}

impl Found for Contact {
    const FINDER: Finder = Finder {
        kind: "CONTACT",
        list: contacts,
        id: "c.id",
        order: "c.created_at",
        descending: true,
        by: By::Words,
    };
    const FILL: &'static str = "contact_words";
    const REFILL: &'static str = "contact_words_again";
    const HELD: &'static str = "update contact set version = version \
         where id in (select id from contact where id >= $1 order by id limit $2) \
         returning id, '' as number, name, phone, \
         (select p.country from party p where p.id = contact.party) as country";

    fn texts_of(b: Brief) -> Vec<Text> {
        found_as(&b.number, &b.name, &b.phone, &b.country)
    }
}
