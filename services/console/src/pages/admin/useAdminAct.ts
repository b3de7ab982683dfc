import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { useQueryClient } from "@tanstack/react-query";
import { useAct } from "../../api/calls";

/** An act of administration. What it changes is known all over the console, so everything that is shown is read anew. */
export function useAdminAct<I extends DescMessage, O extends DescMessage>(method: DescMethodUnary<I, O>) {
  const act = useAct(method);
  const cache = useQueryClient();
  return async (request: MessageInitShape<I>): Promise<MessageShape<O>> => {
    const answer = await act.mutateAsync(request);
    void cache.invalidateQueries();
    return answer;
  };
}
