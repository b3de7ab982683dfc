import type { Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import i18next from "i18next";

/** What the gateway wants to see of a page of its own: no other site can set this header. */
export const OWN_PAGE = { "x-baton-csrf": "1" } as const;

const spokenHere: Interceptor = (next) => (request) => {
  for (const [name, value] of Object.entries(OWN_PAGE)) request.header.set(name, value);
  request.header.set("accept-language", i18next.language);
  return next(request);
};

/** The way to every service: gRPC-Web on the console's own origin, signed in by cookie. */
export const transport = createGrpcWebTransport({
  baseUrl: "/",
  useBinaryFormat: true,
  defaultTimeoutMs: 15_000,
  interceptors: [spokenHere],
});
