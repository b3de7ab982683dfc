//! The ways by which people speak to each other.

use baton_chassis::words;

words! {
    /// How people speak to each other.
    Channel {
        /// Telephone.
        Phone = "PHONE",
        /// Web site.
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
        /// Letter.
        DirectMail = "DIRECT_MAIL",
        /// Any other way.
        Other = "OTHER",
    }
}
