import { hasPage, ObjectName } from "../../blocks/Objects";
import { useWords } from "../../blocks/words";
import type { Source } from "../../gen/baton/type/v1/source_pb";

/** Where something came from: the object itself where it can be opened, else the word of its kind. */
export function SourceName({ source }: { source: Source | undefined }) {
  const { kind } = useWords();
  if (!source?.kind) return <>—</>;
  if (!hasPage(source.kind)) return <>{kind(source.kind)}</>;
  return (
    <>
      {kind(source.kind)} · <ObjectName kind={source.kind} id={source.id} />
    </>
  );
}
