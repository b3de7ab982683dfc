import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useAct, useCall, useRead } from "../../api/calls";
import { useMe } from "../../api/me";
import { refusal } from "../../api/refusal";
import type { SavedView } from "../../gen/baton/directory/v1/saved_view_pb";
import { SavedViewService } from "../../gen/baton/directory/v1/saved_view_service_pb";
import { type Filters, useFilters } from "../address";
import { addressOf, contentOf, type OldView, putOldViewsBack, takeOldViews } from "./views";

/** The views of a list: one's own, and those that others show; and the list as one of them has it. */
export function useSavedViews(list: string) {
  const { id } = useMe();
  const [address] = useFilters();
  const go = useNavigate();
  const { data, refetch } = useRead(
    SavedViewService.method.listSavedViews,
    { list, pageSize: 500 },
    { enabled: id !== "", staleTime: 60_000 },
  );
  const all = data?.savedViews;
  const show = (search: Filters) => void go({ to: ".", search: search as never, replace: true });
  const opening = all?.find((view) => view.opensList && view.ownerId === id);
  useOpening(opening, address, show);
  useMove(list, id, all !== undefined, () => void refetch());
  return {
    own: all?.filter((view) => view.ownerId === id) ?? [],
    shown: all?.filter((view) => view.ownerId !== id) ?? [],
    show: (view: SavedView) => show(addressOf(view)),
  };
}

/** Begins the list with the view that its reader begins with, where its address asks for nothing else. */
function useOpening(opening: SavedView | undefined, address: Filters, show: (search: Filters) => void) {
  const plain = Object.values(address).every((value) => !value);
  // Once: whoever takes the filters away afterwards wants to see everything.
  const open = useRef(plain);
  useEffect(() => {
    if (!plain) open.current = false;
    if (!open.current || !opening) return;
    open.current = false;
    show(addressOf(opening));
  });
}

/** Moves views that this browser has kept by itself to the directory, once. */
function useMove(list: string, member: string, known: boolean, moved: () => void) {
  const create = useCall(SavedViewService.method.createSavedView);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each list and reader
  useEffect(() => {
    if (!known || !member) return;
    const old = takeOldViews(list, member);
    if (old.length === 0) return;
    const move = async () => {
      const left: OldView[] = [];
      for (const view of old) {
        const savedView = { list, name: view.name, content: contentOf(view.filters, undefined) };
        await create({ savedView }).catch((cause: unknown) => {
          // Its name is there already: another browser has moved it.
          if (!refusal(cause).violations.some((v) => v.reason === "NAME_TAKEN")) left.push(view);
        });
      }
      putOldViewsBack(list, member, left);
      moved();
    };
    void move();
  }, [list, member, known]);
}

/** What a new view is made of; nobody but its owner sees it. */
interface Kept {
  name: string;
  content: ReturnType<typeof contentOf>;
}

/** What is done with views. */
export function useViewActs(list: string) {
  const create = useAct(SavedViewService.method.createSavedView).mutateAsync;
  const update = useAct(SavedViewService.method.updateSavedView).mutateAsync;
  const remove = useAct(SavedViewService.method.deleteSavedView).mutateAsync;
  return {
    keep: (view: Kept) => create({ savedView: { ...view, list } }),
    /** Keeps one again that was forgotten. */
    again: ({ name, content, sharing, role, opensList }: SavedView) =>
      create({ savedView: { list, name, content, sharing, role, opensList } }),
    update,
    remove: (view: SavedView) => remove({ id: view.id, etag: view.etag }),
  };
}
