import { Code } from "@connectrpc/connect";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { refusal } from "../api/refusal";
import { Failure, Waiting } from "./states";

interface Props<Answer> {
  of: UseQueryResult<Answer>;
  children: (answer: Answer) => ReactNode;
}

/** A page over one answer: its layout while that is on the way, what went wrong, or what it says. */
export function Loaded<Answer>({ of, children }: Props<Answer>) {
  if (of.data !== undefined) return children(of.data);
  return <div className="page">{of.error ? <Missing of={of} /> : <Waiting />}</div>;
}

/** There is none, or it cannot be read now. */
function Missing({ of }: { of: Pick<UseQueryResult, "error" | "refetch"> }) {
  const { t } = useTranslation();
  const isNone = refusal(of.error).code === Code.NotFound;
  return (
    <>
      <h1>{t(isNone ? "error.notFound" : "error.refused")}</h1>
      {!isNone && <Failure error={of.error} retry={() => void of.refetch()} />}
    </>
  );
}
