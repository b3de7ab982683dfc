//! Every word and every reason is the one of the contracts and has a text in both languages.

use baton_chassis::{Args, Language, Messages, Reason, ids::LineId, words::Word};
use baton_proto::commerce::v1 as pb;
use uuid::Uuid;

use crate::{contract, order, product};

fn messages() -> Messages {
    let files = (
        include_str!("../locales/en.ftl"),
        include_str!("../locales/zh-CN.ftl"),
    );
    Messages::new(&[files]).unwrap()
}

fn assert_same<W: Word>(prefix: &str, name: impl Fn(i32) -> Option<&'static str>) {
    for (number, word) in (1..).zip(W::ALL) {
        assert_eq!(
            name(number),
            Some(format!("{prefix}_{}", word.as_str()).as_str())
        );
        assert_eq!(word.number(), number);
        assert!(W::numbered(number) == Some(*word));
    }
    let after = i32::try_from(W::ALL.len()).unwrap() + 1;
    assert_eq!(
        name(after),
        None,
        "{prefix} has more values than the domain knows"
    );
    assert!(W::numbered(after).is_none() && W::numbered(0).is_none());
}

#[test]
fn every_word_is_the_word_of_the_contracts() {
    macro_rules! same {
        ($word:ty, $message:ty, $prefix:literal) => {
            assert_same::<$word>($prefix, |n| {
                Some(<$message>::try_from(n).ok()?.as_str_name())
            });
        };
    }
    same!(product::State, pb::ProductState, "PRODUCT_STATE");
    same!(contract::State, pb::ContractState, "CONTRACT_STATE");
    same!(
        contract::TerminationReason,
        pb::TerminationReason,
        "TERMINATION_REASON"
    );
    same!(order::State, pb::OrderState, "ORDER_STATE");
    same!(
        order::CancellationReason,
        pb::CancellationReason,
        "CANCELLATION_REASON"
    );
    same!(order::Difference, pb::OrderDifference, "ORDER_DIFFERENCE");
}

fn told(reason: &dyn Reason) -> (&'static str, Args) {
    assert!(!reason.to_string().is_empty());
    (reason.reason(), reason.args())
}

fn line() -> LineId {
    Uuid::nil().into()
}

fn of_contracts() -> Vec<(&'static str, Args)> {
    use contract::{Refused, State};
    let beyond = Refused::OrderedBeyond {
        line: "pump".into(),
        left_milli: 1_500,
    };
    [
        Refused::SwitchedOff,
        Refused::NotDraft(State::Active),
        Refused::NotActive(State::Draft),
        Refused::Over(State::Fulfilled),
        Refused::Over(State::Terminated),
        Refused::NoLines,
        Refused::Reversed,
        Refused::NotAllOrdered,
        Refused::OrdersOpen(2),
        Refused::LineUnknown(line()),
        beyond,
        Refused::NothingLeft,
    ]
    .iter()
    .map(|refused| told(refused))
    .collect()
}

fn of_orders() -> Vec<(&'static str, Args)> {
    use order::{Refused, State};
    let mut all: Vec<Refused> = State::ALL
        .iter()
        .map(|state| Refused::NotDraft(*state))
        .collect();
    all.extend([
        Refused::NotConfirmed(State::Draft),
        Refused::NotShippable(State::Draft),
        Refused::NotShipped(State::Draft),
        Refused::NotInvoiced(State::Draft),
        Refused::NotPaid(State::Draft),
        Refused::ShippedAlready(State::Paid),
        Refused::Over(State::Closed),
        Refused::NoLines,
        Refused::LineUnknown(line()),
        Refused::ShippedBeyond {
            line: "pump".into(),
            left_milli: 1_500,
        },
        Refused::NothingLeft,
        Refused::InvoiceNumberTaken("1".into()),
        Refused::OtherCurrency("CNY".into()),
        Refused::PaidBeyond {
            due_minor: 1,
            currency: "CNY".into(),
        },
        Refused::NotPartlyShipped(State::Shipped),
        Refused::WithErp("tryton".into()),
        Refused::NotOffered(State::Draft),
        Refused::UnderWay(State::Shipped),
        Refused::ReportedOtherwise("17".into()),
    ]);
    all.iter().map(|refused| told(refused)).collect()
}

fn of_fields() -> Vec<(&'static str, Args)> {
    vec![
        ("COMMERCE_NEEDS_ACCOUNT", Args::new()),
        ("COMMERCE_NEEDS_WON_DEAL", Args::new()),
        ("COMMERCE_DEAL_OF_ANOTHER", Args::new()),
        ("COMMERCE_OUT_OF_REACH", Args::new()),
        ("ORDER_IS_DRAWN_FROM_CONTRACT", Args::new()),
        ("ERP_NOT_CONNECTED", vec![("system", "odoo".into())]),
        ("LINE_CURRENCY_DIFFERS", vec![("currency", "CNY".into())]),
        ("LINE_AMOUNT_TOO_LARGE", Args::new()),
        ("LINE_OF_NO_CONTRACT", Args::new()),
        ("PRODUCT_DISCONTINUED", Args::new()),
        ("SKU_FIXED", vec![("sku", "P-1".into())]),
        ("SKU_TAKEN", vec![("sku", "P-1".into())]),
    ]
}

#[test]
fn every_reason_has_a_whole_text_in_both_languages() {
    let messages = messages();
    let of_products = [product::Refused::Active, product::Refused::Discontinued];
    let mut all: Vec<_> = of_products.iter().map(|refused| told(refused)).collect();
    all.extend(of_contracts());
    all.extend(of_orders());
    all.extend(of_fields());
    for (reason, args) in all {
        for language in Language::ALL {
            assert!(messages.has(language, reason), "{reason} in {language}");
            let text = messages.text(language, reason, &args);
            assert!(
                !text.contains(['{', '}', '_']),
                "{reason} in {language}: {text}"
            );
            for (name, value) in args.iter().filter(|(name, _)| *name != "state") {
                assert!(
                    text.contains(value),
                    "{reason} in {language} leaves {name} out: {text}"
                );
            }
        }
    }
}

#[test]
fn a_state_is_named_as_people_name_it() {
    let messages = messages();
    let (reason, args) = told(&order::Refused::NotPaid(order::State::PartlyShipped));
    assert_eq!(
        messages.text(Language::English, reason, &args),
        "Only a fully paid order can be closed; this one is partly shipped."
    );
    assert_eq!(
        messages.text(Language::Chinese, reason, &args),
        "只有已付清的订单可以关闭；该订单的状态为：部分发货。"
    );
}
