//! Between contracts and the domain: requests are read with all their violations, nouns are written.

pub mod import;
pub mod opportunity;
pub mod process;

#[cfg(test)]
mod tests {
    use baton_proto::sales::v1 as pb;

    use crate::{
        opportunity::{Commerce, LossReason, Outcome, State, Target},
        process::ProcessState,
        words::Word,
    };

    fn agree<W: Word>(prefix: &str, contract: impl Fn(i32) -> Option<&'static str>) {
        for word in W::ALL {
            let name = contract(word.number()).expect("the contract has a value of this number");
            assert_eq!(name, format!("{prefix}_{}", word.as_str()));
            assert!(W::numbered(word.number()) == Some(*word));
        }
        let next = i32::try_from(W::ALL.len()).unwrap() + 1;
        assert_eq!(
            contract(next),
            None,
            "a value of the contract that the domain does not know"
        );
        assert!(W::numbered(0).is_none() && W::numbered(next).is_none());
    }

    #[test]
    fn the_words_of_the_domain_are_those_of_the_contract() {
        macro_rules! name {
            ($contract:ident) => {
                |n| pb::$contract::try_from(n).ok().map(|v| v.as_str_name())
            };
        }
        agree::<ProcessState>("PROCESS_STATE", name!(ProcessState));
        agree::<State>("OPPORTUNITY_STATE", name!(OpportunityState));
        agree::<Commerce>("COMMERCE_STATE", name!(CommerceState));
        agree::<LossReason>("LOSS_REASON", name!(LossReason));
        agree::<Outcome>("VISIT_OUTCOME", name!(VisitOutcome));
        agree::<Target>("HAND_OVER_TARGET", name!(HandOverTarget));
    }
}
