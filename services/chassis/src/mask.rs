//! Fields of a record that are for fewer people than the record: how persons are reached, and what things cost. Who has no right
//! to them sees how they begin and end, or nothing, and cannot change what he does not see.

use crate::{
    Error, Result, Violations,
    caller::{Caller, Whose},
    list::Scope,
    policy::{Access, Function},
    search::Query,
    wire::Mask,
};

/// What somebody sees of the records that he may read, decided once a call.
#[derive(Clone, Debug)]
pub struct Sight {
    personal: Scope,
    cost: Scope,
}

/// The fields, by the kind of their record and the function whose rights show them.
const FIELDS: [(&str, Function, &[&str]); 4] = [
    ("ACCOUNT", Function::PersonalData, &["phone", "email"]),
    (
        "CONTACT",
        Function::PersonalData,
        &["phone", "email", "wechat"],
    ),
    ("CAMPAIGN", Function::Cost, &["budget"]),
    ("PROJECT", Function::Cost, &["budget"]),
];

impl Sight {
    /// Whether he sees how the person is reached that a record is about.
    #[must_use]
    pub fn personal(&self, whose: Whose) -> bool {
        self.personal.covers(whose)
    }

    /// Whether he sees what a record says of costs.
    #[must_use]
    pub fn cost(&self, whose: Whose) -> bool {
        self.cost.covers(whose)
    }

    /// The fields of a record of a kind that he does not see, by their names in the contract.
    #[must_use]
    pub fn hidden(&self, kind: &str, whose: Whose) -> Vec<String> {
        let fields = FIELDS.iter().filter(|(of, ..)| *of == kind);
        let fields = fields.filter(|(_, function, _)| !self.shows(*function, whose));
        let names = fields.flat_map(|(_, _, names)| *names);
        names.map(|name| (*name).to_owned()).collect()
    }

    /// Whether he sees a field of a record of a kind. What a customer was is not told by his history, so that of a company is as
    /// hidden there as that of a person.
    #[must_use]
    pub fn of_field(&self, kind: &str, field: &str, whose: Whose) -> bool {
        let function = FIELDS
            .iter()
            .find(|(of, _, names)| *of == kind && names.contains(&field));
        function.is_none_or(|(_, function, _)| self.shows(*function, whose))
    }

    fn shows(&self, function: Function, whose: Whose) -> bool {
        match function {
            Function::Cost => self.cost(whose),
            _ => self.personal(whose),
        }
    }
}

impl Caller {
    /// What he sees of records.
    #[must_use]
    pub fn sight(&self) -> Sight {
        Sight {
            personal: self.scope_of(Function::PersonalData, Access::Read),
            cost: self.scope_of(Function::Cost, Access::Read),
        }
    }

    /// Refuses to narrow a list by telephone numbers for who sees none: what is found by one has it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `query`.
    pub fn check_query(&self, query: Option<&Query>) -> Result<()> {
        if query.is_some_and(Query::may_be_phone) && !self.may(Function::PersonalData, Access::Read)
        {
            return Err(Error::invalid("query", "NOT_BY_PHONE"));
        }
        Ok(())
    }
}

impl Violations {
    /// Leaves a field that the caller does not see out of a change: what he sends back as it was shown to him is no change, anything
    /// else is noted.
    pub fn keep_hidden(&mut self, mask: &mut Mask, path: &str, field: &str, as_shown: bool) {
        if mask.leave_out(field) && !as_shown {
            self.add(format!("{path}.{field}"), "FIELD_HIDDEN");
        }
    }
}

/// A telephone number without the digits that make it one: `+86138****5678`.
#[must_use]
pub fn phone(number: &str) -> String {
    const HIDDEN: usize = 4;
    let signs: Vec<char> = number.chars().collect();
    match signs.len() {
        0 => String::new(),
        len @ 9.. => {
            let (from, to) = (len - 2 * HIDDEN, len - HIDDEN);
            let sign = |(n, c): (usize, char)| if (from..to).contains(&n) { '*' } else { c };
            signs.into_iter().enumerate().map(sign).collect()
        }
        _ => "*".repeat(HIDDEN),
    }
}

/// An e-mail address without the name in it: `l***@example.com`.
#[must_use]
pub fn email(address: &str) -> String {
    match address.split_once('@') {
        Some((name, domain)) => format!("{}@{domain}", word(name)),
        None => word(address),
    }
}

/// The first character of a word.
#[must_use]
pub fn word(text: &str) -> String {
    let first = text.chars().next();
    first.map_or_else(String::new, |c| format!("{c}***"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_reaches_nobody_and_nothing_stays_nothing() {
        for (number, shown) in [
            ("+8613812345678", "+86138****5678"),
            ("+862112345678", "+8621****5678"),
            ("+12025550", "+****5550"),
            ("10086", "****"),
            ("", ""),
        ] {
            assert_eq!(phone(number), shown);
        }
        for (address, shown) in [
            ("lilei@example.com", "l***@example.com"),
            ("李雷@example.com", "李***@example.com"),
            ("nonsense", "n***"),
            ("", ""),
        ] {
            assert_eq!(email(address), shown);
        }
        assert_eq!(word("lilei_wx"), "l***");
    }
}
