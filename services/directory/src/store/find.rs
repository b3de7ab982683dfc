//! How members are found: by whoever is signed in, for the directory is the firm's own address book.

use baton_chassis::{
    Caller,
    list::List,
    search::{
        Text,
        find::{By, Finder},
        rows::{Brief, Found},
    },
};

use super::open;
use crate::member::Member;

/// What a member is found by: any part of the sign-in name as well.
pub fn member(name: &str, display_name: &str) -> Vec<Text> {
    let sign_in = Text::Number(name.to_owned());
    let names = [name, display_name].map(|n| Text::Name(n.to_owned()));
    [sign_in].into_iter().chain(names).collect()
}

fn members(_: &Caller) -> List {
    open(
        "m.id, m.name as number, m.state, m.display_name as title, 'DIRECT' as source_kind, '' as source_id, \
         cast(null as uuid) as owner, cast(null as uuid) as territory",
        "member m",
    )
}

impl Found for Member {
    const FINDER: Finder = Finder {
        kind: "MEMBER",
        list: members,
        id: "m.id",
        order: "m.name",
        descending: false,
        by: By::Words,
    };
    const FILL: &'static str = "member_words";
    const REFILL: &'static str = "member_words_again";
    const HELD: &'static str = "update member set version = version \
         where id in (select id from member where id >= $1 order by id limit $2) \
         returning id, name as number, display_name as name";

    fn texts_of(b: Brief) -> Vec<Text> {
        member(&b.number, &b.name)
    }
}
