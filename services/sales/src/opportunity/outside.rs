//! A won deal where nobody in Baton does commerce: whoever goes on with it does so outside.

use super::{Commerce, Opportunity};

impl Opportunity {
    /// Takes it off offer because nobody in Baton does commerce. Tells whether it was on offer; while it is handed over, or
    /// after, it stays where it is.
    pub fn go_outside(&mut self) -> bool {
        let goes = self.commerce == Commerce::Offered;
        if goes {
            self.commerce = Commerce::Outside;
        }
        goes
    }
}

#[cfg(test)]
mod tests {
    use baton_chassis::words::Word as _;

    use super::*;

    #[test]
    fn only_what_is_on_offer_goes_outside() {
        for before in Commerce::ALL {
            let mut deal = super::super::tests::open();
            deal.commerce = *before;
            let goes = *before == Commerce::Offered;
            assert_eq!(deal.go_outside(), goes, "{before:?}");
            let after = if goes { Commerce::Outside } else { *before };
            assert_eq!(deal.commerce, after);
        }
    }
}
