import { useTranslation } from "react-i18next";
import { Masked } from "./Masked";

/** What is dialled for a number as people write it; an extension follows after a pause. */
export function dialled(number: string): string {
  const [main = "", extension = ""] = number.split(/转|ext\.?|分机|x(?=\d)/i);
  const digits = (text: string) => text.replace(/[^\d+*#]/g, "");
  return digits(extension) ? `${digits(main)},${digits(extension)}` : digits(main);
}

/** A telephone number that a tap calls; a dash for none. One that is masked reaches nobody, and says why. */
export function Phone({ number, masked = false }: { number: string; masked?: boolean }) {
  const { t } = useTranslation();
  if (!number) return <>—</>;
  if (masked) return <Masked why={t("masked.personal")}>{number}</Masked>;
  return (
    <a href={`tel:${dialled(number)}`} aria-label={t("act.call", { number })} className="num">
      {number}
    </a>
  );
}

/** An e-mail address that a tap writes to; a dash for none. One that is masked reaches nobody, and says why. */
export function Email({ address, masked = false }: { address: string; masked?: boolean }) {
  const { t } = useTranslation();
  if (masked && address) return <Masked why={t("masked.personal")}>{address}</Masked>;
  return address ? <a href={`mailto:${address}`}>{address}</a> : <>—</>;
}

/** A name in WeChat; a dash for none. */
export function WeChat({ name, masked = false }: { name: string; masked?: boolean }) {
  const { t } = useTranslation();
  if (masked && name) return <Masked why={t("masked.personal")}>{name}</Masked>;
  return name ? <span className="hint">{name}</span> : <>—</>;
}

/** A web site that opens in a window of its own; a dash for none. */
export function Website({ address }: { address: string }) {
  if (!address) return <>—</>;
  const url = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {address}
    </a>
  );
}
