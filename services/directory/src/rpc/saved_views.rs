//! Calls about views of lists that people keep.

use baton_chassis::{
    Context, Result, Violations,
    act::{Act, Look},
    list::{Half, List},
    wire::parse_id,
};
use baton_proto::directory::v1::{self as pb, saved_view_service_server::SavedViewService};
use tonic::Request;

use super::Answer;
use crate::{saved_view::SavedView, store, views, wire};

/// Calls about saved views.
pub struct SavedViews(pub Context);

#[tonic::async_trait]
impl SavedViewService for SavedViews {
    async fn create_saved_view(
        &self,
        r: Request<pb::CreateSavedViewRequest>,
    ) -> Answer<pb::CreateSavedViewResponse> {
        self.0
            .command(r, async |act, r| {
                Ok(pb::CreateSavedViewResponse {
                    saved_view: Some(made(act, r).await?),
                })
            })
            .await
    }

    async fn get_saved_view(
        &self,
        r: Request<pb::GetSavedViewRequest>,
    ) -> Answer<pb::GetSavedViewResponse> {
        self.0
            .query(r, async |look, r| {
                let view = views::shown(look, parse_id("id", &r.id)?).await?;
                Ok(pb::GetSavedViewResponse {
                    saved_view: Some(wire::saved_view(&view)),
                })
            })
            .await
    }

    async fn list_saved_views(
        &self,
        r: Request<pb::ListSavedViewsRequest>,
    ) -> Answer<pb::ListSavedViewsResponse> {
        self.0.query(r, async |look, r| listed(look, r).await).await
    }

    async fn update_saved_view(
        &self,
        r: Request<pb::UpdateSavedViewRequest>,
    ) -> Answer<pb::UpdateSavedViewResponse> {
        self.0
            .command(r, async |act, r| {
                Ok(pb::UpdateSavedViewResponse {
                    saved_view: Some(updated(act, r).await?),
                })
            })
            .await
    }

    async fn delete_saved_view(
        &self,
        r: Request<pb::DeleteSavedViewRequest>,
    ) -> Answer<pb::DeleteSavedViewResponse> {
        self.0
            .command(r, async |act, r| {
                views::delete(act, parse_id("id", &r.id)?, &r.etag).await?;
                Ok(pb::DeleteSavedViewResponse {})
            })
            .await
    }
}

async fn made(act: &mut Act<'_>, r: &pb::CreateSavedViewRequest) -> Result<pb::SavedView> {
    let given = r.saved_view.clone().unwrap_or_default();
    let mut v = Violations::new();
    let list = wire::list_name(&mut v, "saved_view.list", &given.list);
    let mask = v.mask(None, wire::SAVED_VIEW_FIELDS);
    let wanted = wire::saved_view_revision(&mut v, &given, &mask);
    let view = views::make(act, v, list, wanted).await?;
    Ok(wire::saved_view(&view))
}

async fn updated(act: &mut Act<'_>, r: &pb::UpdateSavedViewRequest) -> Result<pb::SavedView> {
    let given = r.saved_view.clone().unwrap_or_default();
    let id = parse_id("saved_view.id", &given.id)?;
    let mut v = Violations::new();
    let mask = v.mask(r.update_mask.as_ref(), wire::SAVED_VIEW_FIELDS);
    let revision = wire::saved_view_revision(&mut v, &given, &mask);
    let view = views::update(act, v, (id, &r.etag), revision).await?;
    Ok(wire::saved_view(&view))
}

async fn listed(
    look: &mut Look<'_>,
    r: &pb::ListSavedViewsRequest,
) -> Result<pb::ListSavedViewsResponse> {
    let mut v = Violations::new();
    let list = wire::list_name(&mut v, "list", &r.list);
    v.done()?;
    let me = look.member()?;
    let roles = views::roles(look, me).await?;
    let own = store::saved_view::own(me, &list);
    let shown = store::saved_view::shown(me, &roles, &list);
    let page = (r.page_size, r.page_token.as_str());
    let listed = look.list_merged(half(&own), half(&shown), page).await?;
    Ok(pb::ListSavedViewsResponse {
        saved_views: listed.rows.iter().map(wire::saved_view).collect(),
        next_page_token: listed.next_page_token,
    })
}

fn half(list: &List) -> Half<'_, SavedView, SavedView> {
    let [(_, order)] = store::saved_view::ORDERS;
    Half {
        list,
        order,
        row: |view| view,
    }
}
