/** What a person may do; each role includes those before it. */
export const ROLES = ['viewer', 'operator', 'manager', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** Whether a role includes what is asked for. */
export function includes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
