//! Interactions, as rows.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{Error, Tx},
    ids::{InteractionId, MemberId, TerritoryId},
    list::{Key, List, Rights, Scope},
};

use super::orders;
use crate::{
    events,
    interaction::{Interaction, InteractionEvent},
};

impl Noun for Interaction {
    type Id = InteractionId;
    type Event = InteractionEvent;
    const KIND: &'static str = "INTERACTION";

    fn id(&self) -> InteractionId {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn touch(&mut self, version: i64, at: Time) {
        (self.version, self.updated_at) = (version, at);
    }
    fn owner(&self) -> Option<MemberId> {
        self.owner
    }
    fn territory(&self) -> Option<TerritoryId> {
        self.territory
    }
    fn shared_as(&self) -> Option<uuid::Uuid> {
        self.party.map(Into::into)
    }

    async fn load(tx: &mut Tx, id: InteractionId) -> Result<Option<Self>, Error> {
        tx.sql("select * from interaction where id = $1")
            .bind(id)
            .optional()
            .await
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        let d = &self.details;
        tx.sql(
            "insert into interaction (id, version, about_kind, about_id, party, contact, channel, kind, summary, \
             feedback, happened_at, follow_up, owner, territory, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.about.kind)
        .bind(self.about.id)
        .bind(self.party)
        .bind(self.contact)
        .bind(d.channel)
        .bind(d.kind)
        .bind(d.summary.clone())
        .bind(d.feedback.clone())
        .bind(d.happened_at)
        .bind(self.follow_up)
        .bind(self.owner)
        .bind(self.territory)
        .bind(self.created_at)
        .bind(self.updated_at)
        .execute_one()
        .await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), Error> {
        let d = &self.details;
        tx.sql(
            "update interaction set version = $2, channel = $3, kind = $4, summary = $5, feedback = $6, \
             happened_at = $7, updated_at = $8 where id = $1 and version = $2 - 1",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(d.channel)
        .bind(d.kind)
        .bind(d.summary.clone())
        .bind(d.feedback.clone())
        .bind(d.happened_at)
        .bind(self.updated_at)
        .execute_one()
        .await
    }

    fn personal(&self) -> &'static [&'static str] {
        Self::PERSONAL
    }

    fn said(&self, event: &InteractionEvent) -> Said {
        events::interaction(self, event)
    }
}

orders!(
    INTERACTIONS,
    Interaction,
    [
        "happened_time desc" = ("i.happened_at", "i.id", true, |i| (
            Key::Time(i.details.happened_at),
            i.id.into()
        )),
        "happened_time" = ("i.happened_at", "i.id", false, |i| (
            Key::Time(i.details.happened_at),
            i.id.into()
        )),
    ]
);

/// Interactions.
pub fn interactions(scope: Scope) -> List {
    const RIGHTS: Rights = Rights {
        owner: "i.owner",
        territory: "i.territory",
        record: "i.party",
    };
    List::of("i.*", "interaction i").scope(scope, RIGHTS)
}
