//! Shares: made, ended by somebody, and come over. Every service knows which records are shared with whom, as early as any other
//! change of rights.

use baton_chassis::{
    Result, Violations,
    act::Act,
    ids::{MemberId, ShareId},
};

use crate::{
    member,
    organisation::{self, Organisation},
    share::{Share, ShareEvent, State, Wanted, With},
    store,
    team::Team,
};

/// The timer that looks whether the time of a share is over.
pub const OVER: &str = "share_over";

/// Shows a record to somebody.
pub async fn make(act: &mut Act<'_>, wanted: Wanted, sharer: MemberId) -> Result<Share> {
    let mut org = Organisation::open(act).await?;
    let mut v = Violations::new();
    match wanted.with {
        With::Member(id) => match store::member::load(org.tx, id).await? {
            Some(member) if member.is_active() => {}
            Some(_) => return Err(member::Refused::Inactive.into()),
            None => v.add("share.member_id", "REFERENCE_NOT_FOUND"),
        },
        With::Team(id) => {
            let team: Option<Team> = store::team::load(org.tx, id).await?;
            if !team.is_some_and(|t| t.is_active()) {
                v.add("share.team_id", "REFERENCE_NOT_FOUND");
            }
        }
    }
    v.done()?;
    let before = store::share::before(org.tx, wanted.record, wanted.with).await?;
    let share = Share::create(org.new_id(), wanted, sharer, before, org.now)?;
    let share = org.create(share, ShareEvent::Created).await?;
    if let Some(ends_at) = share.ends_at {
        org.timer(OVER, share.id, ends_at).await?;
    }
    Ok(share)
}

/// Ends a share; who may, was decided.
pub async fn revoke(act: &mut Act<'_>, id: ShareId, etag: &str) -> Result<Share> {
    let mut org = Organisation::open(act).await?;
    let share = org
        .change_seen(id, etag, |s: &mut Share, _| Ok(s.revoke()?))
        .await?;
    org.cancel_timer(OVER, id).await?;
    Ok(share)
}

/// Ends a share whose time is over.
pub async fn come_over(act: &mut Act<'_>, id: ShareId) -> Result<()> {
    let mut org = Organisation::open(act).await?;
    let share = organisation::read::<Share>(org.tx, id).await?;
    if share.state == State::Active {
        let now = org.now;
        org.change_seen(id, "", |s: &mut Share, _| Ok(s.expire(now)?))
            .await?;
    }
    Ok(())
}
