/** The order that comes next when the head of a column is pressed: the first of its own, the other one, then the usual order. */
export function nextOrder(sort: { up?: string; down?: string }, now: string | undefined): string | undefined {
  const orders = [sort.up, sort.down].filter((order) => order !== undefined);
  return orders[(now === undefined ? -1 : orders.indexOf(now)) + 1];
}

/**
 * What is picked after the box of a row was pressed; the row that was picked last stands last. `through` picks all rows from that one
 * on as well, up or down.
 */
export function pickedAfter(picked: string[], rows: string[], pressed: string, through: boolean): string[] {
  if (picked.includes(pressed)) return picked.filter((key) => key !== pressed);
  const from = through ? rows.indexOf(picked.at(-1) ?? "") : -1;
  const at = rows.indexOf(pressed);
  const added = from < 0 ? [] : rows.slice(Math.min(from, at), Math.max(from, at) + 1);
  return [...new Set([...picked, ...added])].filter((key) => key !== pressed).concat(pressed);
}
