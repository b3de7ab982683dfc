//! What deals refer to: members and territories of the directory, and objects of other services.

use baton_chassis::{
    Caller, Context, Error, Result, Source, Violations,
    act::{Act, Noun as _},
    ids::{ContactId, MemberId, PartyId, ProcessId, ProductId, TerritoryId},
    people::Snapshot,
};

use crate::{opportunity::Item, process::Process, store};

/// What a request refers to; what is not named is not checked.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// The account.
    pub party: Option<PartyId>,
    /// Whether that may be a prospect as well.
    pub prospect_will_do: bool,
    /// The person there.
    pub contact: Option<ContactId>,
    /// Where it comes from.
    pub source: Option<Source>,
    /// Products, each with its field.
    pub products: Vec<(String, ProductId)>,
}

impl References {
    /// Refuses what does not exist or the caller may not see, and an account that is not one yet: what the field `noun`
    /// of a request refers to.
    ///
    /// # Errors
    /// [`Error::Invalid`], or when an owner of something cannot be asked.
    pub async fn check(&self, cx: &Context, caller: &Caller, noun: &str) -> Result<()> {
        let [party_id, contact_id, source_id] =
            ["party_id", "contact_id", "source.id"].map(|field| format!("{noun}.{field}"));
        let mut asked = Vec::new();
        asked.extend(
            self.party
                .map(|p| (party_id.as_str(), "ACCOUNT", p.to_string())),
        );
        asked.extend(
            self.contact
                .map(|c| (contact_id.as_str(), "CONTACT", c.to_string())),
        );
        let source = self.source.as_ref().filter(|s| s.kind.is_object());
        asked.extend(source.map(|s| (source_id.as_str(), s.kind.as_str(), s.id.clone())));
        let nodes = cx.check_references(caller, &asked).await?;
        let party = self.party.map(|p| p.to_string()).unwrap_or_default();
        if !self.prospect_will_do
            && nodes
                .iter()
                .any(|n| n.kind == "ACCOUNT" && n.id == party && n.state != "ACCOUNT")
        {
            return Err(Error::invalid(&party_id, "OPPORTUNITY_NEEDS_ACCOUNT"));
        }
        self.check_products(cx, caller).await
    }

    /// The catalogue belongs to nobody, so it is enough that a product is in it.
    async fn check_products(&self, cx: &Context, caller: &Caller) -> Result<()> {
        let asked: Vec<_> = self
            .products
            .iter()
            .map(|(_, p)| ("PRODUCT", p.to_string()))
            .collect();
        let nodes = cx.check(caller, &asked).await?;
        let mut v = Violations::new();
        for (field, product) in &self.products {
            let id = product.to_string();
            if nodes.iter().all(|n| n.id != id) {
                v.add(field, "REFERENCE_NOT_FOUND");
            }
        }
        v.done()
    }
}

/// The products that items name, each with its field below `field`.
pub fn products(field: &str, items: &[Item]) -> Vec<(String, ProductId)> {
    let named = items.iter().enumerate();
    named
        .filter_map(|(n, i)| Some((format!("{field}[{n}].product_id"), i.product?)))
        .collect()
}

/// Who owns a deal, and where it belongs: the territory of the owner unless one is named.
///
/// # Errors
/// [`Error::Invalid`] when there is no such member or territory.
pub fn place(
    people: &Snapshot,
    prefix: &str,
    owner: MemberId,
    territory: Option<TerritoryId>,
) -> Result<Option<TerritoryId>> {
    let mut v = Violations::new();
    let member = people.member(owner);
    if member.is_none() {
        v.add(format!("{prefix}owner_id"), "REFERENCE_NOT_FOUND");
    }
    if territory.is_some_and(|t| people.territory(t).is_none()) {
        v.add(format!("{prefix}territory_id"), "REFERENCE_NOT_FOUND");
    }
    v.done()?;
    Ok(territory.or_else(|| member?.territory))
}

/// The sales process that a new deal takes: the one that is named, else the one for its product line.
///
/// # Errors
/// [`Error::Invalid`] when there is none; a refusal when it is archived.
pub async fn process_for(
    act: &mut Act<'_>,
    field: &str,
    named: Option<ProcessId>,
    product_line: &str,
) -> Result<Process> {
    let found = match named {
        Some(id) => Process::load(act.tx, id).await?,
        None => store::process::for_line(act.tx, product_line).await?,
    };
    let reason = if named.is_some() {
        "REFERENCE_NOT_FOUND"
    } else {
        "PROCESS_MISSING"
    };
    let process = found.ok_or_else(|| Error::invalid(field, reason))?;
    process.in_use()?;
    Ok(process)
}
