export function Territories() {
  return null;
}
