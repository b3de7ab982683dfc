import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);

/** The business date of an instant in a zone, YYYY-MM-DD; of now, and in the reader's own zone, if they are left out. */
export const dayIn = (zone: string | undefined, at: Date = new Date()): string =>
  (zone ? dayjs(at).tz(zone) : dayjs(at)).format("YYYY-MM-DD");

/** The last moment of a business date in a zone. */
export const endOfDay = (day: string, zone: string | undefined): Date =>
  (zone ? dayjs.tz(day, zone) : dayjs(day)).endOf("day").toDate();

/** What a field for date and time holds ("2026-11-29T15:30") as an instant in a zone. */
export const instantIn = (text: string, zone: string | undefined): Date =>
  (zone ? dayjs.tz(text, zone) : dayjs(text)).toDate();

/** An instant as a field for date and time holds it, in a zone. */
export const fieldText = (at: Date, zone: string | undefined): string =>
  (zone ? dayjs(at).tz(zone) : dayjs(at)).format("YYYY-MM-DDTHH:mm");

/** A business date so many days later. */
export const daysLater = (day: string, days: number): string => dayjs.utc(day).add(days, "day").format("YYYY-MM-DD");

/** Whole days between two business dates. */
export const daysBetween = (from: string, to: string): number => dayjs.utc(to).diff(dayjs.utc(from), "day");
