//! The first start: an organisation with an administrator, the roles of a small firm, a root
//! territory and settings.

use baton_chassis::{Act, Context, Credentials, Error, Result};
use rand::seq::IndexedRandom as _;

use crate::{
    grant::{Grant, GrantEvent, Grantee, introduced, small_firm},
    member::{Member, MemberEvent, Revision},
    organisation::{ORGANISATION, Organisation},
    passwords::Passwords,
    placements,
    settings::{Settings, SettingsEvent},
    sign_in::check_password,
    store,
    territory::{Territory, TerritoryEvent},
};

/// Sign-in name of the first administrator.
const ADMIN: &str = "admin";
/// Name of the root territory, for either language; a name like any other, and free to be changed.
const ROOT: &str = "全部 All";

/// Letters and digits that are not taken for one another when they are read aloud or from paper.
pub(crate) const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of a random password: 5 bits each, 100 in all.
const PASSWORD_LETTERS: usize = 20;

/// Founds the organisation where there is none, and tells how its administrator signs in.
pub async fn found(cx: Context) -> Result<Option<Credentials>> {
    let begun = cx
        .db
        .read(async |tx| store::epoch(tx).await)
        .await?
        .is_some();
    if begun {
        introduce(&cx).await?;
        placements::begin(&cx).await?;
        return Ok(None);
    }
    let password = match cx.config.auth.admin_password.as_str() {
        "" => random_password(),
        chosen => chosen.to_owned(),
    };
    if check_password("auth.admin_password", &password, ADMIN).is_some() {
        return Err(Error::internal(
            "auth.admin_password is too simple for an administrator",
        ));
    }
    let hash = Passwords::default().hash(password.clone()).await?;
    let caller = cx.own_caller(None, "first_run").await?;
    let founded = cx
        .act(caller, async move |act| seed(act, hash.clone()).await)
        .await?;
    // Another replica may have been faster; its password is the one that counts.
    Ok(founded.then(|| Credentials {
        user: ADMIN.to_owned(),
        password,
    }))
}

/// Grants functions that are newer than the organisation to whoever could do the same before, once.
async fn introduce(cx: &Context) -> Result<()> {
    if cx
        .db
        .read(async |tx| store::grant::is_introduced(tx).await)
        .await?
    {
        return Ok(());
    }
    let caller = cx.own_caller(None, "first_run").await?;
    cx.act(caller, async |act| give(act).await).await
}

async fn give(act: &mut Act<'_>) -> Result<()> {
    let mut org = Organisation::open(act).await?;
    // Another replica may have been faster.
    if store::grant::is_introduced(org.tx).await? {
        return Ok(());
    }
    let grants = store::grant::active(org.tx).await?;
    for (grantee, power) in introduced(&grants) {
        let grant = Grant::create(org.new_id(), power, grantee, org.now)?;
        org.create(grant, GrantEvent::Created).await?;
    }
    let now = org.now;
    Ok(store::grant::note_introduced(org.tx, now).await?)
}

async fn seed(act: &mut Act<'_>, hash: String) -> Result<bool> {
    if !store::found(act.tx).await? {
        return Ok(false);
    }
    let now = act.now;
    let mut org = Organisation::open(act).await?;
    org.create(Settings::create(ORGANISATION, now), SettingsEvent::Created)
        .await?;
    let root = Territory::root(org.new_id(), ROOT.to_owned(), now);
    org.create(root, TerritoryEvent::Created).await?;
    for (role, power) in small_firm() {
        let grant = Grant::create(org.new_id(), power, Grantee::Role(role.to_owned()), now)?;
        org.create(grant, GrantEvent::Created).await?;
    }
    store::grant::note_introduced(org.tx, now).await?;
    store::placement::note_begun(org.tx, now).await?;
    let revision = Revision {
        name: Some(ADMIN.to_owned()),
        display_name: Some("Administrator".to_owned()),
        roles: Some(["administrator"].into_iter().collect()),
        ..Revision::default()
    };
    let admin = Member::create(org.new_id(), revision, now);
    let admin = org.create(admin, MemberEvent::Created).await?;
    store::sign_in::set_hash(org.tx, admin.id, hash, now).await?;
    org.keep_an_administrator().await?;
    Ok(true)
}

fn random_password() -> String {
    let mut rng = rand::rng();
    (0..PASSWORD_LETTERS)
        .filter_map(|_| LETTERS.choose(&mut rng))
        .map(|b| char::from(*b))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_password_keeps_the_rules_and_is_never_the_same() {
        let (one, other) = (random_password(), random_password());
        assert!(check_password("password", &one, ADMIN).is_none(), "{one}");
        assert_ne!(one, other);
    }
}
