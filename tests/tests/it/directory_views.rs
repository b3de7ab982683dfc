//! Stories of views that people keep of their lists.

use baton_chassis::{ids::MemberId, test::Engine};
use baton_proto::directory::v1 as pb;
use pb::SavedViewSharing as Sharing;
use tonic::{Code, Status};

use crate::{
    answers::{mask, pairs, reason, refused, told, violations},
    directory::{Desk, bearing, world},
    directory_keys,
};

fn view(name: &str) -> pb::SavedView {
    let filter = pb::SavedViewFilter {
        key: "quality".to_owned(),
        value: "2".to_owned(),
    };
    pb::SavedView {
        list: "leads".to_owned(),
        name: name.to_owned(),
        content: Some(pb::SavedViewContent {
            filters: vec![filter],
            columns: vec!["title".to_owned(), "owner".to_owned()],
            order_by: "create_time desc".to_owned(),
        }),
        sharing: Sharing::Nobody.into(),
        ..pb::SavedView::default()
    }
}

fn shared(name: &str, sharing: Sharing, role: &str) -> pb::SavedView {
    pb::SavedView {
        sharing: sharing.into(),
        role: role.to_owned(),
        ..view(name)
    }
}

async fn make(desk: &mut Desk, view: pb::SavedView) -> Result<pb::SavedView, Status> {
    let request = pb::CreateSavedViewRequest {
        saved_view: Some(view),
        request_id: String::new(),
    };
    let made = desk.views.create_saved_view(request).await?;
    Ok(made.into_inner().saved_view.unwrap())
}

async fn change(
    desk: &mut Desk,
    view: &pb::SavedView,
    fields: &[&str],
    etag: &str,
) -> Result<pb::SavedView, Status> {
    let request = pb::UpdateSavedViewRequest {
        saved_view: Some(view.clone()),
        update_mask: mask(fields),
        etag: etag.to_owned(),
        request_id: String::new(),
    };
    let changed = desk.views.update_saved_view(request).await?;
    Ok(changed.into_inner().saved_view.unwrap())
}

fn forgetting(view: &pb::SavedView, etag: &str) -> pb::DeleteSavedViewRequest {
    pb::DeleteSavedViewRequest {
        id: view.id.clone(),
        etag: etag.to_owned(),
        request_id: String::new(),
    }
}

fn getting(view: &pb::SavedView) -> pb::GetSavedViewRequest {
    pb::GetSavedViewRequest {
        id: view.id.clone(),
    }
}

async fn names(desk: &mut Desk, list: &str) -> Vec<String> {
    let request = pb::ListSavedViewsRequest {
        list: list.to_owned(),
        ..pb::ListSavedViewsRequest::default()
    };
    let listed = told(desk.views.list_saved_views(request).await);
    listed.saved_views.into_iter().map(|v| v.name).collect()
}

#[tokio::test]
async fn a_view_is_kept_found_again_changed_and_forgotten() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut boss = Desk::of(&world, &world.member("boss").await);
        let first = make(&mut boss, view("hot ones")).await.unwrap();
        assert_eq!(first.content, view("").content);
        let second = make(&mut boss, view("of this week")).await.unwrap();
        assert!(second.position > first.position);
        make(
            &mut boss,
            pb::SavedView {
                list: "orders".to_owned(),
                ..view("hot ones")
            },
        )
        .await
        .unwrap();
        assert_eq!(
            names(&mut boss, "leads").await,
            ["hot ones", "of this week"]
        );
        assert_eq!(names(&mut boss, "orders").await, ["hot ones"]);
        assert_eq!(names(&mut boss, "accounts").await, Vec::<String>::new());

        let moved = pb::SavedView {
            name: "the hottest".to_owned(),
            position: 9,
            ..first.clone()
        };
        let moved = change(&mut boss, &moved, &["name", "position"], &first.etag)
            .await
            .unwrap();
        assert_eq!(moved.content, first.content);
        assert_eq!(
            names(&mut boss, "leads").await,
            ["of this week", "the hottest"]
        );
        let stale = change(&mut boss, &moved, &["name"], &first.etag).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".to_owned()));
        let got = told(boss.views.get_saved_view(getting(&moved)).await);
        assert_eq!(got.saved_view.as_ref(), Some(&moved));

        let old = boss
            .views
            .delete_saved_view(forgetting(&moved, &first.etag));
        assert_eq!(reason(old.await), "STALE");
        let request = pb::DeleteSavedViewRequest {
            request_id: "forget-it".to_owned(),
            ..forgetting(&moved, &moved.etag)
        };
        told(boss.views.delete_saved_view(request.clone()).await);
        // A repeat is answered as the first one was.
        told(boss.views.delete_saved_view(request).await);
        assert_eq!(names(&mut boss, "leads").await, ["of this week"]);
        assert_eq!(
            refused(boss.views.get_saved_view(getting(&moved)).await).0,
            Code::NotFound
        );
    }
}

#[tokio::test]
async fn a_list_begins_with_one_view_of_its_owner() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut boss = Desk::of(&world, &world.member("boss").await);
        let opens = |name| pb::SavedView {
            opens_list: true,
            ..view(name)
        };
        let first = make(&mut boss, opens("one")).await.unwrap();
        let second = make(&mut boss, opens("two")).await.unwrap();
        let now = async |boss: &mut Desk, view: &pb::SavedView| {
            let got = told(boss.views.get_saved_view(getting(view)).await);
            got.saved_view.unwrap().opens_list
        };
        assert!(!now(&mut boss, &first).await);
        assert!(now(&mut boss, &second).await);
        let again = pb::SavedView {
            opens_list: true,
            ..first.clone()
        };
        change(&mut boss, &again, &["opens_list"], "")
            .await
            .unwrap();
        assert!(now(&mut boss, &first).await);
        assert!(!now(&mut boss, &second).await);
    }
}

#[tokio::test]
async fn a_view_is_seen_by_whom_it_is_shared_with_and_changed_by_its_owner() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let mut boss = Desk::of(&world, &world.member("sales_manager").await);
        let mut li = Desk::of(&world, &world.member("salesperson").await);

        make(&mut boss, view("mine")).await.unwrap();
        let mut ours = make(&mut boss, shared("ours", Sharing::Role, "salesperson"))
            .await
            .unwrap();
        let all = shared("for all", Sharing::Everybody, "");
        assert_eq!(
            reason(make(&mut boss, all.clone()).await),
            "SAVED_VIEW_NEEDS_ADMINISTRATION"
        );
        let all = make(&mut admin, all).await.unwrap();
        make(&mut li, view("mine")).await.unwrap();

        for desk in [&mut boss, &mut li] {
            let mut seen = names(desk, "leads").await;
            seen.sort();
            assert_eq!(seen, ["for all", "mine", "ours"]);
        }
        assert_eq!(names(&mut admin, "leads").await, ["for all"]);
        told(li.views.get_saved_view(getting(&ours)).await);

        // To see it is not to have it.
        ours.name = "theirs".to_owned();
        let not_yours = "SAVED_VIEW_NOT_YOURS";
        assert_eq!(
            reason(change(&mut li, &ours, &["name"], "").await),
            not_yours
        );
        let forget = li.views.delete_saved_view(forgetting(&ours, ""));
        assert_eq!(reason(forget.await), not_yours);
        let widen = pb::SavedView {
            sharing: Sharing::Everybody.into(),
            role: String::new(),
            ..ours.clone()
        };
        assert_eq!(
            reason(change(&mut boss, &widen, &["sharing"], "").await),
            "SAVED_VIEW_NEEDS_ADMINISTRATION"
        );

        // What is nobody's to see is not there for anybody, and administration answers for what others see.
        let private = pb::SavedView {
            sharing: Sharing::Nobody.into(),
            role: String::new(),
            ..ours.clone()
        };
        assert_eq!(
            change(&mut admin, &ours, &["name"], "").await.unwrap().name,
            "theirs"
        );
        let private = change(&mut boss, &private, &["sharing"], "").await.unwrap();
        for desk in [&mut li, &mut admin] {
            let get = desk.views.get_saved_view(getting(&private)).await;
            assert_eq!(refused(get).0, Code::NotFound);
            let update = change(desk, &private, &["name"], "").await;
            assert_eq!(refused(update).0, Code::NotFound);
        }
        told(admin.views.delete_saved_view(forgetting(&all, "")).await);
        assert_eq!(names(&mut li, "leads").await, ["mine"]);
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_view_is_told_at_once() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut boss = Desk::of(&world, &world.member("boss").await);
        make(&mut boss, view("hot ones")).await.unwrap();
        let filter = |key: &str, value: &str| pb::SavedViewFilter {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        let wrong = pb::SavedView {
            list: String::new(),
            name: "n".repeat(61),
            content: Some(pb::SavedViewContent {
                filters: vec![filter("state", "1"), filter("state", "")],
                columns: vec![String::new()],
                order_by: "o".repeat(61),
            }),
            role: "boss".to_owned(),
            ..view("")
        };
        assert_eq!(
            violations(make(&mut boss, wrong).await),
            pairs(&[
                ("saved_view.list", "REQUIRED"),
                ("saved_view.name", "TOO_LONG"),
                ("saved_view.content.filters[1].key", "FILTER_REPEATED"),
                ("saved_view.content.filters[1].value", "REQUIRED"),
                ("saved_view.content.columns[0]", "REQUIRED"),
                ("saved_view.content.order_by", "TOO_LONG"),
                ("saved_view.role", "ROLE_WITHOUT_SHARING"),
            ])
        );
        let unknown = shared("hot ones", Sharing::Role, "astronaut");
        assert_eq!(
            violations(make(&mut boss, unknown).await),
            pairs(&[
                ("saved_view.name", "NAME_TAKEN"),
                ("saved_view.role", "ROLE_UNKNOWN"),
            ])
        );
        let mut large = view("large");
        let many = (0..9).map(|n| filter(&format!("k{n}"), &"v".repeat(500)));
        large.content.as_mut().unwrap().filters = many.collect();
        assert_eq!(
            violations(make(&mut boss, large).await),
            pairs(&[("saved_view.content", "CONTENT_TOO_LARGE")])
        );
        let none = pb::ListSavedViewsRequest::default();
        assert_eq!(
            violations(boss.views.list_saved_views(none).await),
            pairs(&[("list", "REQUIRED")])
        );
        for n in 1..50 {
            make(&mut boss, view(&format!("view {n}"))).await.unwrap();
        }
        assert_eq!(
            reason(make(&mut boss, view("one more")).await),
            "SAVED_VIEWS_TOO_MANY"
        );
        let other = pb::SavedView {
            list: "orders".to_owned(),
            ..view("one more")
        };
        make(&mut boss, other).await.unwrap();
    }
}

#[tokio::test]
async fn a_key_keeps_no_views() {
    use pb::{Access, Function};
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let made = make(&mut admin, shared("for all", Sharing::Everybody, ""))
            .await
            .unwrap();
        let limit = [(Function::Administration, Access::Write)];
        let wanted = directory_keys::wanted(&world, &limit);
        let (_, key) = directory_keys::make(&mut admin, wanted).await;
        let token = directory_keys::exchange(&world, &key).await.unwrap();
        let mut program = Desk::new(bearing(&world, &token));
        let denied = (Code::PermissionDenied, "DENIED".to_owned());
        assert_eq!(refused(make(&mut program, view("mine")).await), denied);
        assert_eq!(
            refused(program.views.get_saved_view(getting(&made)).await),
            denied
        );
        let list = pb::ListSavedViewsRequest {
            list: "leads".to_owned(),
            ..pb::ListSavedViewsRequest::default()
        };
        assert_eq!(refused(program.views.list_saved_views(list).await), denied);
        assert_eq!(
            refused(change(&mut program, &made, &["name"], "").await),
            denied
        );
        let forget = program.views.delete_saved_view(forgetting(&made, ""));
        assert_eq!(refused(forget.await), denied);
    }
}

#[tokio::test]
async fn what_happens_to_a_view_stands_in_the_audit() {
    #[derive(sqlx::FromRow)]
    struct Row {
        verb: String,
        version: i64,
        member: Option<MemberId>,
        changes: serde_json::Value,
    }
    for engine in Engine::all() {
        let world = world(engine).await;
        let person = world.member("boss").await;
        let mut boss = Desk::of(&world, &person);
        let made = make(&mut boss, view("mine")).await.unwrap();
        let ours = pb::SavedView {
            sharing: Sharing::Role.into(),
            role: "salesperson".to_owned(),
            ..made.clone()
        };
        change(&mut boss, &ours, &["sharing"], "").await.unwrap();
        // What changes nothing leaves no row.
        change(&mut boss, &ours, &["sharing"], "").await.unwrap();
        told(boss.views.delete_saved_view(forgetting(&made, "")).await);
        let read = async |tx: &mut baton_chassis::db::Tx| {
            let rows = "select verb, version, member, changes from audit where kind = 'SAVED_VIEW' order by version";
            tx.sql(rows).all::<Row>().await
        };
        let rows = world.context("directory").db.read(read).await.unwrap();
        let shown: Vec<_> = rows.iter().map(|r| (r.verb.as_str(), r.version)).collect();
        assert_eq!(
            shown,
            [
                ("saved_view_created", 1),
                ("saved_view_updated", 2),
                ("saved_view_deleted", 3),
            ]
        );
        assert!(rows.iter().all(|row| row.member == Some(person.id)));
        assert_eq!(
            rows[1].changes["sharing"],
            serde_json::json!(["NOBODY", "ROLE"])
        );
    }
}
