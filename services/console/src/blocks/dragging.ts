import { Accessibility, type DragEndEvent, type DragOverEvent, type DragStartEvent, StyleInjector } from "@dnd-kit/dom";
import { type DragDropProvider, KeyboardSensor, PointerSensor } from "@dnd-kit/react";
import { type ComponentProps, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { nonce } from "../shell/csp";

type Settings = ComponentProps<typeof DragDropProvider>;

/** What is said of what is held, and of where it would be put. */
export interface Names {
  item: (id: string) => string;
  place: (id: string) => string;
}

/** How things are taken: mouse and finger anywhere but on buttons and links, the keyboard at the grip. `step` is how far a key moves. */
export function useSensors(step: number | { x: number; y: number }): Settings["sensors"] {
  const x = typeof step === "number" ? step : step.x;
  const y = typeof step === "number" ? 80 : step.y;
  return useMemo(
    () => [
      PointerSensor.configure({ activatorElements: (source) => [source.element] }),
      KeyboardSensor.configure({ offset: { x, y } }),
    ],
    [x, y],
  );
}

/** What is told to whoever does not see it, in the reader's language. */
export function usePlugins(names: Names): Settings["plugins"] {
  const { t } = useTranslation();
  const latest = useRef(names);
  latest.current = names;
  return useMemo<Settings["plugins"]>(() => {
    const item = (id: string | number | undefined) => latest.current.item(String(id));
    const place = (id: string | number | undefined) => (id === undefined ? "" : latest.current.place(String(id)));
    return (usual) => [
      ...usual,
      StyleInjector.configure({ nonce }),
      {
        plugin: Accessibility,
        options: {
          screenReaderInstructions: { draggable: t("board.keys") },
          announcements: {
            dragstart: ({ operation: o }: DragStartEvent) => t("board.held", { name: item(o.source?.id) }),
            dragover: ({ operation: o }: DragOverEvent) =>
              o.target ? t("board.over", { name: item(o.source?.id), place: place(o.target.id) }) : undefined,
            dragend: ({ operation: o, canceled }: DragEndEvent) =>
              canceled || !o.target
                ? t("board.left", { name: item(o.source?.id) })
                : t("board.put", { name: item(o.source?.id), place: place(o.target.id) }),
          },
        },
      },
    ];
  }, [t]);
}
