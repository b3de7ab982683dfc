//! The ways by which customers are met.

use baton_chassis::words;

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
