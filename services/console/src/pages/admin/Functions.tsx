export function Functions() {
  return null;
}
