import { Button } from "antd";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { useRead } from "../api/calls";
import { Access, Duty, useMe } from "../api/me";
import type { TraceNode } from "../gen/baton/insight/v1/trace_pb";
import { TraceService } from "../gen/baton/insight/v1/trace_service_pb";
import { RecordLink } from "./Objects";
import { NodeState, useWords } from "./words";

/** The nodes from the root down to one of them. */
export function ancestors(nodes: TraceNode[], id: string): TraceNode[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const line: TraceNode[] = [];
  for (let at = byId.get(id); at && !line.includes(at); at = at.source?.id ? byId.get(at.source.id) : undefined) {
    line.unshift(at);
  }
  return line;
}

/** Where a record came from, as one line of links, and how much came of it. */
export function SourceStrip({ kind, id, onMore }: { kind: string; id: string; onMore?: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const me = useMe();
  const enabled = me.can(Duty.ANALYSIS, Access.READ) && id !== "";
  const { data } = useRead(TraceService.method.getTrace, { kind, id }, { enabled });
  if (!enabled || !data) return null;
  const line = ancestors(data.nodes, id);
  const root = line[0]?.source;
  const below = data.nodes.length - line.length;
  return (
    <nav className="strip" aria-label={t("record.chainOf")}>
      {root && <span className="hint">{words.kind(root.kind)}</span>}
      {line.map((node) => (
        <Fragment key={node.id}>
          <span aria-hidden className="arrow">
            ›
          </span>
          {node.id === id ? (
            <strong aria-current="true">{words.kind(node.kind)}</strong>
          ) : node.visible ? (
            <span>
              <RecordLink kind={node.kind} id={node.id}>
                {words.kind(node.kind)} {node.number}
              </RecordLink>{" "}
              <NodeState kind={node.kind} state={node.state} />
            </span>
          ) : (
            <span className="hint">{t("record.closed", { kind: words.kind(node.kind) })}</span>
          )}
        </Fragment>
      ))}
      {below > 0 && (
        <Button type="link" size="small" onClick={onMore}>
          {t("record.became", { count: below })}
        </Button>
      )}
    </nav>
  );
}
