/** Menus stand within the page's main part: what is beside it is not found by who goes from landmark to landmark. */
export const inMain = () => document.getElementById("main") ?? document.body;
