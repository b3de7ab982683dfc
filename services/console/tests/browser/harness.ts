import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { type Browser, type BrowserContext, chromium, type Download, type Page, type Request } from "playwright-core";
import { expect, inject } from "vitest";

/** Where the product is, and what its demo company left behind. */
export const url = process.env.BATON_URL ?? "http://127.0.0.1:8080";
const shots = process.env.BATON_SHOTS ?? "target/shots";
const admin = { user: "admin", password: process.env.BATON_AUTH__ADMIN_PASSWORD ?? "" };

/** One case of the demo company: ids by kind. */
export interface Case {
  name: string;
  lead?: string;
  account: string;
  opportunity: string;
  contract?: string;
  order: string;
}

export function demo(): Record<string, Case> {
  const told = JSON.parse(readFileSync(process.env.BATON_DEMO ?? "", "utf8")) as { cases?: Case[] } | Case[];
  const cases = Array.isArray(told) ? told : (told.cases ?? []);
  return Object.fromEntries(cases.map((c) => [c.name, c]));
}

export const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
export type Size = keyof typeof SIZES;
export type Language = "zh-CN" | "en";

let browser: Promise<Browser> | undefined;

/** The browser of this run, in which a file has windows of its own. */
export function theBrowser(): Promise<Browser> {
  browser ??= chromium.connect(inject("browser"));
  return browser;
}

/** Closes the windows of a file; the browser goes on. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** What is in a file that a page hands out: the browser keeps it to itself until it is asked. */
export const textOf = async (file: Download): Promise<string> => text(await file.createReadStream());

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Calls the JSON interface, as tests prepare what they need. */
export async function api(token: string, method: string, path: string, body?: unknown): Promise<Record<string, never>> {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "accept-language": "en" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = (await answer.json()) as Record<string, never>;
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(told)}`);
  return told;
}

/** A bearer token by name and password. */
export async function token(user = admin.user, password = admin.password): Promise<string> {
  return (await api("", "POST", "/v1/sessions", { user, password })).token as unknown as string;
}

/** A member of the demo company with a password that the tests know. */
export async function person(name: string): Promise<{ user: string; password: string }> {
  const boss = await token();
  const { members } = (await api(boss, "GET", "/v1/members?pageSize=500")) as unknown as {
    members: { id: string; name: string }[];
  };
  const member = members.find((m) => m.name === name);
  const password = `known to tests ${name}`;
  await api(boss, "POST", `/v1/members/${member?.id}:setPassword`, { newPassword: password });
  return { user: name, password };
}

/** Somebody's browser window. Whatever the console complains of there fails the test at its end. */
export class Visitor {
  private readonly problems: string[] = [];
  /** What the page asked for and did not get yet. */
  private readonly open = new Set<Request>();

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly language: Language,
    readonly size: Size,
    readonly at: string,
    forgiving: boolean,
  ) {
    page.on("request", (r) => this.open.add(r));
    page.on("requestfinished", (r) => this.open.delete(r));
    page.on("requestfailed", (r) => this.open.delete(r));
    if (forgiving) return;
    page.on("console", (m) => {
      // A refusal of a service is an answer, not a fault of the page.
      if (m.type() === "error" && !/status of (4\d\d|503)/.test(m.text())) this.problems.push(m.text());
    });
    page.on("pageerror", (e) => this.problems.push(String(e)));
  }

  /**
   * Opens a window; signed in unless `who` is null. `at` is another system; a `forgiving` visitor does not mind what the
   * browser says of connections that break.
   */
  static async arrives(
    options: {
      language?: Language;
      size?: Size;
      who?: { user: string; password: string } | null;
      dark?: boolean;
      at?: string;
      forgiving?: boolean;
    } = {},
  ): Promise<Visitor> {
    const { language = "zh-CN", size = "desktop", who = admin, dark = false, at = url, forgiving = false } = options;
    const context = await (await theBrowser()).newContext({
      viewport: SIZES[size],
      locale: language,
      timezoneId: "Asia/Shanghai",
      hasTouch: size === "phone",
      isMobile: size === "phone",
      colorScheme: dark ? "dark" : "light",
      reducedMotion: "reduce",
    });
    await context.addInitScript((l) => localStorage.setItem("baton.language", l), language);
    if (who) {
      const answer = await context.request.post(`${at}/session`, {
        data: who,
        headers: { "x-baton-csrf": "1" },
      });
      expect(answer.status(), await answer.text()).toBe(200);
    }
    return new Visitor(context, await context.newPage(), language, size, at, forgiving);
  }

  /** Goes to an address of the console and waits until it has what it shows. */
  async opens(path: string): Promise<void> {
    await this.page.goto(this.at + path);
    await this.settles();
  }

  /** Goes on to another page as a link does: the console stays, which takes a fraction of loading it anew. */
  async goes(path: string): Promise<void> {
    const { page } = this;
    if (new URL(page.url()).pathname === new URL(path, this.at).pathname) return this.opens(path);
    await page.evaluate((to) => {
      for (const e of document.querySelectorAll("h1, .failure, .empty")) e.setAttribute("data-left", "");
      history.pushState({}, "", to);
    }, path);
    await page.waitForFunction(() => document.querySelector("[data-left]") === null);
    await this.settles();
  }

  /** Waits until the page has its title and nothing of it is loading any more. */
  async settles(): Promise<void> {
    const shown = this.page.locator("h1, .failure, .empty").first();
    await shown.waitFor().catch(async (cause: unknown) => {
      const html = await this.page.content();
      const waits = [...this.open].map((r) => `${r.method()} ${r.url()}`);
      throw new Error(
        `${cause}\nwaits for ${waits.join(", ") || "nothing"}\ntold ${this.problems.join(", ")}\n${html}`,
      );
    });
    // A live page never stops listening, so the network tells nothing: what it shows does.
    await this.page.waitForFunction(
      () => {
        const waits = document.querySelector("[aria-busy=true], .ant-spin-spinning") !== null;
        const w = window as unknown as { quietSince?: number };
        w.quietSince = waits ? undefined : (w.quietSince ?? performance.now());
        return w.quietSince !== undefined && performance.now() - w.quietSince > 300;
      },
      undefined,
      { polling: 50 },
    );
    await this.page.evaluate(() => {
      (window as unknown as { quietSince?: number }).quietSince = undefined;
    });
  }

  /** Fails on anything that a person with a screen reader or a keyboard would stumble over. */
  async isAccessible(what: string): Promise<void> {
    if (!(await this.page.evaluate(() => "axe" in globalThis))) await this.page.evaluate(axe);
    const found = (await this.page.evaluate(
      // biome-ignore lint/suspicious/noExplicitAny: axe puts itself on the window
      () => (globalThis as any).axe.run(document, { resultTypes: ["violations"], selectors: false }),
    )) as { violations: { id: string; nodes: { html: string; any: { message: string }[] }[] }[] };
    const told = found.violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 200)} ${n.any[0]?.message ?? ""}`),
    );
    expect(told, `${what}, ${this.language}, ${this.size}`).toEqual([]);
  }

  /** Keeps a picture of the page. */
  async shot(name: string): Promise<void> {
    mkdirSync(shots, { recursive: true });
    await this.page.screenshot({ path: `${shots}/${name}-${this.size}-${this.language}.png` });
  }

  /** Closes the window and tells what the console complained of. */
  async leaves(): Promise<void> {
    await this.context.close();
    expect(this.problems).toEqual([]);
  }
}
