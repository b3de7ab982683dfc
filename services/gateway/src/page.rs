//! The page at the root where no console was built: what this is, where the API is, how to sign in.

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
