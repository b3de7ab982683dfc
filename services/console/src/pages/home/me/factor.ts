import { useRead } from "../../../api/calls";
import type { Member } from "../../../gen/baton/directory/v1/member_pb";
import { SecondFactorService } from "../../../gen/baton/directory/v1/second_factor_service_pb";

/** How the second factor of the reader stands, while that is wanted. */
export const useMyFactor = (member: Member, enabled = true) =>
  useRead(SecondFactorService.method.getSecondFactor, { id: member.id }, { enabled });
