//! Loading products from another system.

use baton_chassis::{
    Result, Source, SourceKind, Violation, Violations,
    act::{Act, Noun as _},
    context::Context,
    ids::ProductId,
    import,
    switches::SwitchedOff,
};
use baton_proto::{
    commerce::v1::{self as pb, import_service_server::ImportService},
    r#type::v1::ImportOutcome,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::product::firm_wide;
use crate::{
    product::{Product, ProductEvent},
    store, wire,
};

/// Calls that load.
pub struct Imports(pub Context);

#[tonic::async_trait]
impl ImportService for Imports {
    async fn import_products(
        &self,
        request: Request<pb::ImportProductsRequest>,
    ) -> Result<Response<pb::ImportProductsResponse>, Status> {
        let messages = self.0.messages.clone();
        let load = async move |act: &mut Act<'_>, r: &pb::ImportProductsRequest| {
            firm_wide(act)?;
            act.settings().refuse(SwitchedOff::Commerce)?;
            let mut v = Violations::new();
            let system = import::system(&mut v, &r.system, &r.rows);
            v.done()?;
            let mut results = Vec::with_capacity(r.rows.len());
            for row in &r.rows {
                results.push(match one(act, &system, row, r.validate_only).await {
                    Ok((outcome, id)) => import::taken(&row.external_id, outcome, id),
                    Err(error) => {
                        import::refused(&row.external_id, error, &messages, act.caller.language)?
                    }
                });
            }
            Ok(pb::ImportProductsResponse { results })
        };
        self.0.command(request, load).await
    }
}

type Taken = (ImportOutcome, Option<Uuid>);

/// Takes one row in, or tells all that is wrong with it; nothing is written before that is known.
async fn one(
    act: &mut Act<'_>,
    system: &str,
    row: &pb::ProductRow,
    validate_only: bool,
) -> Result<Taken> {
    let external_id = row.external_id.trim();
    let before = match act
        .external::<ProductId>(Product::KIND, system, external_id)
        .await?
    {
        Some(id) => Product::load(act.tx, id).await?,
        None => None,
    };
    let mut v = Violations::new();
    let (sku, head) = wire::import::row(&mut v, row, before.as_ref(), &act.settings().currency);
    if before.is_none() && store::product::with_sku(act.tx, &sku).await?.is_some() {
        v.push(Violation::new("sku", "SKU_TAKEN").with("sku", &sku));
    }
    v.done()?;
    Ok(match before {
        Some(before) if before.head == head => (ImportOutcome::Unchanged, Some(before.id.into())),
        Some(before) => {
            let id = before.id.into();
            if !validate_only {
                let mut after = before.clone();
                let event = after.update(head);
                act.store(&before, after, &event).await?;
            }
            (ImportOutcome::Updated, Some(id))
        }
        None if validate_only => (ImportOutcome::Created, None),
        None => {
            let source = Source::of(SourceKind::Import, external_id);
            let product = Product::new(act.new_id(), sku, head, source, act.now);
            let product = act.create(product, &ProductEvent::Created).await?;
            act.set_external(Product::KIND, system, external_id, product.id)
                .await?;
            (ImportOutcome::Created, Some(product.id.into()))
        }
    })
}
