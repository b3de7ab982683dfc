import { useTranslation } from "react-i18next";
import { useFilters } from "../../blocks/Filters";
import { ObjectName } from "../../blocks/Objects";
import { useWords } from "../../blocks/words";

/** Where something new comes from. */
export interface SourceRef {
  kind: string;
  id: string;
}

/** The source that the address names; created directly where it names none. */
export function useSource(): SourceRef {
  const [filters] = useFilters();
  return filters.sourceKind && filters.sourceId
    ? { kind: filters.sourceKind, id: filters.sourceId }
    : { kind: "DIRECT", id: "" };
}

/** Says where something new comes from. */
export function CameFrom({ source }: { source: SourceRef }) {
  const { t } = useTranslation("sales");
  const words = useWords();
  return (
    <p className="intro">
      {t("deal.source")}: {words.kind(source.kind)}{" "}
      {source.id && <ObjectName kind={source.kind} id={source.id} number />}
    </p>
  );
}
