import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { useFirm } from "../../api/me";
import { useFilters } from "../../blocks/Filters";
import { day } from "../../i18n/format";
import { dayIn } from "../../i18n/zone";
import { before, type Period, type PresetKey, presets } from "./periods";

const KEYS: PresetKey[] = ["all", "thisQuarter", "lastQuarter", "thisYear", "lastYear"];

/** The stretch of days in the page's address, and the one before it to compare with. */
export function usePeriod(): { period: Period; compared?: Period } {
  const [{ from = "", to = "" }] = useFilters();
  return { period: { from, to }, compared: before({ from, to }) };
}

/** Picks a usual stretch of days; any other is given by its ends. */
export function PeriodPick() {
  const { t } = useTranslation("insight");
  const zone = useFirm()?.timeZone;
  const [{ from = "", to = "" }, set] = useFilters();
  const usual = presets(dayIn(zone));
  const chosen = KEYS.find((key) => usual[key].from === from && usual[key].to === to);
  return (
    <Select<PresetKey | "own">
      aria-label={t("period.title")}
      value={chosen ?? "own"}
      popupMatchSelectWidth={false}
      style={{ minWidth: 132 }}
      onChange={(key) => {
        if (key !== "own") set({ from: usual[key].from || undefined, to: usual[key].to || undefined });
      }}
      options={[
        ...KEYS.map((key) => ({ value: key, label: t(`period.${key}`) })),
        ...(chosen ? [] : [{ value: "own" as const, label: t("period.own") }]),
      ]}
    />
  );
}

/** The stretch that figures are compared with, in words. */
export function ComparedWith({ period }: { period: Period | undefined }) {
  const { t } = useTranslation("insight");
  if (!period) return null;
  return <>{t("period.compared", { from: day(period.from), to: day(period.to) })}</>;
}
