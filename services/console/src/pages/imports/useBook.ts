import { useMemo } from "react";
import { useRead } from "../../api/calls";
import { useFirm } from "../../api/me";
import { useMembers, useTerritories } from "../../api/names";
import { ProcessState } from "../../gen/baton/sales/v1/process_pb";
import { ProcessService } from "../../gen/baton/sales/v1/process_service_pb";
import type { Book } from "./read";

/** What cells are read against: the firm's people, territories and sales processes. */
export function useBook(): Book {
  const firm = useFirm();
  const { members } = useMembers();
  const { territories } = useTerritories();
  const processes = useRead(
    ProcessService.method.listProcesses,
    { state: ProcessState.ACTIVE, pageSize: 200 },
    { staleTime: 300_000 },
  ).data?.processes;
  const zone = firm?.timeZone;
  const currency = firm?.currencyCode || "CNY";
  return useMemo(
    () => ({
      zone,
      currency,
      member: [...(members?.values() ?? [])].map((m) => ({
        id: m.id,
        names: [m.displayName, m.name, m.email].filter(Boolean),
      })),
      territory: [...(territories?.values() ?? [])].map((r) => ({ id: r.id, names: [r.name] })),
      process: (processes ?? []).map((p) => ({ id: p.id, names: [p.name] })),
    }),
    [zone, currency, members, territories, processes],
  );
}
