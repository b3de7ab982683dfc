import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { timestampDate, timestampFromMs } from "@bufbuild/protobuf/wkt";

const DAY_MS = 86_400_000;

/** What the clock on the wall of a zone shows at an instant, as if it were UTC. */
function wall(at: number, zone: string | undefined): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = new Map(format.formatToParts(at).map((p) => [p.type, Number(p.value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/** The instant at which the clock of a zone shows a wall time. */
function unwall(shown: number, zone: string | undefined): number {
  // The second look is right where the first one fell on the other side of a change of the clocks.
  const near = shown - (wall(shown, zone) - shown);
  return shown - (wall(near, zone) - near);
}

/** What a date-and-time field holds ("2026-11-29T18:00") as an instant in a zone; undefined while it holds none. */
export function instant(text: string | undefined, zone?: string): Timestamp | undefined {
  const shown = Date.parse(`${text ?? ""}Z`);
  return Number.isNaN(shown) ? undefined : timestampFromMs(unwall(shown, zone));
}

/** An instant as a date-and-time field holds it. */
export function wallText(at: Timestamp | number, zone?: string): string {
  const ms = typeof at === "number" ? at : timestampDate(at).getTime();
  return new Date(wall(ms, zone)).toISOString().slice(0, 16);
}

/** Today in a zone, or so many days later, as YYYY-MM-DD. */
export const dayIn = (zone: string | undefined, days = 0, now = Date.now()) =>
  new Date(wall(now, zone) + days * DAY_MS).toISOString().slice(0, 10);

/** When a business day begins in a zone. */
export const startOf = (day: string, zone?: string) => instant(`${day}T00:00`, zone);

/** The day after a day, YYYY-MM-DD. */
export const dayAfter = (day: string) => new Date(Date.parse(`${day}T00:00Z`) + DAY_MS).toISOString().slice(0, 10);
