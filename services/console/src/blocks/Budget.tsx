import { useTranslation } from "react-i18next";
import { isMasked } from "../api/mask";
import type { Money as Amount } from "../gen/baton/type/v1/money_pb";
import { Masked } from "./Masked";
import { Money } from "./Money";

/** What a record may cost; hidden from who may not see what things cost. */
export function Budget({ of }: { of: { budget?: Amount; maskedFields: string[] } }) {
  const { t } = useTranslation();
  if (!isMasked(of, "budget")) return <Money of={of.budget} />;
  return (
    <Masked why={t("masked.cost")}>
      <span aria-hidden>•••</span>
    </Masked>
  );
}
