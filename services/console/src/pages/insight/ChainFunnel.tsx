export function ChainFunnel() {
  return null;
}
