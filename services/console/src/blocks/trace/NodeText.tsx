import { useTranslation } from "react-i18next";
import type { TraceNode } from "../../gen/baton/insight/v1/trace_pb";
import { hasPage, RecordLink } from "../Objects";
import { NodeState, useWords } from "../words";
import { KindIcon } from "./KindIcon";

interface Props {
  node: TraceNode;
  /** Whether nothing in the picture stands before it: then it says where it came from. */
  root: boolean;
}

/** Where the page of an object is: its own, or that of what it belongs to, as a shipment to its order. */
const pageOf = (node: TraceNode) => (hasPage(node.kind) || !hasPage(node.source?.kind ?? "") ? node : node.source);

/** What an object of a chain is, in three lines: kind and number, name, state. Rights may end before that. */
export function NodeText({ node, root }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const page = pageOf(node);
  const kind = words.kind(node.kind);
  return (
    <>
      <span className="trace-kind">
        <KindIcon kind={node.kind} /> {kind} <span className="num">{node.number}</span>
      </span>
      <span className="trace-title">
        {node.visible ? (
          <RecordLink kind={page?.kind ?? ""} id={page?.id ?? ""}>
            {node.title || node.number || kind}
          </RecordLink>
        ) : (
          t("record.closed", { kind })
        )}
      </span>
      <span className="trace-state">
        <NodeState kind={node.kind} state={node.state} />
        {root && node.source && <span className="hint">{words.kind(node.source.kind)}</span>}
      </span>
    </>
  );
}
