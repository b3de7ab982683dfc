import { Button, Form, Input, type InputRef, Select } from "antd";
import { type RefObject, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useChoices, useWords } from "../../../blocks/words";
import { ChannelSchema } from "../../../gen/baton/customer/v1/channel_pb";
import { VerificationOutcome as Outcome, VerificationOutcomeSchema } from "../../../gen/baton/customer/v1/party_pb";

/** The outcomes by their keys, in the order in which calls come out. */
export const OUTCOMES = [
  ["1", Outcome.CONFIRMED],
  ["2", Outcome.UNREACHABLE],
  ["3", Outcome.REFUSED],
  ["4", Outcome.INVALID],
] as const;

interface Props {
  evidence: string;
  onEvidence: (text: string) => void;
  field: RefObject<InputRef | null>;
  channel: number;
  onChannel: (channel: number) => void;
  /** Whether "confirmed" was asked for and only the evidence is missing. */
  wanting: boolean;
  busy: boolean;
  tell: (outcome: Outcome) => void;
  lead?: () => void;
  skip: () => void;
}

/** What came out of the call: one key or one button. */
export function Result(props: Props) {
  const { t } = useTranslation("marketing");
  const { word } = useWords();
  const channels = useChoices(ChannelSchema);
  const { wanting, field } = props;
  useEffect(() => {
    if (wanting) field.current?.focus();
  }, [wanting, field]);
  return (
    <section className="panel stack" aria-label={t("verify.result")}>
      <div className="bar">
        <Select
          aria-label={t("verify.channel")}
          value={props.channel}
          onChange={props.onChannel}
          options={channels}
          style={{ width: 128 }}
        />
        <Form.Item
          className="grow flat"
          validateStatus={wanting ? "error" : undefined}
          help={wanting ? t("verify.evidenceNeeded") : t("verify.evidenceHint")}
        >
          <Input
            ref={props.field}
            aria-label={t("verify.evidence")}
            placeholder={t("verify.evidence")}
            value={props.evidence}
            maxLength={2000}
            onChange={(e) => props.onEvidence(e.target.value)}
            onKeyDown={(e) => {
              if (e.key === "Enter" && !e.nativeEvent.isComposing && props.evidence.trim()) {
                props.tell(Outcome.CONFIRMED);
              }
              if (e.key === "Escape") e.currentTarget.blur();
            }}
          />
        </Form.Item>
      </div>
      <div className="bar" role="group" aria-label={t("verify.result")}>
        {OUTCOMES.map(([key, outcome]) => (
          <Button
            key={key}
            size="large"
            type={outcome === Outcome.CONFIRMED ? "primary" : "default"}
            disabled={props.busy}
            onClick={() => props.tell(outcome)}
          >
            <kbd>{key}</kbd> {word(VerificationOutcomeSchema, outcome)}
          </Button>
        ))}
        {props.lead && (
          <Button size="large" onClick={props.lead}>
            <kbd>5</kbd> {t("verify.lead")}
          </Button>
        )}
        <span className="grow" />
        <Button type="link" onClick={props.skip}>
          <kbd>n</kbd> {t("verify.skip")}
        </Button>
      </div>
    </section>
  );
}
