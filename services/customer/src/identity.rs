//! What makes two records the same customer: telephone, e-mail, domain and company name, each folded into a key
//! that is equal whenever people would call the originals the same.

use baton_chassis::{search::Text, words};
use phonenumber::{Mode, PhoneNumber, country};
use unicode_normalization::UnicodeNormalization as _;

use crate::party::Kind;

words! {
    /// What a key is made of; the strongest first.
    KeyKind {
        /// Telephone number.
        Phone = "PHONE",
        /// E-mail address.
        Email = "EMAIL",
        /// Domain of web site or company e-mail.
        Domain = "DOMAIN",
        /// Name of a company.
        CompanyName = "COMPANY_NAME",
    }
}

/// A key by which a record is found again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// What it is made of.
    pub kind: KeyKind,
    /// The folded value.
    pub value: String,
}

/// What is known of someone that can identify him; empty texts are not known.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// Company or person.
    pub kind: Kind,
    /// Name.
    pub name: &'a str,
    /// Telephone number.
    pub phone: &'a str,
    /// E-mail address.
    pub email: &'a str,
    /// Web site.
    pub website: &'a str,
    /// Country, two letters.
    pub country: &'a str,
}

impl Identity<'_> {
    /// All keys, sorted and each once. The name of a person is no key: too many people share one; and neither is the
    /// domain of his e-mail, which is that of his employer.
    pub fn keys(&self) -> Vec<Key> {
        let of_company = |value: Option<String>| value.filter(|_| self.kind == Kind::Company);
        let mut keys: Vec<Key> = [
            (KeyKind::Phone, phone(self.phone, self.country)),
            (KeyKind::Email, email(self.email)),
            (KeyKind::Domain, of_company(website_domain(self.website))),
            (KeyKind::Domain, of_company(email_domain(self.email))),
            (KeyKind::CompanyName, of_company(company_name(self.name))),
        ]
        .into_iter()
        .filter_map(|(kind, value)| value.map(|value| Key { kind, value }))
        .collect();
        keys.sort();
        keys.dedup();
        keys
    }
}

/// What a telephone number is found by, if it is one.
pub fn phone_text(text: &str, country: &str) -> Option<Text> {
    let number = parsed(text, country)?;
    Some(Text::Phone {
        e164: number.format().mode(Mode::E164).to_string(),
        national: number.national().value().to_string(),
    })
}

fn parsed(text: &str, country: &str) -> Option<PhoneNumber> {
    let region = country.parse().unwrap_or(country::Id::CN);
    let text: String = text.nfkc().collect();
    let number = phonenumber::parse(Some(region), text.trim()).ok()?;
    let e164 = number.format().mode(Mode::E164).to_string();
    // Not `is_valid`: number ranges are opened faster than tables of them are published.
    (7..=15).contains(&(e164.len() - 1)).then_some(number)
}

/// A telephone number as E.164, read in the region of `country` (two letters), or in China if that is empty or
/// unknown. An extension is left out: it is the same switchboard.
pub fn phone(text: &str, country: &str) -> Option<String> {
    let number = parsed(text, country)?;
    Some(number.format().mode(Mode::E164).to_string())
}

/// Whether this is a country that has telephone numbers, by its two letters.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.parse::<country::Id>().is_ok()
}

/// An e-mail address in lower case, if it is one.
pub fn email(text: &str) -> Option<String> {
    let text = text.nfkc().collect::<String>().trim().to_lowercase();
    let domain = text.rsplit_once('@')?.1;
    (domain.contains('.') && email_address::EmailAddress::is_valid(&text)).then_some(text)
}

/// The domain of a company's e-mail address; none if it is a mail service open to everybody.
pub fn email_domain(text: &str) -> Option<String> {
    own_domain(email(text)?.rsplit_once('@')?.1)
}

/// The domain of a company's web site; none if it is a page on somebody else's platform.
pub fn website_domain(text: &str) -> Option<String> {
    own_domain(&host(text)?)
}

/// The host that a web address names, with or without its scheme.
pub fn host(text: &str) -> Option<String> {
    let text = text.nfkc().collect::<String>().trim().to_lowercase();
    let rest = match text.split_once("://") {
        Some(("http" | "https", rest)) => rest,
        Some(_) => return None,
        None => text.as_str(),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    let host = host.trim_end_matches('.');
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    let named = host.len() <= 253 && host.contains('.') && host.split('.').all(label);
    let top = host.rsplit('.').next().unwrap_or_default();
    (named && port.parse::<u16>().is_ok() && top.chars().any(char::is_alphabetic))
        .then(|| host.to_owned())
}

/// Domains in which anybody can have an address or a page: they identify nobody.
const SHARED: &[&str] = &[
    // mail
    "126.com",
    "139.com",
    "163.com",
    "163.net",
    "188.com",
    "189.cn",
    "21cn.com",
    "263.net",
    "aliyun.com",
    "aol.com",
    "daum.net",
    "foxmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hanmail.net",
    "hotmail.com",
    "icloud.com",
    "live.cn",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "sina.cn",
    "sina.com",
    "sina.com.cn",
    "sogou.com",
    "sohu.com",
    "tom.com",
    "web.de",
    "wo.cn",
    "yahoo.cn",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.com.cn",
    "yahoo.com.hk",
    "yandex.com",
    "yandex.ru",
    "yeah.net",
    "ymail.com",
    "zoho.com",
    // pages and shops
    "1688.com",
    "alibaba.com",
    "amazon.com",
    "baidu.com",
    "douyin.com",
    "facebook.com",
    "github.io",
    "instagram.com",
    "jd.com",
    "linkedin.com",
    "made-in-china.com",
    "pinduoduo.com",
    "taobao.com",
    "tmall.com",
    "twitter.com",
    "weibo.com",
    "wixsite.com",
    "wordpress.com",
    "x.com",
    "xiaohongshu.com",
    "youzan.com",
];

/// Labels below a country under which names are given out, as in `com.cn` and `co.uk`.
const SECOND_LEVEL: &[&str] = &[
    "ac", "co", "com", "edu", "gob", "gov", "ne", "net", "or", "org",
];

/// The part of a host that was registered: `mail.acme.com.cn` is `acme.com.cn`.
fn own_domain(host: &str) -> Option<String> {
    let labels: Vec<&str> = host.split('.').collect();
    let [.., second, top] = labels[..] else {
        return None;
    };
    let depth = if top.len() == 2 && SECOND_LEVEL.contains(&second) {
        3
    } else {
        2
    };
    let domain = labels.get(labels.len().checked_sub(depth)?..)?.join(".");
    (!SHARED.contains(&domain.as_str())).then_some(domain)
}

/// Legal forms and words of rank that Chinese company names end in, longer ones first.
const ENDINGS_ZH: &[&str] = &[
    "股份有限公司",
    "有限责任公司",
    "股份有限責任公司",
    "有限責任公司",
    "股份公司",
    "有限公司",
    "集团公司",
    "集團公司",
    "总公司",
    "總公司",
    "株式会社",
    "株式會社",
    "集团",
    "集團",
];

/// The same for names in Latin letters, word by word.
const ENDINGS_LATIN: &[&str] = &[
    "ab",
    "ag",
    "and",
    "as",
    "bhd",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "group",
    "holding",
    "holdings",
    "inc",
    "incorporated",
    "kg",
    "kk",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "nv",
    "oy",
    "plc",
    "pte",
    "pty",
    "sa",
    "sarl",
    "sas",
    "sdn",
    "spa",
    "srl",
];

/// A company name without anything that the same company may write differently: width, case, white space,
/// punctuation, brackets and legal form.
pub fn company_name(text: &str) -> Option<String> {
    let text = text
        .nfkc()
        .collect::<String>()
        .to_lowercase()
        .replace('&', " and ");
    // Dots and apostrophes stand inside words (S.A., O'Neill), all other marks between them.
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, '.' | '\'' | '’' | '·'))
        .collect();
    let whole: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut words = whole.clone();
    if words.len() > 1 && words.first() == Some(&"the") {
        words.remove(0);
    }
    while let Some(last) = words.pop() {
        if ENDINGS_LATIN.contains(&last) {
            continue;
        }
        let stem = ENDINGS_ZH
            .iter()
            .find_map(|ending| last.strip_suffix(ending));
        match stem {
            None => {
                words.push(last);
                break;
            }
            Some("") => {}
            Some(stem) => words.push(stem),
        }
    }
    // A name of legal forms only ("Holding Company Ltd.") is all the name there is.
    let words = if words.is_empty() { whole } else { words };
    Some(words.concat()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_the_same_however_it_is_written() {
        let table = [
            ("13800138000", "", Some("+8613800138000")),
            ("138 0013 8000", "", Some("+8613800138000")),
            ("+86 138-0013-8000", "", Some("+8613800138000")),
            ("0086 13800138000", "", Some("+8613800138000")),
            ("１３８００１３８０００", "CN", Some("+8613800138000")),
            ("(021) 6234-5678", "", Some("+862162345678")),
            ("021-62345678", "CN", Some("+862162345678")),
            ("19012345678", "", Some("+8619012345678")),
            ("400-810-8888", "", Some("+864008108888")),
            ("(212) 555-2368", "US", Some("+12125552368")),
            ("+1 212 555 2368", "CN", Some("+12125552368")),
            ("020 7946 0018", "GB", Some("+442079460018")),
            ("13800138000", "XX", Some("+8613800138000")),
            ("", "", None),
            ("call me", "", None),
            ("110", "", None),
            ("12345678901234567890", "", None),
        ];
        for (text, country, key) in table {
            assert_eq!(phone(text, country).as_deref(), key, "{text} in {country}");
        }
    }

    #[test]
    fn an_email_is_lower_case_and_valid() {
        let table = [
            ("Li.Lei@Acme.COM", Some("li.lei@acme.com")),
            ("  a@b.cn ", Some("a@b.cn")),
            ("ｌｉ＠ａｃｍｅ．ｃｏｍ", Some("li@acme.com")),
            ("a@localhost", None),
            ("a@", None),
            ("@b.cn", None),
            ("a b@c.cn", None),
            ("not an address", None),
            ("", None),
        ];
        for (text, key) in table {
            assert_eq!(email(text).as_deref(), key, "{text}");
        }
    }

    #[test]
    fn a_domain_is_the_one_that_was_registered_and_belongs_to_one_firm() {
        let sites = [
            ("https://www.acme.com/shop?x=1", Some("acme.com")),
            ("ACME.com", Some("acme.com")),
            ("http://mail.acme.com.cn:8080/", Some("acme.com.cn")),
            ("www.acme.co.uk", Some("acme.co.uk")),
            ("例子.中国", Some("例子.中国")),
            ("shop123.taobao.com", None),
            ("https://weibo.com/acme", None),
            ("com.cn", None),
            ("ftp://acme.com", None),
            ("192.168.1.1", None),
            ("acme", None),
            ("no site", None),
            ("", None),
        ];
        for (text, key) in sites {
            assert_eq!(website_domain(text).as_deref(), key, "{text}");
        }
        let mails = [
            ("sales@acme.com", Some("acme.com")),
            ("x@hr.acme.com.cn", Some("acme.com.cn")),
            ("12345@qq.com", None),
            ("12345@vip.qq.com", None),
            ("a@163.com", None),
            ("a@gmail.com", None),
            ("a@vip.sina.com.cn", None),
        ];
        for (text, key) in mails {
            assert_eq!(email_domain(text).as_deref(), key, "{text}");
        }
    }

    #[test]
    fn a_company_name_is_the_same_in_every_legal_dress() {
        let families: &[&[&str]] = &[
            &[
                "华为技术有限公司",
                "华为技术",
                "华为 技术 有限责任公司",
                "华为技术股份有限公司",
                "「华为技术」集团",
            ],
            &[
                "阿里巴巴（中国）有限公司",
                "阿里巴巴(中国)有限公司",
                "阿里巴巴中国有限公司",
                "阿里巴巴中国",
            ],
            &[
                "中粮集团有限公司",
                "中粮（集团）有限责任公司",
                "中粮集团",
                "中粮",
                "中粮集團有限公司",
            ],
            &[
                "ACME",
                "Acme Inc.",
                "acme, inc",
                "Acme Co., Ltd.",
                "ＡＣＭＥ　Ｌｔｄ",
                "The Acme Corporation",
                "Acme LLC",
                "ACME Group Holdings plc",
            ],
            &["Smith & Sons Ltd", "Smith and Sons Limited", "smith＆sons"],
            &["Müller GmbH & Co. KG", "MÜLLER GMBH", "Müller"],
            &["O'Neill S.A.", "ONeill", "O’Neill SA"],
            &["ACME中国有限公司 Co., Ltd.", "acme (中国)"],
            &["トヨタ自動車株式会社", "トヨタ自動車"],
        ];
        let mut keys = Vec::new();
        for family in families {
            let key = company_name(family[0]);
            assert!(key.is_some(), "{family:?}");
            for name in *family {
                assert_eq!(company_name(name), key, "{name}");
            }
            keys.push(key);
        }
        keys.sort();
        keys.dedup();
        assert_eq!(
            keys.len(),
            families.len(),
            "two families share a key: {keys:?}"
        );
    }

    #[test]
    fn different_companies_keep_different_names() {
        let names = [
            "华为技术有限公司北京分公司",
            "华为终端有限公司",
            "华为技术有限公司",
            "中国移动通信集团广东有限公司",
            "中国移动通信集团有限公司",
            "Acme",
            "Acme Tools Ltd",
            "Company",
            "Group Ltd",
            "集团有限公司",
        ];
        let keys: std::collections::HashSet<_> = names.map(company_name).into();
        assert_eq!(keys.len(), names.len(), "{keys:?}");
        assert!(!keys.contains(&None));
        assert_eq!(company_name("·—()"), None);
    }

    #[test]
    fn only_a_company_is_known_by_its_name_and_domain() {
        let identity = |kind| Identity {
            kind,
            name: "Acme Ltd",
            phone: "13800138000",
            email: "info@acme.com",
            website: "www.acme.com",
            country: "",
        };
        let keys = |kind| -> Vec<_> {
            identity(kind)
                .keys()
                .into_iter()
                .map(|k| (k.kind, k.value))
                .collect()
        };
        let person = [
            (KeyKind::Phone, "+8613800138000".to_owned()),
            (KeyKind::Email, "info@acme.com".to_owned()),
        ];
        let company = [
            (KeyKind::Domain, "acme.com".to_owned()),
            (KeyKind::CompanyName, "acme".to_owned()),
        ];
        assert_eq!(keys(Kind::Person), person);
        assert_eq!(keys(Kind::Company), [person, company].concat());
    }
}
