import { ROLES, type Role } from '../api/contract.ts';

// The server decides; this only spares people buttons that would be refused.

/** Whether a role may send commands to chargers. */
export function mayOperate(role: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf('operator');
}

/** Whether a role may register chargers. */
export function mayManage(role: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf('manager');
}
