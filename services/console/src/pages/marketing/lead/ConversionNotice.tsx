import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../../api/calls";
import { Access, Duty, useMe } from "../../../api/me";
import { ObjectName } from "../../../blocks/Objects";
import { OperationProgress } from "../../../blocks/Operation";
import { MemberName } from "../../../blocks/People";
import { useSay } from "../../../blocks/say";
import { When } from "../../../blocks/When";
import {
  type Conversion,
  type ConversionRefusal,
  ConversionState,
  UndoState,
} from "../../../gen/baton/marketing/v1/conversion_pb";
import { type Lead, LeadQuality } from "../../../gen/baton/marketing/v1/lead_pb";
import { LeadService } from "../../../gen/baton/marketing/v1/lead_service_pb";

/** Steps after which a conversion cannot be called off: the opportunity is being made. */
const CANCEL_STEPS = 2;

/** How far the conversion of a lead is, what it became or why it was refused, and how to take it back. */
export function ConversionNotice({ lead, conversion }: { lead: Lead; conversion: Conversion }) {
  const { t } = useTranslation("marketing");
  const [gone, setGone] = useState("");
  const { state, undo, step, stepCount } = conversion;
  if (undo?.state === UndoState.RUNNING) {
    return <OperationProgress title={t("undo.running")} step={0} of={1} state="running" />;
  }
  if (state === ConversionState.RUNNING) {
    return (
      <div className="stack">
        <OperationProgress title={t("conversion.running")} step={step} of={stepCount} state="running" />
        {step <= CANCEL_STEPS && <Cancel lead={lead} />}
      </div>
    );
  }
  if (state === ConversionState.COMPLETED) {
    return lead.quality === LeadQuality.CONVERTED ? <Completed lead={lead} conversion={conversion} /> : null;
  }
  // What is over is told until the reader puts it away, and as long as the lead can still be converted.
  const told = `${conversion.id} ${state}`;
  if (gone === told || lead.quality > LeadQuality.CONVERTING) return null;
  const refused = state === ConversionState.REFUSED;
  return (
    <section className={`notice ${refused ? "danger" : "neutral"}`} role={refused ? "alert" : "status"}>
      <div className="bar">
        <strong>
          {refused
            ? t("conversion.refused", { step, of: stepCount })
            : t(state === ConversionState.UNDONE ? "conversion.undone" : "conversion.cancelled")}
        </strong>
        <span className="hint">
          <MemberName id={conversion.startedById} /> <When at={undo?.endTime ?? conversion.endTime} />
        </span>
        <span className="grow" />
        <Button type="text" size="small" onClick={() => setGone(told)}>
          {t("conversion.putAway")}
        </Button>
      </div>
      {conversion.refusal && <Why refusal={conversion.refusal} />}
      {refused && <p className="hint">{t("conversion.refusedHint")}</p>}
    </section>
  );
}

/** The sentence of a refusal, with the rules that a step found broken. */
function Why({ refusal }: { refusal: ConversionRefusal }) {
  return (
    <>
      <p className="said">{refusal.message}</p>
      {refusal.violations.length > 0 && (
        <ul>
          {refusal.violations.map((v) => (
            <li key={v.field + v.reason}>
              {v.field}: {v.reason}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Cancel({ lead }: { lead: Lead }) {
  const { t } = useTranslation("marketing");
  const say = useSay();
  const me = useMe();
  const cancel = useAct(LeadService.method.cancelConversion);
  if (!me.can(Duty.SALES, Access.WRITE)) return null;
  return (
    <div>
      <Button
        loading={cancel.isPending}
        onClick={() => cancel.mutateAsync({ id: lead.id }).then(() => say.done(t("conversion.cancelled")), say.refused)}
      >
        {t("conversion.cancel")}
      </Button>
    </div>
  );
}

function Completed({ lead, conversion }: { lead: Lead; conversion: Conversion }) {
  const { t } = useTranslation("marketing");
  const me = useMe();
  const undo = useUndoConversion(lead);
  const opportunity = conversion.opportunityId !== "";
  const mine = lead.ownerId === me.id || me.can(Duty.MARKETING, Access.WRITE);
  return (
    <section className="notice success" role="status">
      <div className="bar">
        <strong>{t(opportunity ? "conversion.becameOpportunity" : "conversion.becameProject")}</strong>
        <ObjectName
          kind={opportunity ? "OPPORTUNITY" : "PROJECT"}
          id={opportunity ? conversion.opportunityId : conversion.projectId}
          number
        />
        <span className="hint">
          <MemberName id={conversion.startedById} /> <When at={conversion.endTime} />
        </span>
        <span className="grow" />
        {me.can(Duty.SALES, Access.WRITE) && mine && (
          <Button loading={undo.isPending} onClick={undo.run}>
            {t("undo.verb")}
          </Button>
        )}
      </div>
      {conversion.undo?.state === UndoState.REFUSED && conversion.undo.refusal && (
        <div role="alert">
          <strong>{t("undo.refused")}</strong>
          <Why refusal={conversion.undo.refusal} />
        </div>
      )}
    </section>
  );
}

/** Undoes the conversion of a lead and tells how that went. */
export function useUndoConversion(lead: Lead) {
  const { t } = useTranslation("marketing");
  const say = useSay();
  const undo = useAct(LeadService.method.undoConversion);
  return {
    isPending: undo.isPending,
    run: () =>
      void undo.mutateAsync({ id: lead.id }).then(({ conversion }) => {
        if (conversion?.undo?.state === UndoState.COMPLETED) say.done(t("conversion.undone"));
      }, say.refused),
  };
}
