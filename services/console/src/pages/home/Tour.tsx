import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useRead } from "../../api/calls";
import { Empty, Waiting } from "../../blocks/states";
import type { TraceNode } from "../../gen/baton/insight/v1/trace_pb";
import { TraceService } from "../../gen/baton/insight/v1/trace_service_pb";
import type { Opportunity } from "../../gen/baton/sales/v1/opportunity_pb";
import { OpportunityService } from "../../gen/baton/sales/v1/opportunity_service_pb";
import { type Step, setTour, type TourText } from "../../shell/tour";
import { Demo } from "./Demo";

/** The deals of the three cases, by the names that the demo company gives them. */
const CASES = [
  { key: "bought", deal: "宏达精密加工中心更新", account: "account", opportunity: "opportunity" },
  { key: "hotline", deal: "锐锋模具 CNC-500 一台", account: "accountHotline", opportunity: "opportunity" },
  { key: "direct", deal: "启明自动化追加两台 CNC-500", account: "accountDirect", opportunity: "opportunityDirect" },
] as const;

/** The three case studies of the field, each a walk over the real pages. */
export function Tour() {
  const { t } = useTranslation("home");
  const deals = useRead(OpportunityService.method.listOpportunities, { pageSize: 200 });
  if (deals.isPending) return <Waiting />;
  const found = CASES.map((c) => ({ ...c, of: deals.data?.opportunities.find((o) => o.name === c.deal) }));
  return (
    <div className="page">
      <h1>{t("tour.title")}</h1>
      <p>{t("tour.intro")}</p>
      {found.every((c) => !c.of) && <Empty title={t("tour.missing")} hint={t("tour.missingHint")} />}
      <Demo />
      {found.map((c) => c.of && <Case key={c.key} name={c.key} deal={c.of} account={c.account} text={c.opportunity} />)}
    </div>
  );
}

interface CaseProps {
  name: (typeof CASES)[number]["key"];
  deal: Opportunity;
  account: TourText;
  text: TourText;
}

function Case({ name, deal, account, text }: CaseProps) {
  const { t } = useTranslation("home");
  const go = useNavigate();
  const { data } = useRead(TraceService.method.getTrace, { kind: "OPPORTUNITY", id: deal.id });
  const steps = data ? walk(data.nodes, deal, account, text) : [];
  return (
    <section className="panel" aria-labelledby={`case-${name}`}>
      <h2 id={`case-${name}`}>{t(`tour.${name}`)}</h2>
      <p>{t(`tour.${name}What`)}</p>
      <Button
        type="primary"
        disabled={steps.length === 0}
        onClick={() => {
          setTour({ steps, at: 0 });
          void go({ to: steps[0]?.to as never });
        }}
      >
        {t("tour.start")}
      </Button>
    </section>
  );
}

/** The pages of a case in the order in which its objects came about. */
function walk(nodes: TraceNode[], deal: Opportunity, account: TourText, deals: TourText): Step[] {
  const page = (kind: string, base: string, text: TourText): Step[] =>
    nodes.filter((n) => n.kind === kind && n.visible).map((n) => ({ to: `${base}/${n.id}`, text }));
  return [
    { to: `/customers/${deal.partyId}`, text: account },
    ...page("CAMPAIGN", "/campaigns", "campaign"),
    ...page("LEAD", "/leads", "lead"),
    ...page("OPPORTUNITY", "/opportunities", deals),
    ...page("CONTRACT", "/contracts", "contract"),
    ...page("ORDER", "/orders", "order"),
    { to: `/trace/OPPORTUNITY/${deal.id}`, text: "chain" },
  ];
}
