import type { DeviceId, SiteId } from '#estate/ids.ts';

/** Which nodes are there. */
export interface Presence {
  /** A node's own word, or its last will. `bd` counts its sessions: a will of an earlier one is no news. */
  told(node: NodeRef, state: { online: boolean; bd: number }): void;
  /** Something was heard from it, so it is there. */
  heard(node: NodeRef): void;
  /** Its connection ended. */
  gone(node: NodeRef): void;
  isOnline(node: NodeRef): boolean;
}

export interface NodeRef {
  site: SiteId;
  node: DeviceId;
}

interface NodeState {
  online: boolean;
  bd: number;
}

/** @param onChange called once for each change, after it. */
export function createPresence(onChange: (node: NodeRef, online: boolean) => void): Presence {
  const nodes = new Map<string, NodeState>();
  const find = ({ site, node }: NodeRef) => nodes.get(`${site}/${node}`);
  const stateOf = (of: NodeRef): NodeState => {
    const known = find(of);
    if (known) return known;
    const fresh: NodeState = { online: false, bd: 0 };
    nodes.set(`${of.site}/${of.node}`, fresh);
    return fresh;
  };
  const set = (of: NodeRef, state: NodeState, online: boolean) => {
    if (state.online === online) return;
    state.online = online;
    onChange({ site: of.site, node: of.node }, online);
  };
  return {
    told(of, { online, bd }) {
      const state = stateOf(of);
      if (!online && bd < state.bd) return;
      state.bd = bd;
      set(of, state, online);
    },
    heard: (of) => set(of, stateOf(of), true),
    gone(of) {
      const state = find(of);
      if (state) set(of, state, false);
    },
    isOnline: (of) => find(of)?.online ?? false,
  };
}
