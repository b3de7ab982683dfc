import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const password = "browser-tests-only";

/** A port that nobody listens on. */
const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });

/** A system of a test's own, on a folder of its own, at one address for its whole life. */
export class System {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async make(): Promise<System> {
    return new System(mkdtempSync(join(tmpdir(), "baton-system.")), await freePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it with these services, or all; resolves when it takes work. */
  async start(only: string[] = []): Promise<void> {
    const args = ["serve", "--data", this.folder, "--http", `127.0.0.1:${this.port}`, "--grpc", "127.0.0.1:0"];
    const child = spawn(
      process.env.BATON_BIN ?? "baton",
      [...args, ...(only.length ? ["--only", only.join(",")] : [])],
      {
        // Nothing else of ours: a setting that nobody knows is refused.
        env: { PATH: process.env.PATH, BATON_AUTH__ADMIN_PASSWORD: password },
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    this.child = child;
    await new Promise<void>((ready, failed) => {
      child.once("exit", () => failed(new Error("it does not start")));
      child.stdout?.on("data", (told: Buffer) => told.toString().includes('"ready"') && ready());
    });
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((gone) => {
      child.once("exit", () => gone());
      child.kill("SIGKILL");
    });
  }

  /** Ends it and forgets what it held. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
