/** The chain of a record as a picture. */
export function TracePicture(_: { kind: string; id: string }) {
  return null;
}
