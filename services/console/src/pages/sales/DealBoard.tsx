export function DealBoard() {
  return null;
}
