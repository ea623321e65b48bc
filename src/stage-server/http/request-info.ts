/** What the server in front of the routes knows. */
export interface RequestInfo {
  /** The address of the other end of the connection. */
  readonly address: string;
}
