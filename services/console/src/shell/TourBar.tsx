import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { setTour, type Tour, useTour } from "./tour";

/** The tour that is under way, along the lower edge of the page that it speaks of. */
export function TourBar() {
  const tour = useTour();
  return tour ? <UnderWay tour={tour} /> : null;
}

function UnderWay({ tour }: { tour: Tour }) {
  const { t } = useTranslation("home");
  const go = useNavigate();
  const step = tour.steps[tour.at];
  if (!step) return null;
  const move = (at: number) => {
    setTour({ ...tour, at });
    void go({ to: tour.steps[at]?.to as never });
  };
  return (
    <aside className="tour-bar" aria-label={t("tour.title")}>
      <div className="grow">
        <strong className="num">{t("tour.step", { at: tour.at + 1, of: tour.steps.length })}</strong>
        <p aria-live="polite">{t(`tour.${step.text}`)}</p>
      </div>
      <Button disabled={tour.at === 0} onClick={() => move(tour.at - 1)}>
        {t("tour.previous")}
      </Button>
      {tour.at + 1 < tour.steps.length && (
        <Button type="primary" onClick={() => move(tour.at + 1)}>
          {t("tour.next")}
        </Button>
      )}
      <Button
        onClick={() => {
          setTour(undefined);
          void go({ to: "/tour" });
        }}
      >
        {t("tour.end")}
      </Button>
    </aside>
  );
}
