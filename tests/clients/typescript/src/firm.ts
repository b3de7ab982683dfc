// A whole firm in one process, started and stopped by whoever tests against it.

import { spawn } from "node:child_process";
import { mkdtempSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

import { SessionService } from "./gen/baton/directory/v1/session_service_pb.js";

export interface Firm {
  /** Where its JSON interface is. */
  http: string;
  /** A way in on which the first member is signed in. */
  transport: Transport;
  /** A way in on which nobody is. */
  stranger: Transport;
  stop(): Promise<number | null>;
}

interface Ready {
  http: string;
  grpc: string;
  sign_in: { user: string; password: string };
}

/** Founds a firm in a folder of its own. The runner (tests/clients/run.sh) names the program in the environment. */
export async function found(): Promise<Firm> {
  const folder = mkdtempSync(join(tmpdir(), "baton-client-"));
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith("BATON_"));
  const log = openSync(join(folder, "log"), "w");
  const listen = ["--data", join(folder, "data"), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
  const server = spawn(process.env.BATON_PROGRAM ?? "baton", ["serve", ...listen], {
    env: Object.fromEntries(environment),
    stdio: ["ignore", "pipe", log],
  });
  const ended = new Promise<number | null>((resolve) => server.on("exit", resolve));
  const lines = createInterface({ input: server.stdout! })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new Error(`the server ended before it was ready; its log is in ${folder}`);
  const ready = JSON.parse(first.value) as Ready;

  const way = (interceptors: Interceptor[]) => createGrpcTransport({ baseUrl: ready.grpc, interceptors });
  const stranger = way([]);
  const { token } = await createClient(SessionService, stranger).createSession(ready.sign_in);
  const signed: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  return {
    http: ready.http,
    transport: way([signed]),
    stranger,
    stop() {
      server.kill("SIGTERM");
      return ended;
    },
  };
}

/** Asks again until the answer is the one that is waited for: the work goes on in the server. */
export async function until<T>(ask: () => Promise<T>, ended: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (ended(answer)) return answer;
    if (Date.now() > deadline) throw new Error("it never came to that");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
