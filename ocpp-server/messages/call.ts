/** A call that leaves for a charger. */
export interface OutboundCall {
  action: string;
  payload: object;
}
