//! Follow-ups, as rows.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{Error, Tx},
    ids::{FollowUpId, MemberId, TerritoryId},
    list::{Key, List, Rights, Scope},
};

use super::orders;
use crate::{
    events,
    follow_up::{FollowUp, FollowUpEvent},
};

impl Noun for FollowUp {
    type Id = FollowUpId;
    type Event = FollowUpEvent;
    const KIND: &'static str = "FOLLOW_UP";

    fn id(&self) -> FollowUpId {
        self.id
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn touch(&mut self, version: i64, at: Time) {
        (self.version, self.updated_at) = (version, at);
    }
    fn owner(&self) -> Option<MemberId> {
        self.details.owner
    }
    fn territory(&self) -> Option<TerritoryId> {
        self.details.territory
    }
    fn shared_as(&self) -> Option<uuid::Uuid> {
        self.party.map(Into::into)
    }

    async fn load(tx: &mut Tx, id: FollowUpId) -> Result<Option<Self>, Error> {
        tx.sql("select * from follow_up where id = $1")
            .bind(id)
            .optional()
            .await
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        let d = &self.details;
        tx.sql(
            "insert into follow_up (id, version, state, about_kind, about_id, party, interaction, title, note, \
             due_at, owner, territory, came_due_at, result, closed_at, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.state)
        .bind(self.about.kind)
        .bind(self.about.id)
        .bind(self.party)
        .bind(self.interaction)
        .bind(d.title.clone())
        .bind(d.note.clone())
        .bind(d.due_at)
        .bind(d.owner)
        .bind(d.territory)
        .bind(self.came_due_at)
        .bind(self.result.clone())
        .bind(self.closed_at)
        .bind(self.created_at)
        .bind(self.updated_at)
        .execute_one()
        .await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), Error> {
        let d = &self.details;
        tx.sql(
            "update follow_up set version = $2, state = $3, title = $4, note = $5, due_at = $6, owner = $7, \
             territory = $8, came_due_at = $9, result = $10, closed_at = $11, updated_at = $12 \
             where id = $1 and version = $2 - 1",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.state)
        .bind(d.title.clone())
        .bind(d.note.clone())
        .bind(d.due_at)
        .bind(d.owner)
        .bind(d.territory)
        .bind(self.came_due_at)
        .bind(self.result.clone())
        .bind(self.closed_at)
        .bind(self.updated_at)
        .execute_one()
        .await
    }

    fn personal(&self) -> &'static [&'static str] {
        Self::PERSONAL
    }

    fn said(&self, event: &FollowUpEvent) -> Said {
        events::follow_up(self, event)
    }
}

orders!(
    FOLLOW_UPS,
    FollowUp,
    [
        "due_time" = ("f.due_at", "f.id", false, |f| (
            Key::Time(f.details.due_at),
            f.id.into()
        )),
        "due_time desc" = ("f.due_at", "f.id", true, |f| (
            Key::Time(f.details.due_at),
            f.id.into()
        )),
    ]
);

/// Follow-ups.
pub fn follow_ups(scope: Scope) -> List {
    const RIGHTS: Rights = Rights {
        owner: "f.owner",
        territory: "f.territory",
        record: "f.party",
    };
    List::of("f.*", "follow_up f").scope(scope, RIGHTS)
}
