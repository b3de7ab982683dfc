import { useTranslation } from "react-i18next";
import { MemberName } from "../../blocks/People";
import { Empty } from "../../blocks/states";
import { When } from "../../blocks/When";
import { State } from "../../blocks/words";
import { type StageVisit, VisitOutcomeSchema } from "../../gen/baton/sales/v1/opportunity_pb";
import { span } from "../../i18n/format";

/** The way of a deal through its stages: when it came, how long it stayed, who moved it. */
export function StageVisits({ visits }: { visits: StageVisit[] }) {
  const { t } = useTranslation("sales");
  if (visits.length === 0) return <Empty title={t("visits.none")} />;
  return (
    <div className="scroll">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">{t("deal.stage")}</th>
            <th scope="col">{t("visits.entered")}</th>
            <th scope="col">{t("visits.left")}</th>
            <th scope="col">{t("visits.outcome")}</th>
            <th scope="col">{t("visits.dwell")}</th>
          </tr>
        </thead>
        <tbody>
          {visits.map((v) => (
            <tr key={v.id}>
              <th scope="row">{v.stageName}</th>
              <td>
                <When at={v.enterTime} exact />
                <div className="hint">
                  <MemberName id={v.enteredById} />
                </div>
              </td>
              <td>
                <When at={v.leaveTime} exact />
                {v.leftById && (
                  <div className="hint">
                    <MemberName id={v.leftById} />
                  </div>
                )}
              </td>
              <td>
                <State of={VisitOutcomeSchema} value={v.outcome} />
              </td>
              <td className="num">{v.dwellS === undefined ? "—" : span(v.dwellS)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
