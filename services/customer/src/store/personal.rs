//! Which records tell of a person, and what is left of them when he is erased.

use baton_chassis::{
    Time,
    db::{Error, Tx},
    ids::PartyId,
    personal::Personal,
};

use crate::{
    contact::Contact,
    follow_up::{self, FollowUp, FollowUpEvent},
    identity::{Key, KeyKind},
    interaction::{Interaction, InteractionEvent},
    party::{Party, Verification},
};
use uuid::Uuid;

impl Personal for Party {
    const ABOUT: &'static str =
        "select id from party where id = $1 and kind = 'PERSON' and id > $2 order by id limit $3";

    fn rests_since(&self) -> Option<Time> {
        Some(self.updated_at)
    }
}

impl Personal for Contact {
    const ABOUT: &'static str =
        "select id from contact where id = $1 and id > $2 order by id limit $3";

    fn rests_since(&self) -> Option<Time> {
        Some(self.updated_at)
    }
}

impl Personal for Interaction {
    /// With him; or about something that is about him, unless it was with somebody else.
    const ABOUT: &'static str = "select id from (select id from interaction where contact = $1 \
        union select id from interaction where party = $1 \
        union select id from interaction where about_id = $1 and contact is null) as told \
        where id > $2 order by id limit $3";

    /// What was said is over, whoever works on what follows from it.
    fn rests_since(&self) -> Option<Time> {
        Some(self.updated_at)
    }

    fn forget(&mut self) -> Option<InteractionEvent> {
        Some(Self::forget(self))
    }
}

impl Personal for FollowUp {
    const ABOUT: &'static str = "select id from (select id from follow_up where party = $1 \
        union select id from follow_up where about_id = $1 \
        union select f.id from follow_up f join interaction i on i.id = f.interaction where i.contact = $1) as told \
        where id > $2 order by id limit $3";

    fn rests_since(&self) -> Option<Time> {
        (self.state != follow_up::State::Open).then_some(self.updated_at)
    }

    fn forget(&mut self) -> Option<FollowUpEvent> {
        Some(Self::forget(self))
    }
}

/// What shows that a party is who it is said to be may name a person: nothing of it is left.
pub async fn forget_evidence(tx: &mut Tx, party: PartyId) -> Result<(), Error> {
    tx.sql("update verification set evidence = '' where party = $1")
        .bind(party)
        .execute()
        .await?;
    Ok(())
}

/// The keys by which somebody is found again.
pub async fn keys_of(tx: &mut Tx, holder: Uuid) -> Result<Vec<Key>, Error> {
    #[derive(sqlx::FromRow)]
    struct Row {
        kind: KeyKind,
        value: String,
    }
    let rows: Vec<Row> = tx
        .sql("select kind, value from identity_key where holder = $1 order by kind, value")
        .bind(holder)
        .all()
        .await?;
    let key = |row: Row| Key {
        kind: row.kind,
        value: row.value,
    };
    Ok(rows.into_iter().map(key).collect())
}

/// The verifications of a party.
pub async fn verifications_of(tx: &mut Tx, party: PartyId) -> Result<Vec<Verification>, Error> {
    tx.sql("select * from verification where party = $1 order by created_at, id")
        .bind(party)
        .all()
        .await
}
