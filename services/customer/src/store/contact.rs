//! Contacts, as rows.

use baton_chassis::{
    Time,
    act::{Noun, Said},
    db::{Error, Tx},
    ids::{ContactId, MemberId, TerritoryId},
    list::{Key, List, Rights, Scope},
    search::Text,
};

use super::{found_as, orders};
use crate::{
    contact::{Contact, ContactEvent},
    events,
    party::Party,
};

impl Noun for Contact {
    type Id = ContactId;
    type Event = ContactEvent;
    const KIND: &'static str = "CONTACT";

    fn id(&self) -> ContactId {
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
        Some(self.party.into())
    }

    async fn load(tx: &mut Tx, id: ContactId) -> Result<Option<Self>, Error> {
        tx.sql(
            "select c.*, p.country from contact c join party p on p.id = c.party where c.id = $1",
        )
        .bind(id)
        .optional()
        .await
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), Error> {
        let d = &self.details;
        tx.sql(
            "insert into contact (id, version, party, state, name, job_title, department, phone, email, wechat, \
             source_kind, source_id, owner, territory, erased_at, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.party)
        .bind(self.state)
        .bind(d.name.clone())
        .bind(d.job_title.clone())
        .bind(d.department.clone())
        .bind(d.phone.clone())
        .bind(d.email.clone())
        .bind(d.wechat.clone())
        .bind(self.source_kind)
        .bind(self.source_id.clone())
        .bind(self.owner)
        .bind(self.territory)
        .bind(self.erased_at)
        .bind(self.created_at)
        .bind(self.updated_at)
        .execute_one()
        .await
    }

    async fn save(&self, tx: &mut Tx) -> Result<(), Error> {
        let d = &self.details;
        tx.sql(
            "update contact set version = $2, state = $3, name = $4, job_title = $5, department = $6, phone = $7, \
             email = $8, wechat = $9, updated_at = $10, erased_at = $11 where id = $1 and version = $2 - 1",
        )
        .bind(self.id)
        .bind(self.version)
        .bind(self.state)
        .bind(d.name.clone())
        .bind(d.job_title.clone())
        .bind(d.department.clone())
        .bind(d.phone.clone())
        .bind(d.email.clone())
        .bind(d.wechat.clone())
        .bind(self.updated_at)
        .bind(self.erased_at)
        .execute_one()
        .await
    }

    fn texts(&self) -> Vec<Text> {
        let d = &self.details;
        found_as("", &d.name, &d.phone, &self.country)
    }

    fn personal(&self) -> &'static [&'static str] {
        Self::PERSONAL
    }

    fn said(&self, event: &ContactEvent) -> Said {
        events::contact(self, event)
    }
}

orders!(
    CONTACTS,
    Contact,
    [
        "create_time desc" = ("c.created_at", "c.id", true, |c| (
            Key::Time(c.created_at),
            c.id.into()
        )),
        "name" = ("c.name", "c.id", false, |c| (
            Key::Text(c.details.name.clone()),
            c.id.into()
        )),
    ]
);

/// Contacts.
pub fn contacts(scope: Scope) -> List {
    const RIGHTS: Rights = Rights {
        owner: "c.owner",
        territory: "c.territory",
        record: "c.party",
    };
    List::of("c.*, p.country", "contact c join party p on p.id = c.party").scope(scope, RIGHTS)
}

/// Gives the contacts of a party to the party's owner and territory: who may see one may see the other.
pub async fn hand_contacts_over(tx: &mut Tx, party: &Party) -> Result<(), Error> {
    tx.sql("update contact set owner = $2, territory = $3 where party = $1")
        .bind(party.id)
        .bind(party.details.owner)
        .bind(party.details.territory)
        .execute()
        .await?;
    Ok(())
}

/// Reads a contact and keeps it as it is until this transaction ends.
pub async fn lock_contact(tx: &mut Tx, id: ContactId) -> Result<Option<Contact>, Error> {
    tx.sql("update contact set version = version where id = $1")
        .bind(id)
        .execute()
        .await?;
    Contact::load(tx, id).await
}
