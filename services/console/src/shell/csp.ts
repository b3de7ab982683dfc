/** What the gateway allows style sheets by that the page itself makes; undefined where it asks for nothing. */
export const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce || undefined;
