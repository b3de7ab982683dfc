//! Enums whose values are words: the same word in the database, in events and in contracts.

/// A value out of a fixed list of words; [`words!`](crate::words!) makes them.
pub trait Word: Copy + PartialEq + Sized + 'static {
    /// Every value there is, in the order of the contract, where they are numbered from 1.
    const ALL: &'static [Self];

    /// The word.
    fn as_str(self) -> &'static str;

    /// The value with a number of the contract.
    fn numbered(number: i32) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::ALL.get(index).copied()
    }

    /// Its number in the contract.
    fn number(self) -> i32 {
        let index = Self::ALL.iter().position(|v| *v == self);
        index.and_then(|i| i32::try_from(i + 1).ok()).unwrap_or(0)
    }
}

/// The number of a value that may be missing: 0 stands for none.
pub fn number<W: Word>(word: Option<W>) -> i32 {
    word.map_or(0, W::number)
}

/// Declares an enum whose values are words.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$value:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type,
        )]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$value])* $variant,)+ }

        impl $crate::words::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}
