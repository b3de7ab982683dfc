import { useTranslation } from "react-i18next";

/** What is dialled for a number as people write it; an extension follows after a pause. */
export function dialled(number: string): string {
  const [main = "", extension = ""] = number.split(/转|ext\.?|分机|x(?=\d)/i);
  const digits = (text: string) => text.replace(/[^\d+*#]/g, "");
  return digits(extension) ? `${digits(main)},${digits(extension)}` : digits(main);
}

/** A telephone number that a tap calls; a dash for none. */
export function Phone({ number }: { number: string }) {
  const { t } = useTranslation();
  if (!number) return <>—</>;
  return (
    <a href={`tel:${dialled(number)}`} aria-label={t("act.call", { number })} className="num">
      {number}
    </a>
  );
}

/** An e-mail address that a tap writes to; a dash for none. */
export function Email({ address }: { address: string }) {
  return address ? <a href={`mailto:${address}`}>{address}</a> : <>—</>;
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
