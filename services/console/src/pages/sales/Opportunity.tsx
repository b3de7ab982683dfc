export function Opportunity() {
  return null;
}
