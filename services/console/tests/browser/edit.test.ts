import { afterAll, expect, test } from "vitest";
import { dialog, fill, verb } from "./hand";
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

test("of two people who edit the same record, the second is told and loses nothing", async () => {
  const id = await lead("Edited by two");
  const [first, second] = [await Visitor.arrives({ language: "en" }), await Visitor.arrives({ language: "en" })];
  for (const visitor of [first, second]) {
    await visitor.opens(`/leads/${id}`);
    await verb(visitor, "Edit");
    await dialog(visitor.page).waitFor();
  }
  await fill(first.page, "What is wanted", "From the first");
  await dialog(first.page).getByRole("button", { name: "Save" }).click();
  await dialog(first.page).waitFor({ state: "hidden" });
  await fill(second.page, "What is wanted", "From the second");
  await dialog(second.page).getByRole("button", { name: "Save" }).click();
  const alert = dialog(second.page).getByRole("alert").first();
  await alert.waitFor();
  expect(await alert.innerText()).toMatch(/Somebody else changed this record/);
  expect(await dialog(second.page).getByLabel("What is wanted").inputValue()).toBe("From the second");
  await second.isAccessible("changed meanwhile");
  const now = (await api(await token(), "GET", `/v1/leads/${id}`)) as unknown as { need: string };
  expect(now.need).toBe("From the first");
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
