//! Calls about members.

use baton_chassis::{
    Error, Result, Violation, Violations,
    act::Act,
    context::{self, Context},
    db::{self, Tx},
    ids::MemberId,
    paging, wire as chassis_wire,
};
use baton_proto::directory::v1::{self as pb, member_service_server::MemberService};
use tonic::Request;

use super::Answer;
use crate::{
    browsers,
    credentials::{Credentials, Proof},
    keys, links,
    member::{Member, MemberEvent, Revision, Roles},
    organisation::{self, Organisation},
    sign_in::check_password,
    store, wire,
};

/// Fields that everybody may change of himself. The e-mail address is none: by it a provider's sign-in finds its member, and
/// whoever wrote another's would be taken for him.
const OWN_FIELDS: &[&str] = &["language"];

/// Calls about members.
pub struct Members {
    /// The service.
    pub cx: Context,
    /// Passwords.
    pub credentials: Credentials,
}

#[tonic::async_trait]
impl MemberService for Members {
    async fn create_member(
        &self,
        r: Request<pb::CreateMemberRequest>,
    ) -> Answer<pb::CreateMemberResponse> {
        self.cx
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let given = r.member.clone().unwrap_or_default();
                let mut v = Violations::new();
                let mask = v.mask(None, wire::MEMBER_FIELDS);
                let revision = wire::member_revision(&mut v, "member.", &given, &mask);
                check(org.tx, &mut v, &PATHS, None, &revision).await?;
                v.done()?;
                let member = Member::create(org.new_id(), revision, org.now);
                let member = org.create(member, MemberEvent::Created).await?;
                Ok(pb::CreateMemberResponse {
                    member: Some(wire::member(&member)),
                })
            })
            .await
    }

    async fn get_member(&self, r: Request<pb::GetMemberRequest>) -> Answer<pb::GetMemberResponse> {
        self.cx
            .query(r, async |look, r| {
                let id = chassis_wire::parse_id("id", &r.id)?;
                let member = organisation::read::<Member>(look.tx, id).await?;
                Ok(pb::GetMemberResponse {
                    member: Some(wire::member(&member)),
                })
            })
            .await
    }

    async fn list_members(
        &self,
        r: Request<pb::ListMembersRequest>,
    ) -> Answer<pb::ListMembersResponse> {
        self.cx
            .query(r, async |look, r| {
                let mut v = Violations::new();
                let filter = store::member::Filter {
                    department: v.optional_id("department_id", &r.department_id),
                    role: Some(r.role.clone()).filter(|role| !role.is_empty()),
                    territory: v.optional_id("territory_id", &r.territory_id),
                    state: wire::member_state(&mut v, r.state),
                };
                let query = v.optional_query("query", &r.query);
                v.done()?;
                let list = store::member::list(&filter);
                let list = look.found::<Member>(list, query.as_ref()).await?;
                let page = look
                    .list(|| list.clone(), filter.orders(), &paging!(r))
                    .await?;
                Ok(pb::ListMembersResponse {
                    members: page.rows.iter().map(wire::member).collect(),
                    next_page_token: page.next_page_token,
                    total_size: page.total_size,
                    total_capped: page.total_capped,
                })
            })
            .await
    }

    async fn update_member(
        &self,
        r: Request<pb::UpdateMemberRequest>,
    ) -> Answer<pb::UpdateMemberResponse> {
        self.cx
            .command(r, async |act, r| {
                let member = update(act, r).await?;
                Ok(pb::UpdateMemberResponse {
                    member: Some(wire::member(&member)),
                })
            })
            .await
    }

    async fn deactivate_member(
        &self,
        r: Request<pb::DeactivateMemberRequest>,
    ) -> Answer<pb::DeactivateMemberResponse> {
        self.cx
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let member = org
                    .change(r, |m: &mut Member, epoch| Ok(m.deactivate(epoch)?))
                    .await?;
                shut_out(&mut org, member.id).await?;
                Ok(pb::DeactivateMemberResponse {
                    member: Some(wire::member(&member)),
                })
            })
            .await
    }

    async fn reactivate_member(
        &self,
        r: Request<pb::ReactivateMemberRequest>,
    ) -> Answer<pb::ReactivateMemberResponse> {
        self.cx
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                let member = org
                    .change(r, |m: &mut Member, _| Ok(m.reactivate()?))
                    .await?;
                Ok(pb::ReactivateMemberResponse {
                    member: Some(wire::member(&member)),
                })
            })
            .await
    }

    async fn set_password(
        &self,
        r: Request<pb::SetPasswordRequest>,
    ) -> Answer<pb::SetPasswordResponse> {
        // The passwords leave the request before anything of it is kept: the store remembers a
        // fingerprint of every request by its id, and one that holds a password could be guessed
        // at.
        let (metadata, extensions, mut command) = r.into_parts();
        let old = std::mem::take(&mut command.old_password);
        let new = std::mem::take(&mut command.new_password);
        let r = Request::from_parts(metadata, extensions, command);
        if let Some(done) = self.cx.replayed(&r).await? {
            let is_same = self.is_password(&r, new).await;
            return match is_same {
                Ok(true) => Ok(done),
                Ok(false) => Err(self.cx.refuse(&r, Error::KeyReused)),
                Err(error) => Err(self.cx.refuse(&r, error)),
            };
        }
        let NewPassword { hash, proof } = match self.new_password(&r, old, new).await {
            Ok(new) => new,
            Err(error) => return Err(self.cx.refuse(&r, error)),
        };
        self.cx
            .command(r, async move |act, r| {
                let mut org = Organisation::open(act).await?;
                let proved = proof.as_ref().map(|p| p.member.version);
                let set = |m: &mut Member, epoch| match proved {
                    Some(version) if version != m.version => Err(Error::Stale),
                    _ => Ok(m.set_password(epoch)?),
                };
                let member = org.change(r, set).await?;
                let now = org.now;
                store::sign_in::set_hash(org.tx, member.id, hash.clone(), now).await?;
                browsers::revoke_all(&mut org, member.id).await?;
                links::revoke_all(&mut org, member.id).await?;
                Ok(pb::SetPasswordResponse {
                    member: Some(wire::member(&member)),
                })
            })
            .await
    }

    async fn revoke_sessions(
        &self,
        r: Request<pb::RevokeSessionsRequest>,
    ) -> Answer<pb::RevokeSessionsResponse> {
        self.cx
            .command(r, async |act, r| {
                let mut org = Organisation::open(act).await?;
                organisation::allow_self(&org.caller, chassis_wire::parse_id("id", &r.id)?)?;
                let member = org
                    .change(r, |m: &mut Member, epoch| Ok(m.revoke_sessions(epoch)?))
                    .await?;
                browsers::revoke_all(&mut org, member.id).await?;
                Ok(pb::RevokeSessionsResponse {
                    member: Some(wire::member(&member)),
                })
            })
            .await
    }
}

/// Ends all by which a member who has just lost his access could still come in, and refuses to leave nobody who administers.
pub(super) async fn shut_out(org: &mut Organisation<'_, '_>, member: MemberId) -> Result<()> {
    org.keep_an_administrator().await?;
    browsers::revoke_all(org, member).await?;
    links::revoke_all(org, member).await?;
    keys::revoke_all(org, member).await
}

/// A new password, hashed, with the proof of the old one where it is one's own.
struct NewPassword {
    hash: String,
    proof: Option<Proof>,
}

impl Members {
    /// Whether a password is the one that the member has: a repeated request must say the same one again.
    async fn is_password(
        &self,
        r: &Request<pb::SetPasswordRequest>,
        password: String,
    ) -> Result<bool> {
        let id: MemberId = chassis_wire::parse_id("id", &r.get_ref().id)?;
        let hash = self
            .cx
            .db
            .read(async move |tx| store::sign_in::hash(tx, id).await)
            .await?;
        self.credentials.fits(password, hash).await
    }

    /// Hashing takes long, so it is done before the transaction, and what was seen here is checked
    /// there again.
    async fn new_password(
        &self,
        r: &Request<pb::SetPasswordRequest>,
        old: String,
        new: String,
    ) -> Result<NewPassword> {
        let caller = context::caller(r)?;
        let id: MemberId = chassis_wire::parse_id("id", &r.get_ref().id)?;
        organisation::allow_self(&caller, id)?;
        let myself = caller.member()? == id;
        let read = async move |tx: &mut Tx| {
            let member = organisation::read::<Member>(tx, id).await?;
            Ok::<_, Error>((member, store::sign_in::hash(tx, id).await?.is_some()))
        };
        let (member, has_password) = self.cx.db.read(read).await?;
        if let Some(violation) = check_password("new_password", &new, &member.name) {
            return Err(Error::Invalid(vec![violation]));
        }
        let mut proof = None;
        if myself && has_password {
            proof = self.credentials.prove(&member.name, old).await?;
            if proof.is_none() {
                return Err(Error::invalid("old_password", "PASSWORD_WRONG"));
            }
        }
        Ok(NewPassword {
            hash: self.credentials.hash(new).await?,
            proof,
        })
    }
}

async fn update(act: &mut Act<'_>, r: &pb::UpdateMemberRequest) -> Result<Member> {
    let given = r.member.clone().unwrap_or_default();
    let mut v = Violations::new();
    let id = v.id("member.id", &given.id);
    let mask = v.mask(r.update_mask.as_ref(), wire::MEMBER_FIELDS);
    let others = wire::MEMBER_FIELDS
        .iter()
        .any(|f| mask.has(f) && !OWN_FIELDS.contains(f));
    if others && !organisation::administers(&act.caller) {
        return Err(Error::Denied);
    }
    organisation::allow_self(&act.caller, id)?;
    let revision = wire::member_revision(&mut v, "member.", &given, &mask);

    let mut org = Organisation::open(act).await?;
    let before = organisation::read::<Member>(org.tx, id).await?;
    revise(&mut org, v, &before, &r.etag, revision).await
}

/// Gives a member what a revision says, if the rest of the directory has room for it and nothing was wrong before.
pub(crate) async fn revise(
    org: &mut Organisation<'_, '_>,
    mut v: Violations,
    before: &Member,
    etag: &str,
    revision: Revision,
) -> Result<Member> {
    check(org.tx, &mut v, &PATHS, Some(before), &revision).await?;
    v.done()?;
    let member = org
        .change_seen(before.id, etag, |m: &mut Member, _| Ok(m.update(revision)))
        .await?;
    org.keep_an_administrator().await?;
    Ok(member)
}

/// What the fields that refer to others are called in a request.
pub(super) struct Paths {
    pub(super) name: &'static str,
    pub(super) department: &'static str,
    pub(super) territory: &'static str,
    pub(super) roles: &'static str,
}

const PATHS: Paths = Paths {
    name: "member.name",
    department: "member.department_id",
    territory: "member.territory_id",
    roles: "member.roles",
};

/// Notes what of a revision does not fit the rest of the directory: a name that is taken, and what
/// is newly referred to and not there or not in use.
pub(super) async fn check(
    tx: &mut Tx,
    v: &mut Violations,
    paths: &Paths,
    before: Option<&Member>,
    revision: &Revision,
) -> Result<(), db::Error> {
    if let Some(name) = &revision.name {
        let holder = store::member::named(tx, name).await?;
        if holder.is_some() && holder != before.map(|m| m.id) {
            v.add(paths.name, "NAME_TAKEN");
        }
    }
    if let Some(Some(id)) = revision.department
        && before.is_none_or(|m| m.department != Some(id))
        && !store::department::load(tx, id)
            .await?
            .is_some_and(|d| d.is_active())
    {
        v.add(paths.department, "DEPARTMENT_NOT_IN_USE");
    }
    if let Some(Some(id)) = revision.territory
        && before.is_none_or(|m| m.territory != Some(id))
        && !store::territory::load(tx, id)
            .await?
            .is_some_and(|t| t.is_active())
    {
        v.add(paths.territory, "TERRITORY_NOT_IN_USE");
    }
    for role in revision.roles.iter().flat_map(Roles::iter) {
        let has = before.is_some_and(|m| m.roles.iter().any(|r| r == role));
        if !has && !store::grant::knows_role(tx, role).await? {
            v.push(Violation::new(paths.roles, "ROLE_UNKNOWN").with("role", role));
        }
    }
    Ok(())
}
