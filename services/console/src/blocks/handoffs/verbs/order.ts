import { useAct } from "../../../api/calls";
import { OrderService } from "../../../gen/baton/commerce/v1/order_service_pb";
import type { Offered } from "./offered";

/** How an order that waits for an ERP is taken on by hand. It is not given back: it is cancelled on its own page. */
export function useOrderAnswers() {
  const take = useAct(OrderService.method.acceptOrder);
  return {
    take: (of: Offered) => take.mutateAsync(of),
  };
}
