/** What speaks against a layout or a host, and what can be done about it. */
export interface Objection {
  readonly message: string;
  readonly fix: string;
}
