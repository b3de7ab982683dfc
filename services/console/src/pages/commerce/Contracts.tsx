export function Contracts() {
  return null;
}
