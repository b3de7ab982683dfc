//! A won project where nobody in Baton does commerce: whoever goes on with it does so outside.

use super::Project;
use crate::opportunity::Commerce;

impl Project {
    /// Takes its deal off offer because nobody in Baton does commerce. Tells whether it was on offer.
    pub fn go_outside(&mut self) -> bool {
        let Some(deal) = &mut self.deal else {
            return false;
        };
        let goes = deal.commerce == Commerce::Offered;
        if goes {
            deal.commerce = Commerce::Outside;
        }
        goes
    }
}
