import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure, Waiting } from "./states";

/** A page over one answer: its layout while that is on the way, what went wrong, or what it says. */
export function Loaded<Answer>({
  of,
  children,
}: {
  of: UseQueryResult<Answer>;
  children: (answer: Answer) => ReactNode;
}) {
  if (of.data !== undefined) return children(of.data);
  return (
    <div className="page">{of.error ? <Failure error={of.error} retry={() => void of.refetch()} /> : <Waiting />}</div>
  );
}
