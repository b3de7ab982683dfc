//! Stories of the settings.

use baton_chassis::test::Engine;
use baton_proto::directory::v1 as pb;
use tonic::Code;

use crate::{
    answers::{mask, pairs, refused, told, violations},
    directory::{Desk, world},
};

#[tokio::test]
async fn settings_begin_with_the_defaults_and_change_for_everybody() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let get = pb::GetSettingsRequest {};
        let settings = told(admin.settings.get_settings(get).await)
            .settings
            .unwrap();
        assert_eq!(
            (settings.time_zone.as_str(), settings.currency_code.as_str()),
            ("Asia/Shanghai", "CNY")
        );
        assert!(settings.leads_enabled && settings.contracts_enabled);

        let off = |etag: &str| pb::UpdateSettingsRequest {
            settings: Some(pb::Settings {
                currency_code: "usd".into(),
                ..pb::Settings::default()
            }),
            update_mask: mask(&["leads_enabled", "currency_code"]),
            etag: etag.into(),
            request_id: String::new(),
        };
        let changed = told(admin.settings.update_settings(off(&settings.etag)).await);
        let changed = changed.settings.unwrap();
        assert_eq!(
            (changed.leads_enabled, changed.currency_code.as_str()),
            (false, "USD")
        );
        assert_eq!(changed.first_response_hours, settings.first_response_hours);
        let stale = admin.settings.update_settings(off(&settings.etag)).await;
        assert_eq!(refused(stale), (Code::Aborted, "STALE".into()));

        world.settle().await;
        let people = world.context("directory").people.snapshot().await.unwrap();
        assert!(!people.settings.leads_enabled);
        assert_eq!(people.settings.currency, "USD");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_settings_is_told_at_once() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut admin = Desk::of(&world, &world.admin().await);
        let wrong = pb::UpdateSettingsRequest {
            settings: Some(pb::Settings {
                time_zone: "Mars/Olympus".into(),
                first_response_hours: 721,
                erp_system: "SAP R/3".into(),
                second_factor_demanded_of: vec!["boss".into(), "pilot".into()],
                ..pb::Settings::default()
            }),
            update_mask: mask(&[
                "time_zone",
                "first_response_hours",
                "duplicate_policy",
                "erp_system",
                "second_factor_demanded_of",
                "colour",
            ]),
            ..pb::UpdateSettingsRequest::default()
        };
        let expected = pairs(&[
            ("update_mask", "MASK_UNKNOWN"),
            ("settings.time_zone", "TIME_ZONE_UNKNOWN"),
            ("settings.first_response_hours", "NUMBER_OUT_OF_RANGE"),
            ("settings.duplicate_policy", "REQUIRED"),
            ("settings.erp_system", "WORD_MALFORMED"),
            ("settings.second_factor_demanded_of", "ROLE_UNKNOWN"),
        ]);
        assert_eq!(
            violations(admin.settings.update_settings(wrong).await),
            expected
        );
    }
}

#[tokio::test]
async fn settings_are_administration_and_open_to_all_who_are_signed_in() {
    for engine in Engine::all() {
        let world = world(engine).await;
        let mut seller = Desk::of(&world, &world.member("salesperson").await);
        let mut stranger = Desk::new(world.link_as_stranger());
        assert!(
            seller
                .settings
                .get_settings(pb::GetSettingsRequest {})
                .await
                .is_ok()
        );
        let look = stranger
            .settings
            .get_settings(pb::GetSettingsRequest {})
            .await;
        assert_eq!(refused(look).0, Code::Unauthenticated);
        let change = seller
            .settings
            .update_settings(pb::UpdateSettingsRequest::default())
            .await;
        assert_eq!(refused(change).0, Code::PermissionDenied);
    }
}
