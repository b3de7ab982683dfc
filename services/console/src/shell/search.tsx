import { useNavigate } from "@tanstack/react-router";
import { useRead, useSettled } from "../api/calls";
import { hasPage, recordAddress } from "../blocks/Objects";
import { useWords } from "../blocks/words";
import { SearchService } from "../gen/baton/insight/v1/search_service_pb";

/** A record that fits what was typed. */
export interface Hit {
  key: string;
  label: string;
  hint: string;
  run: () => void;
}

/** Kinds without a page of their own, and the list that shows them. */
const LISTS: Record<string, string> = { CONTACT: "/contacts", PRODUCT: "/products", MEMBER: "/admin/members" };

/** Records by name, number, phone or pinyin initials. */
export function useRecordHits(text: string): { hits: Hit[]; away: string[] } {
  const words = useWords();
  const go = useNavigate();
  const query = useSettled(text.trim(), 200);
  const { data } = useRead(SearchService.method.search, { query, pageSize: 12 }, { enabled: query !== "" });
  if (query === "" || text.trim() === "") return { hits: [], away: [] };
  const address = (kind: string, id: string) => (hasPage(kind) ? recordAddress(kind, id) : (LISTS[kind] ?? "/"));
  const hits = (data?.hits ?? []).map((hit) => ({
    key: `${hit.kind} ${hit.id}`,
    label: [hit.title, hit.number].filter(Boolean).join(" · "),
    hint: [words.kind(hit.kind), words.stateOf(hit.kind, hit.state)].filter(Boolean).join(" · "),
    run: () => void go({ to: address(hit.kind, hit.id) as never }),
  }));
  return { hits, away: data?.away ?? [] };
}
