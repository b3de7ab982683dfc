import { ArrowDownOutlined, ArrowUpOutlined, MoreOutlined } from "@ant-design/icons";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { Button, Dropdown, Grid, Tabs, Tooltip } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Handoff } from "../gen/baton/type/v1/handoff_pb";
import { useShortcuts } from "../shell/keys";
import { ChangeHistory } from "./ChangeHistory";
import { HandoffList } from "./handoffs/HandoffList";
import { ShareDialog } from "./Share";
import { SourceStrip } from "./SourceStrip";
import { Timeline } from "./Timeline";
import { TracePicture } from "./TracePicture";
import { neighbours } from "./trail";
import { useWords } from "./words";
import "./blocks.css";

/** Something that may be done with the record. */
export interface Verb {
  key: string;
  label: string;
  /** The one that moves the work on; at most one or two. */
  primary?: boolean;
  danger?: boolean;
  /** Wanted so seldom that it stands in the menu even while it can be done. */
  rare?: boolean;
  /** Why it cannot be done now, as a sentence; undefined if it can. */
  why?: string;
  /** A single key that does it. */
  shortcut?: string;
  run: () => void;
}

interface Props {
  /** Kind in the chain: "LEAD". */
  kind: string;
  id: string;
  title: string;
  number: string;
  /** The list that it belongs to. */
  list: { label: string; to: string };
  /** Pills of where it stands. */
  state: ReactNode;
  /** What one wants to know before anything else. */
  highlights: { label: string; value: ReactNode }[];
  verbs: Verb[];
  /** Words above all else: a warning, a running operation. */
  notice?: ReactNode;
  /** The page's own tabs; chain, history and handoffs follow. */
  tabs: { key: string; label: string; children: ReactNode }[];
  /** The handoffs of the record; undefined for what is not handed over. */
  handoffs?: Handoff[];
  /** The customer whose history is shown and written along; empty for none. */
  partyId?: string;
  /** Where what was said stands among the tabs: after the page's own unless said; "own" where a tab of the page has it. */
  history?: "first" | "after" | "own";
}

/** The page of a record: what it is, where it stands, what may be done, where it came from, what was said. */
export function RecordPage(props: Props) {
  const { t } = useTranslation();
  const { kind: kindWord } = useWords();
  const wide = Grid.useBreakpoint().md ?? true;
  const history = {
    key: "history",
    label: t("record.history"),
    children: <Timeline about={{ kind: props.kind, id: props.id }} partyId={props.partyId} />,
  };
  const at = props.history ?? "after";
  const tabs = [
    ...(at === "first" ? [history] : []),
    ...props.tabs,
    { key: "chain", label: t("record.chain"), children: <TracePicture kind={props.kind} id={props.id} /> },
    ...(at === "after" ? [history] : []),
    ...(props.handoffs
      ? [{ key: "handoffs", label: t("record.handoffs"), children: <HandoffList handoffs={props.handoffs} /> }]
      : []),
    { key: "changes", label: t("record.changes"), children: <ChangeHistory kind={props.kind} id={props.id} /> },
  ];
  const [picked, setTab] = useState<string>();
  const [sharing, setSharing] = useState(false);
  const share = { key: "share", label: t("act.share"), rare: true, run: () => setSharing(true) };
  const tab = tabs.find((each) => each.key === picked)?.key ?? tabs[0]?.key;
  return (
    <article className="page record" aria-label={props.title}>
      <header className="record-head">
        <div className="bar">
          <nav aria-label={props.list.label}>
            <Link to={props.list.to as never}>{props.list.label}</Link>
            <span className="hint"> / {t("record.of", { kind: kindWord(props.kind), number: props.number })}</span>
          </nav>
          <span className="grow" />
          <Neighbours />
        </div>
        <div className="bar">
          <h1>{props.title}</h1>
          {props.state}
          <span className="grow" />
          <VerbBar verbs={[...props.verbs, share]} wide={wide} />
        </div>
        <SourceStrip kind={props.kind} id={props.id} onMore={() => setTab("chain")} />
        {props.notice}
        <dl className="highlights" aria-label={t("record.highlights")}>
          {props.highlights.map((h) => (
            <div key={h.label}>
              <dt>{h.label}</dt>
              <dd>{h.value}</dd>
            </div>
          ))}
        </dl>
      </header>
      <Tabs activeKey={tab} onChange={setTab} items={tabs} destroyOnHidden />
      <ShareDialog
        open={sharing}
        onClose={() => setSharing(false)}
        kind={props.kind}
        id={props.id}
        title={props.title}
      />
    </article>
  );
}

function Neighbours() {
  const { t } = useTranslation();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const go = useNavigate();
  const { previous, next } = neighbours(path);
  const to = (address: string | undefined) => (address ? () => void go({ to: address as never }) : undefined);
  useShortcuts({ k: to(previous), j: to(next) });
  if (!previous && !next) return null;
  return (
    <>
      <Button
        type="text"
        icon={<ArrowUpOutlined />}
        aria-label={t("record.previous")}
        disabled={!previous}
        onClick={to(previous)}
      />
      <Button
        type="text"
        icon={<ArrowDownOutlined />}
        aria-label={t("record.next")}
        disabled={!next}
        onClick={to(next)}
      />
    </>
  );
}

/** The verbs that can be used now as buttons, the rest in a menu with the reason why not. */
export function VerbBar({ verbs, wide }: { verbs: Verb[]; wide: boolean }) {
  const { t } = useTranslation();
  const able = verbs.filter((v) => !v.why);
  const room = wide ? 4 : 1;
  const sorted = [...able.filter((v) => v.primary), ...able.filter((v) => !v.primary && !v.rare)];
  const shown = sorted.slice(0, room);
  const rest = verbs.filter((v) => !shown.includes(v));
  useShortcuts(Object.fromEntries(able.filter((v) => v.shortcut).map((v) => [v.shortcut, v.run])));
  return (
    <div className="bar" role="group" aria-label={t("record.verbs")}>
      {shown.map((v) => (
        <Button key={v.key} type={v.primary ? "primary" : "default"} danger={v.danger && !v.primary} onClick={v.run}>
          {v.label}
        </Button>
      ))}
      {rest.length > 0 && (
        <Dropdown
          autoFocus
          trigger={["click"]}
          menu={{
            items: rest.map((v) => ({
              key: v.key,
              disabled: Boolean(v.why),
              danger: v.danger && !v.why,
              label: v.why ? (
                <Tooltip title={v.why} placement="left">
                  <span>
                    {v.label}
                    <span className="why">{v.why}</span>
                  </span>
                </Tooltip>
              ) : (
                v.label
              ),
            })),
            onClick: ({ key }) => rest.find((v) => v.key === key && !v.why)?.run(),
          }}
        >
          <Button icon={<MoreOutlined />} aria-label={t("act.more")} title={t("act.more")} />
        </Dropdown>
      )}
    </div>
  );
}

/** Fields of a record and their values, in two columns. */
export function Details({ rows }: { rows: { label: string; value: ReactNode }[] }) {
  return (
    <dl className="details">
      {rows.map((r) => (
        <div key={r.label}>
          <dt>{r.label}</dt>
          <dd>{r.value || "—"}</dd>
        </div>
      ))}
    </dl>
  );
}
