//! Enums whose values are words: the same word in the database, in events and in messages.

/// A value out of a fixed list of words.
pub trait Word: Copy + PartialEq + Sized + 'static {
    /// Every value there is, in the order of the contract.
    const ALL: &'static [Self];

    /// The word.
    fn as_str(self) -> &'static str;
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$value:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, sqlx::Type)]
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
pub(crate) use words;

words! {
    /// The way by which a customer was met.
    Channel {
        /// Telephone.
        Phone = "PHONE",
        /// Web site, web form or chat.
        Web = "WEB",
        /// E-mail.
        Email = "EMAIL",
        /// In person.
        FaceToFace = "FACE_TO_FACE",
        /// `WeChat`.
        Wechat = "WECHAT",
        /// Text message.
        Sms = "SMS",
        /// Fax.
        Fax = "FAX",
        /// Letter or parcel.
        DirectMail = "DIRECT_MAIL",
        /// Any other way.
        Other = "OTHER",
    }
}
