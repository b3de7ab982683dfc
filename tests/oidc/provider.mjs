// A certified OpenID provider (`oidc-provider`) for one test, on a free port, with people and keys of its own.
//
// It is told what to do by lines of JSON and answers each with one. The first line that it writes says where it is. It runs where it
// is installed (tests/tools.sh oidc): node --input-type=module --eval "$(cat provider.mjs)" '{"redirect": […], "secret": "…"}'
//
//   {"people": {"wang": {"email": "…", "groups": [...]}}}   whom it knows from now on, with their claims
//   {"visit": "http://…/auth?…", "as": "wang"}              a browser signs in there -> {"back": "…?code=…"}
//   {"visit": "http://…/auth?…", "as": null}                a browser is sent there and turns away
//   {"rotate": true}                                        other keys sign from now on
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const { redirect, secret } = JSON.parse(process.argv.at(-1));
let people = {};
let provider;
// Its advice is not for tests; what is written to stdout is our answers.
console.info = console.warn = () => {};

const server = createServer((request, response) => provider.callback()(request, response));
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

function begin() {
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const client = { redirect_uris: redirect, grant_types: ["authorization_code"], response_types: ["code"] };
  provider = new Provider(issuer, {
    clients: [
      { ...client, client_id: "baton", client_secret: secret },
      { ...client, client_id: "baton-public", token_endpoint_auth_method: "none" },
    ],
    jwks: { keys: [{ ...key, kid: randomUUID(), use: "sig", alg: "RS256" }] },
    cookies: { keys: [randomUUID()] },
    pkce: { required: () => true },
    claims: {
      openid: ["sub"],
      profile: ["name", "preferred_username", "groups"],
      email: ["email", "email_verified"],
    },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  });
}

// A browser that knows nothing but cookies and forms.
async function visit(url, login) {
  const cookies = new Map();
  const ask = async (at, form) => {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
    const body = form && new URLSearchParams(form);
    const answer = await fetch(at, { method: form ? "POST" : "GET", headers, body, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      cookies.set(name, value);
    }
    const to = answer.headers.get("location");
    return to ? { to: new URL(to, at).href } : { page: await answer.text() };
  };
  let at = url;
  for (let steps = 0; steps < 20; steps++) {
    if (!at.startsWith(issuer)) return { back: at };
    const { to, page } = await ask(at);
    if (to) {
      at = to;
    } else if (login === null) {
      at = (await ask(`${at}/abort`)).to;
    } else {
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (!prompt) return { page };
      at = (await ask(at, { prompt, login, password: "any" })).to;
    }
  }
  return { page: "no end" };
}

begin();
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say({ issuer });
for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  let answer = {};
  if (told.people) people = told.people;
  if (told.rotate) begin();
  if (told.visit) answer = await visit(told.visit, told.as);
  say(answer);
}
process.exit(0);
