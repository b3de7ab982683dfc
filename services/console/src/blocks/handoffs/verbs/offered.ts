/** What is offered: with the etag that was read, where it was read whole; a board knows only which one it is. */
export interface Offered {
  id: string;
  etag?: string;
}
