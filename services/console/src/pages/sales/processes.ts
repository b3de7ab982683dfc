import { useRead } from "../../api/calls";
import { Access, Duty, useMe } from "../../api/me";
import { type Process, ProcessState, type Stage } from "../../gen/baton/sales/v1/process_pb";
import { ProcessService } from "../../gen/baton/sales/v1/process_service_pb";

const READERS: [Duty, Access][] = [
  [Duty.SALES, Access.READ],
  [Duty.MARKETING, Access.READ],
  [Duty.IMPORT, Access.WRITE],
  [Duty.ADMINISTRATION, Access.READ],
];

/** The sales processes of the firm; none for who may not read them, as commerce. */
export function useProcesses() {
  const me = useMe();
  const enabled = READERS.some(([duty, access]) => me.can(duty, access));
  const found = useRead(ProcessService.method.listProcesses, { pageSize: 200 }, { enabled, staleTime: 60_000 });
  const all: Process[] = found.data?.processes ?? [];
  const stages = new Map<string, Stage>(all.flatMap((p) => p.stages.map((s) => [s.id, s] as const)));
  return {
    all,
    active: all.filter((p) => p.state === ProcessState.ACTIVE),
    byId: (id: string | undefined) => all.find((p) => p.id === id),
    /** Name of a stage in use; empty for one that is retired or not known. */
    stageName: (id: string) => stages.get(id)?.name ?? "",
    isLoading: found.isPending && enabled,
    error: found.error,
    retry: () => void found.refetch(),
  };
}
