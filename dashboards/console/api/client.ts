import { ERROR_CODES, PolisError, type ErrorCode } from '#estate/errors.ts';

/** Reads a resource of the API of the page's own origin. Throws PolisError with the server's code and sentence. */
export function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal ? { signal } : {});
}

/** Sends a change. The CSRF token of the session's cookie goes with it. */
export function send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = {};
  const token = csrfToken(document.cookie);
  if (token) headers['X-CSRF-Token'] = token;
  if (body === undefined) return ask<T>(path, { method, headers });
  headers['Content-Type'] = 'application/json';
  return ask<T>(path, { method, headers, body: JSON.stringify(body) });
}

/** A path with its parts escaped and the filled-in filters as its query. */
export function pathTo(parts: readonly string[], query: Record<string, string | number | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const path = `/v1/${parts.map(encodeURIComponent).join('/')}`;
  return search.size > 0 ? `${path}?${search.toString()}` : path;
}

/** The double-submit token among the page's cookies; null when not signed in. */
export function csrfToken(cookies: string): string | null {
  const match = /(?:^|;\s*)(?:__Host-)?polisgrid_csrf=([^;]*)/.exec(cookies);
  return match?.[1] ? decodeURIComponent(match[1]) : null;
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new PolisError('unavailable', 'polisgrid does not answer.', { cause });
  });
  const text = await response.text();
  const body = parsed(text);
  if (!response.ok) throw problem(response.status, body);
  // The edge: what the API answers is described in api/contract.ts and held to it by the API's own tests.
  return body as T;
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** An RFC 9457 problem as our own error. */
export function problem(status: number, body: unknown): PolisError {
  const said = typeof body === 'object' && body !== null ? body : {};
  const known = 'code' in said ? ERROR_CODES.find((code) => code === said.code) : undefined;
  const detail = 'detail' in said && typeof said.detail === 'string' ? said.detail : `HTTP ${status}`;
  const errors = 'errors' in said ? said.errors : undefined;
  return new PolisError(known ?? codeOf(status), detail, { details: { status, errors } });
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  return status >= 502 ? 'unavailable' : 'internal';
}
