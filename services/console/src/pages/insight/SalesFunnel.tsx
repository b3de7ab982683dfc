export function SalesFunnel() {
  return null;
}
