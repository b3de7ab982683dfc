//! What a firm can do without. Switched off, nothing new is made of it; what is there stays, is read and can be finished.

use crate::{Reason, people::Settings, policy::Function};

/// Why something new is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SwitchedOff {
    /// The firm works without projects.
    #[error("projects are switched off")]
    Projects,
    /// Nobody in Baton does marketing.
    #[error("marketing is switched off")]
    Marketing,
    /// Nobody in Baton sells.
    #[error("sales is switched off")]
    Sales,
    /// Nobody in Baton does commerce.
    #[error("commerce is switched off")]
    Commerce,
}

impl Reason for SwitchedOff {
    fn reason(&self) -> &'static str {
        match self {
            Self::Projects => "PROJECTS_SWITCHED_OFF",
            Self::Marketing => "MARKETING_SWITCHED_OFF",
            Self::Sales => "SALES_SWITCHED_OFF",
            Self::Commerce => "COMMERCE_SWITCHED_OFF",
        }
    }
}

impl Settings {
    /// Whether a function is carried out in Baton.
    #[must_use]
    pub fn carries_out(&self, function: Function) -> bool {
        !self.functions_off.contains(&function)
    }

    /// Refuses what is not to be made while this is switched off.
    ///
    /// # Errors
    /// When it is.
    pub fn refuse(&self, off: SwitchedOff) -> Result<(), SwitchedOff> {
        let is_on = match off {
            SwitchedOff::Projects => self.projects_enabled,
            SwitchedOff::Marketing => self.carries_out(Function::Marketing),
            SwitchedOff::Sales => self.carries_out(Function::Sales),
            SwitchedOff::Commerce => self.carries_out(Function::Commerce),
        };
        if is_on { Ok(()) } else { Err(off) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_switch_refuses_what_it_is_for_and_nothing_else() {
        let all = [
            (SwitchedOff::Projects, None),
            (SwitchedOff::Marketing, Some(Function::Marketing)),
            (SwitchedOff::Sales, Some(Function::Sales)),
            (SwitchedOff::Commerce, Some(Function::Commerce)),
        ];
        for (off, function) in all {
            let settings = Settings {
                projects_enabled: function.is_some(),
                functions_off: function.into_iter().collect(),
                ..Settings::default()
            };
            for (asked, _) in all {
                assert_eq!(settings.refuse(asked).err(), (asked == off).then_some(off));
                assert_eq!(Settings::default().refuse(asked), Ok(()));
            }
        }
    }
}
