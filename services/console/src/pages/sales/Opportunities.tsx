export function Opportunities() {
  return null;
}
