import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNode } from "../../api/nodes";
import { ObjectName } from "../../blocks/Objects";
import { TracePicture } from "../../blocks/TracePicture";
import { useWords } from "../../blocks/words";

/** The chain of any object, by its address. */
export function Trace() {
  const { t } = useTranslation("insight");
  const words = useWords();
  const params = useParams({ strict: false });
  const [kind, id] = [(params.kind ?? "").toUpperCase(), params.id ?? ""];
  const node = useNode(kind, id);
  return (
    <div className="page">
      <h1>
        {t("trace.title")} · {words.kind(kind)} {node?.number}
      </h1>
      <p className="hint">
        <ObjectName kind={kind} id={id} /> {t("trace.hint")}
      </p>
      <TracePicture key={`${kind} ${id}`} kind={kind} id={id} />
    </div>
  );
}
