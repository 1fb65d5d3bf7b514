/** What the API shows, as far as the stories look at it. */
export interface SessionView {
  id: string;
  charger: string;
  site: string | null;
  evse: number;
  connector: number;
  token: string | null;
  transaction: string;
  protocol: string;
  state: string;
  startedAt: string;
  endedAt: string | null;
  energyWh: number;
  powerW: number | null;
  reason: string | null;
  synthetic: boolean;
}

export interface ChargerView {
  id: string;
  online: boolean;
  vendor: string | null;
  protocol: string | null;
  connectors: { evse: number; connector: number; state: string; code?: string }[];
}

export interface MessageView {
  position: number;
  direction: 'in' | 'out';
  kind: string;
  action: string | null;
  frame: string;
  payload: unknown;
  latencyMs: number | null;
}

export interface OrderView {
  id: string;
  charger: string;
  state: string;
  outcome: string | null;
}
