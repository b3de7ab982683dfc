//! The page at the root where no console was built: what this is, where the API is, how to sign in. And the page for whom a provider
//! has sent back and nobody signs in.

use baton_chassis::{Args, Language, Messages};

/// The page in a language. Nothing of the request gets into it, so there is nothing to escape.
pub(crate) fn html(language: Language, messages: &Messages) -> String {
    let text = |name: &str| messages.text(language, name, &Args::new());
    format!(
        r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{what}</p>
<p>{console}</p>
<h2>{sign_in}</h2>
<p>{sign_in_how}</p>
<pre>POST /v1/sessions
Content-Type: application/json

{{"user": "admin", "password": "…"}}</pre>
<pre>GET /v1/me
Authorization: Bearer …</pre>
<h2>{api}</h2>
<p>{api_where} <a href="/openapi.json">/openapi.json</a>, <a href="/asyncapi.json">/asyncapi.json</a></p>
<p>{errors}</p>
</main>
</body>
</html>
"#,
        lang = language.tag(),
        title = text("PAGE_TITLE"),
        what = text("PAGE_WHAT"),
        console = text("PAGE_CONSOLE"),
        sign_in = text("PAGE_SIGN_IN"),
        sign_in_how = text("PAGE_SIGN_IN_HOW"),
        api = text("PAGE_API"),
        api_where = text("PAGE_API_WHERE"),
        errors = text("PAGE_ERRORS"),
    )
}

/// The page that tells somebody why he is not signed in.
pub(crate) fn refused(why: &str, language: Language, messages: &Messages) -> String {
    let text = |name: &str| messages.text(language, name, &Args::new());
    format!(
        r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p role="alert">{why}</p>
<p><a href="/">{back}</a></p>
</main>
</body>
</html>
"#,
        lang = language.tag(),
        title = text("REFUSED_TITLE"),
        why = escaped(why),
        back = text("REFUSED_BACK"),
    )
}

/// A text as a page says it: names come from the provider.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_elsewhere_is_told_and_not_obeyed() {
        let messages = crate::messages();
        for language in Language::ALL {
            let page = refused("<script src='x'>&\"", language, &messages);
            assert!(page.contains("&lt;script src=&#39;x&#39;&gt;&amp;&quot;"));
            assert!(!page.contains("<script"));
        }
    }
}
