import { useQuery } from "@connectrpc/connect-query";
import { Access, Function as Duty, GrantScope } from "../gen/baton/directory/v1/grant_pb";
import { SessionService } from "../gen/baton/directory/v1/session_service_pb";
import { SettingsService } from "../gen/baton/directory/v1/settings_service_pb";

export { Access, Duty, GrantScope };

/** Who is signed in and what he may do. Until that is known nothing is allowed. */
export function useMe() {
  const { data } = useQuery(SessionService.method.getMe, {}, { staleTime: 60_000 });
  const functions = data?.functions ?? [];
  return {
    member: data?.member,
    id: data?.member?.id ?? "",
    /** Whether he may do this at all; on which records, the services decide. */
    can: (duty: Duty, access: Access = Access.READ) => functions.some((f) => f.function === duty && f.access >= access),
  };
}

/** What holds for the whole firm; undefined until it is known. */
export function useFirm() {
  return useQuery(SettingsService.method.getSettings, {}, { staleTime: 60_000 }).data?.settings;
}
