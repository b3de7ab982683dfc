//! Calls about products.

use baton_chassis::{
    Error, Result,
    act::{Act, Look, Noun as _},
    context::Context,
    ids::ProductId,
    list::Scope,
    paging,
    switches::SwitchedOff,
    wire::parse_id,
};
use baton_proto::commerce::v1::{self as pb, product_service_server::ProductService};
use tonic::{Request, Response, Status};

use crate::{
    product::{Product, ProductEvent, Refused},
    store, wire,
};

/// Calls about products.
pub struct Products(pub Context);

/// The catalogue belongs to the whole firm: who changes it must have the right to the records of all.
pub(super) fn firm_wide(look: &Look<'_>) -> Result<()> {
    if look.scope() == Scope::All {
        Ok(())
    } else {
        Err(Error::Denied)
    }
}

async fn found(look: &mut Look<'_>, id: ProductId) -> Result<Product> {
    let product = Product::load(look.tx, id).await?;
    product.ok_or_else(|| Error::not_found(Product::KIND, id))
}

async fn change(
    act: &mut Act<'_>,
    request: &impl baton_proto::Target,
    verb: fn(&mut Product) -> Result<ProductEvent, Refused>,
) -> Result<Option<pb::Product>> {
    firm_wide(act)?;
    let product = act.change::<Product>(request, |p, _| Ok(verb(p)?)).await?;
    Ok(Some(wire::product::product(&product)))
}

#[tonic::async_trait]
impl ProductService for Products {
    async fn create_product(
        &self,
        request: Request<pb::CreateProductRequest>,
    ) -> Result<Response<pb::CreateProductResponse>, Status> {
        let create = async |act: &mut Act<'_>, r: &pb::CreateProductRequest| {
            firm_wide(act)?;
            act.settings().refuse(SwitchedOff::Commerce)?;
            let (sku, head) = wire::product::new(r, &act.settings().currency)?;
            if store::product::with_sku(act.tx, &sku).await?.is_some() {
                return Err(Error::Exists {
                    kind: Product::KIND,
                    id: sku,
                });
            }
            let source = baton_chassis::Source::direct();
            let product = Product::new(act.new_id(), sku, head, source, act.now);
            let product = act.create(product, &ProductEvent::Created).await?;
            Ok(pb::CreateProductResponse {
                product: Some(wire::product::product(&product)),
            })
        };
        self.0.command(request, create).await
    }

    async fn get_product(
        &self,
        request: Request<pb::GetProductRequest>,
    ) -> Result<Response<pb::GetProductResponse>, Status> {
        let get = async |look: &mut Look<'_>, r: &pb::GetProductRequest| {
            let product = found(look, parse_id("id", &r.id)?).await?;
            Ok(pb::GetProductResponse {
                product: Some(wire::product::product(&product)),
            })
        };
        self.0.query(request, get).await
    }

    async fn list_products(
        &self,
        request: Request<pb::ListProductsRequest>,
    ) -> Result<Response<pb::ListProductsResponse>, Status> {
        let list = async |look: &mut Look<'_>, r: &pb::ListProductsRequest| {
            let (filter, query) = wire::product::filter(r)?;
            let list = store::product::list(&filter, &look.scope());
            let list = look.found::<Product>(list, query.as_ref()).await?;
            let listed = look
                .list(|| list.clone(), store::product::ORDERS, &paging!(r))
                .await?;
            Ok(pb::ListProductsResponse {
                products: listed.rows.iter().map(wire::product::product).collect(),
                next_page_token: listed.next_page_token,
                total_size: listed.total_size,
                total_capped: listed.total_capped,
            })
        };
        self.0.query(request, list).await
    }

    async fn update_product(
        &self,
        request: Request<pb::UpdateProductRequest>,
    ) -> Result<Response<pb::UpdateProductResponse>, Status> {
        let update = async |act: &mut Act<'_>, r: &pb::UpdateProductRequest| {
            firm_wide(act)?;
            let id = r
                .product
                .as_ref()
                .map(|p| p.id.as_str())
                .unwrap_or_default();
            let (id, currency) = (parse_id("product.id", id)?, act.settings().currency.clone());
            let change = |p: &mut Product, _| {
                let mut head = p.head.clone();
                wire::product::change(r, &currency, &mut head)?;
                Ok(p.update(head))
            };
            let product = act.change_seen::<Product>(id, &r.etag, change).await?;
            Ok(pb::UpdateProductResponse {
                product: Some(wire::product::product(&product)),
            })
        };
        self.0.command(request, update).await
    }

    async fn discontinue_product(
        &self,
        request: Request<pb::DiscontinueProductRequest>,
    ) -> Result<Response<pb::DiscontinueProductResponse>, Status> {
        let discontinue = async |act: &mut Act<'_>, r: &pb::DiscontinueProductRequest| {
            let product = change(act, r, Product::discontinue).await?;
            Ok(pb::DiscontinueProductResponse { product })
        };
        self.0.command(request, discontinue).await
    }

    async fn reinstate_product(
        &self,
        request: Request<pb::ReinstateProductRequest>,
    ) -> Result<Response<pb::ReinstateProductResponse>, Status> {
        let reinstate = async |act: &mut Act<'_>, r: &pb::ReinstateProductRequest| {
            let product = change(act, r, Product::reinstate).await?;
            Ok(pb::ReinstateProductResponse { product })
        };
        self.0.command(request, reinstate).await
    }
}
