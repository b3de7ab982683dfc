import type { Source } from "../gen/baton/type/v1/source_pb";
import { hasPage, ObjectName } from "./Objects";
import { useWords } from "./words";

/** Where something came from: the object itself where it can be opened, else the word of its kind. */
export function SourceName({ source }: { source: Source | undefined }) {
  const { kind } = useWords();
  if (!source?.kind) return <>—</>;
  if (!hasPage(source.kind)) return <>{kind(source.kind)}</>;
  return (
    <span className="source">
      {kind(source.kind)} · <ObjectName kind={source.kind} id={source.id} />
    </span>
  );
}
