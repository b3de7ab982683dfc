export function Lead() {
  return null;
}
