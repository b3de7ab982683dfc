import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Access, Duty, useMe } from "../../api/me";
import { clearDemo, demoState, loadDemo } from "../../api/session";
import { useSay } from "../../blocks/say";

/** How often it is asked whether the system is back. */
const LOOK_EVERY_MS = 500;
/** After so many looks somebody has to look himself. */
const LOOKS_MAX = 120;

/** Waits until the system, which starts anew, answers again. */
async function back(): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const ready = await fetch("/readyz").catch(() => undefined);
    if (ready?.ok) return;
  }
}

/** Loads the demo company, or clears it: for whoever administers a system that keeps its data in files. */
export function Demo() {
  const { t } = useTranslation("home");
  const me = useMe();
  const cache = useQueryClient();
  const say = useSay();
  const { modal } = App.useApp();
  const [busy, setBusy] = useState<"loading" | "clearing">();
  const enabled = me.can(Duty.ADMINISTRATION, Access.WRITE);
  const { data } = useQuery({ queryKey: ["demo"], queryFn: async () => (await demoState()) ?? null, enabled });
  const run = async (what: "loading" | "clearing", act: () => Promise<unknown>, told: string) => {
    setBusy(what);
    try {
      await act();
      await cache.invalidateQueries();
      say.done(told);
    } catch (cause) {
      say.refused(cause);
    } finally {
      setBusy(undefined);
    }
  };
  const clear = () =>
    modal.confirm({
      title: t("demo.clear"),
      content: t("demo.clearAsk"),
      okText: t("demo.clear"),
      okButtonProps: { danger: true },
      onOk: () => void run("clearing", async () => clearDemo().then(back), t("demo.cleared")),
    });
  if (busy) return <Alert role="status" type="info" title={t(`demo.${busy}`)} />;
  if (!data) return null;
  if (!data.loaded) {
    return (
      <section className="panel bar" aria-label={t("demo.title")}>
        <p className="grow hint">{t("demo.loadHint")}</p>
        <Button type="primary" onClick={() => void run("loading", loadDemo, t("demo.loaded"))}>
          {t("demo.load")}
        </Button>
      </section>
    );
  }
  if (!data.clearable) return null;
  return (
    <section className="panel bar" aria-label={t("demo.title")}>
      <p className="grow hint">{t("demo.loaded")}</p>
      <Button danger onClick={clear}>
        {t("demo.clear")}
      </Button>
    </section>
  );
}
