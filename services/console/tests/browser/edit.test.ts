import { afterAll, expect, test } from "vitest";
import { dialog, fill, texts, verb } from "./hand";
import { api, closeBrowser, token, Visitor } from "./harness";

afterAll(closeBrowser);

/** A lead of one's own to work on. */
async function lead(title: string): Promise<string> {
  const body = { title, prospect: { type: "PROSPECT_TYPE_COMPANY", name: `${title} ${Date.now()}` } };
  return (await api(await token(), "POST", "/v1/leads", body)).id as unknown as string;
}

test("what a service refuses stands at its field, in the reader's language, and nothing is lost", async () => {
  for (const [language, field, title, create, sentence] of [
    ["zh-CN", "电子邮件", "主题", "创建线索", /[\u4e00-\u9fff]/],
    ["en", "E-mail", "Subject", "Create lead", /[a-z]/],
  ] as const) {
    const visitor = await Visitor.arrives({ language });
    const { page } = visitor;
    await visitor.opens("/leads?new=1");
    await dialog(page).waitFor();
    await dialog(page)
      .getByLabel(language === "en" ? "Name" : "名称")
      .first()
      .fill("Refused Ltd");
    await fill(page, field, "no address at all");
    await fill(page, title, "Refused");
    await dialog(page).getByRole("button", { name: create }).click();
    const wrong = dialog(page).locator(".ant-form-item-has-error");
    await wrong.first().waitFor();
    expect(await wrong.count()).toBe(1);
    expect(await wrong.innerText()).toContain(field);
    expect(await wrong.locator(".ant-form-item-explain-error").innerText()).toMatch(sentence);
    expect(await dialog(page).getByLabel(title).first().inputValue()).toBe("Refused");
    await visitor.isAccessible("refused at a field");
    await visitor.leaves();
  }
});

/** Records that people edit: how one is made, where it stands, and a field of it that each of two people writes in. */
const EDITED = [
  {
    kind: "lead",
    make: { title: "Edited by two" },
    plural: "leads",
    page: "leads",
    verb: "common:act.edit",
    label: "marketing:lead.need",
    field: "need",
  },
  {
    kind: "account",
    make: { type: "PARTY_TYPE_COMPANY", name: "Edited by two" },
    plural: "accounts",
    page: "customers",
    verb: "common:act.edit",
    label: "customers:party.industry",
    field: "industry",
  },
  {
    kind: "opportunity",
    make: { name: "Edited by two" },
    plural: "opportunities",
    page: "opportunities",
    verb: "sales:edit.verb",
    label: "sales:deal.description",
    field: "description",
  },
  {
    kind: "contract",
    make: { title: "Edited by two", currencyCode: "CNY" },
    plural: "contracts",
    page: "contracts",
    verb: "common:act.edit",
    label: "commerce:contract.terms",
    field: "terms",
  },
] as const;

/** A record of one's own to work on, of a customer of one's own where it has one. */
async function made({ kind, make, plural }: (typeof EDITED)[number]): Promise<string> {
  const boss = await token();
  const post = async (path: string, body: object) => {
    const answer = (await api(boss, "POST", path, body)) as { id?: string; party?: { id: string } };
    return answer.id ?? answer.party?.id ?? "";
  };
  const name = `Edited by two ${Date.now()}`;
  if (kind === "lead") return await post("/v1/leads", { ...make, prospect: { type: "PROSPECT_TYPE_COMPANY", name } });
  const account = { type: "PARTY_TYPE_COMPANY", name };
  const partyId = await post("/v1/accounts", account);
  return kind === "account" ? partyId : await post(`/v1/${plural}`, { ...make, partyId });
}

test.each(EDITED)("of two people who edit the same $kind, the second is told and loses nothing", async (edited) => {
  const id = await made(edited);
  const said = texts("en");
  const [label, path] = [said(edited.label), edited.kind === "account" ? "parties" : edited.plural];
  const [first, second] = [await Visitor.arrives({ language: "en" }), await Visitor.arrives({ language: "en" })];
  for (const visitor of [first, second]) {
    await visitor.opens(`/${edited.page}/${id}`);
    await verb(visitor, said(edited.verb));
    await dialog(visitor.page).waitFor();
  }
  await fill(first.page, label, "From the first");
  await dialog(first.page).getByRole("button", { name: "Save" }).click();
  await dialog(first.page).waitFor({ state: "hidden" });
  await fill(second.page, label, "From the second");
  await dialog(second.page).getByRole("button", { name: "Save" }).click();
  const alert = dialog(second.page).getByRole("alert").first();
  await alert.waitFor();
  expect(await alert.innerText()).toMatch(/Somebody else changed this record/);
  expect(await dialog(second.page).getByLabel(label).first().inputValue()).toBe("From the second");
  await second.isAccessible("changed meanwhile");
  const now = (await api(await token(), "GET", `/v1/${path}/${id}`)) as unknown as Record<string, string>;
  expect(now[edited.field]).toBe("From the first");
  await first.leaves();
  await second.leaves();
});

test("a page that is open shows what somebody else did", async () => {
  const id = await lead("Seen live");
  const looks = await Visitor.arrives({ language: "en" });
  await looks.opens(`/leads/${id}`);
  await looks.page.getByRole("heading", { level: 1, name: "Seen live" }).waitFor();
  await api(await token(), "POST", `/v1/leads/${id}:identify`, {});
  await looks.page.locator(".record-head .pill").filter({ hasText: "Identified" }).waitFor();
  await looks.leaves();
});
