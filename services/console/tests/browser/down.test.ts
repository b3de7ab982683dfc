import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { closeBrowser, Visitor } from "./harness";

const password = "browser-tests-only";
const folder = mkdtempSync(join(tmpdir(), "baton-down."));
let running: ChildProcess | undefined;

afterAll(async () => {
  await closeBrowser();
  running?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A port that nobody listens on. */
const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });

/** A system of its own, with these services, ready to work. */
async function start(port: number, only: string[] = []): Promise<ChildProcess> {
  const args = ["serve", "--data", folder, "--http", `127.0.0.1:${port}`, "--grpc", "127.0.0.1:0"];
  const child = spawn(process.env.BATON_BIN ?? "baton", [...args, ...(only.length ? ["--only", only.join(",")] : [])], {
    // Nothing else of ours: a setting that nobody knows is refused.
    env: { PATH: process.env.PATH, BATON_AUTH__ADMIN_PASSWORD: password },
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise<void>((ready, failed) => {
    child.once("exit", () => failed(new Error("it does not start")));
    child.stdout?.on("data", (told: Buffer) => told.toString().includes('"ready"') && ready());
  });
  running = child;
  return child;
}

/** Ends a process at once, as a power cut would. */
const kill = (child: ChildProcess) =>
  new Promise<void>((gone) => {
    if (child.exitCode !== null || child.signalCode !== null) return gone();
    child.once("exit", () => gone());
    child.kill("SIGKILL");
  });

test("when the system goes away the page says so, and works again by itself once it is back", async () => {
  const port = await freePort();
  const child = await start(port);
  const visitor = await Visitor.arrives({ language: "en", at: `http://127.0.0.1:${port}`, forgiving: true });
  const { page } = visitor;
  await visitor.opens("/leads");
  await kill(child);
  await page.getByRole("link", { name: "Orders" }).first().click();
  await page.getByText("Not possible for the moment").first().waitFor();
  await visitor.isAccessible("the system is away");
  await start(port);
  await page.getByText("Not possible for the moment").first().waitFor({ state: "hidden" });
  await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
  await visitor.leaves();
});

test("where one service is missing its pages say which, and all others work", async () => {
  await kill(running as ChildProcess);
  const port = await freePort();
  await start(port, ["directory", "customer", "marketing", "sales", "insight", "gateway"]);
  const visitor = await Visitor.arrives({ language: "en", at: `http://127.0.0.1:${port}`, forgiving: true });
  const { page } = visitor;
  await visitor.opens("/leads");
  expect(await page.locator(".failure").count()).toBe(0);
  await page.getByRole("link", { name: "Orders" }).first().click();
  const failure = page.locator(".failure").first();
  await failure.waitFor();
  expect(await failure.innerText()).toMatch(/commerce/i);
  await visitor.leaves();
});
