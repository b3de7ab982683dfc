/** What the gateway allows style sheets by that the page itself makes; undefined where it asks for nothing. */
export const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce || undefined;

/**
 * Lets every style sheet that a library makes carry the page's nonce: some of them (the lock of a page behind a dialog) have
 * no setting for it.
 */
export function carryNonce(): void {
  if (!nonce) return;
  const make = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce ?? "";
    return element;
  }) as typeof document.createElement;
}
