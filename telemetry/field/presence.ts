import type { Dialect, NodeRef } from '../dialects/dialect.ts';

/** Which nodes are there, and how they speak. */
export interface Presence {
  /** A node's own word, or its last will. `session` counts its connections: a will of an earlier one is no news. */
  told(node: NodeRef, state: { online: boolean; session: number }, dialect: Dialect): void;
  /** Something was heard from it, so it is there. */
  heard(node: NodeRef, dialect: Dialect): void;
  /** Its connection ended. */
  gone(node: NodeRef): void;
  isOnline(node: NodeRef): boolean;
  /** The dialect of its latest word; undefined when it has not spoken yet. */
  dialectOf(node: NodeRef): Dialect | undefined;
}

interface NodeState {
  online: boolean;
  session: number;
  dialect: Dialect;
}

/** @param onChange called once for each change, after it. */
export function createPresence(onChange: (node: NodeRef, online: boolean) => void): Presence {
  const nodes = new Map<string, NodeState>();
  const find = ({ site, node }: NodeRef) => nodes.get(`${site}/${node}`);
  const stateOf = (of: NodeRef, dialect: Dialect): NodeState => {
    const known = find(of);
    if (known) return Object.assign(known, { dialect });
    const fresh: NodeState = { online: false, session: 0, dialect };
    nodes.set(`${of.site}/${of.node}`, fresh);
    return fresh;
  };
  const set = (of: NodeRef, state: NodeState, online: boolean) => {
    if (state.online === online) return;
    state.online = online;
    onChange({ site: of.site, node: of.node }, online);
  };
  return {
    told(of, { online, session }, dialect) {
      const state = stateOf(of, dialect);
      if (!online && session < state.session) return;
      state.session = session;
      set(of, state, online);
    },
    heard: (of, dialect) => set(of, stateOf(of, dialect), true),
    gone(of) {
      const state = find(of);
      if (state) set(of, state, false);
    },
    isOnline: (of) => find(of)?.online ?? false,
    dialectOf: (of) => find(of)?.dialect,
  };
}
