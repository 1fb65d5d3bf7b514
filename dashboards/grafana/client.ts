import { z } from 'zod';
import type { Clock } from '#estate/clock.ts';
import { PolisError, messageOf, type ErrorCode } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import type { DataSource } from './data-source.ts';

export interface GrafanaAccess {
  /** Where Grafana's pages are, e.g. `https://grafana.example.org/`. */
  url: string;
  /** A service account's token; it needs the role Admin to change data sources. */
  token: string;
  clock: Clock;
}

const health = z.object({ database: z.string(), version: z.string().optional() });
const folder = z.object({ uid: z.string(), title: z.string() });
const dataSource = z.object({
  uid: z.string(),
  name: z.string(),
  type: z.string(),
  access: z.string(),
  url: z.string(),
  user: z.string().optional(),
  readOnly: z.boolean().optional(),
  jsonData: z.record(z.string(), z.unknown()).nullish(),
});
const dashboard = z.object({
  dashboard: z.record(z.string(), z.unknown()),
  meta: z.object({ folderUid: z.string().optional(), provisioned: z.boolean().optional() }),
});
const savedDashboard = z.object({ uid: z.string(), url: z.string(), version: z.number() });

/**
 * The calls of Grafana's HTTP API that polisgrid makes. What is not there is null; all else that goes wrong is a
 * PolisError with Grafana's own message: `unauthenticated`, `forbidden`, `conflict`, `invalid`, `rate-limited`, `timed-out`, and
 * `unavailable` when it does not answer or does not answer as Grafana.
 */
export interface GrafanaClient {
  health(): Promise<z.infer<typeof health>>;
  folder(uid: string): Promise<z.infer<typeof folder> | null>;
  createFolder(input: { uid: string; title: string }): Promise<z.infer<typeof folder>>;
  dataSource(uid: string): Promise<z.infer<typeof dataSource> | null>;
  /** @param password is stored by Grafana and never shown again. */
  createDataSource(source: DataSource, password?: string): Promise<void>;
  updateDataSource(source: DataSource, password?: string): Promise<void>;
  dashboard(uid: string): Promise<z.infer<typeof dashboard> | null>;
  /** Makes the dashboard of its uid, or replaces it. */
  saveDashboard(input: {
    dashboard: object;
    folderUid: string;
    message?: string;
  }): Promise<z.infer<typeof savedDashboard>>;
}

interface Call {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: object;
}

/** A client that gives up on a call after a deadline, 10 s unless told. */
export function createGrafanaClient(access: GrafanaAccess, { deadlineMs = 10 * SECOND } = {}): GrafanaClient {
  const call = async <T>(asked: Call, shape: z.ZodType<T>): Promise<T> => {
    const { status, body } = await exchange(access, asked, deadlineMs);
    if (status >= 400) throw refused(asked, status, body);
    const answer = shape.safeParse(body);
    if (answer.success) return answer.data;
    const what = `${asked.method} ${asked.path}`;
    throw new PolisError('unavailable', `${access.url} does not answer ${what} as Grafana does; check the address.`);
  };
  const find = async <T>(path: string, shape: z.ZodType<T>): Promise<T | null> => {
    try {
      return await call({ method: 'GET', path }, shape);
    } catch (error) {
      if (error instanceof PolisError && error.code === 'not-found') return null;
      throw error;
    }
  };
  const named = (path: string, uid: string) => `${path}/${encodeURIComponent(uid)}`;
  const withPassword = (source: DataSource, password?: string) =>
    password === undefined ? source : { ...source, secureJsonData: { password } };
  return {
    health: () => call({ method: 'GET', path: 'api/health' }, health),
    folder: (uid) => find(named('api/folders', uid), folder),
    createFolder: (body) => call({ method: 'POST', path: 'api/folders', body }, folder),
    dataSource: (uid) => find(named('api/datasources/uid', uid), dataSource),
    async createDataSource(source, password) {
      await call({ method: 'POST', path: 'api/datasources', body: withPassword(source, password) }, z.object({}));
    },
    async updateDataSource(source, password) {
      const path = named('api/datasources/uid', source.uid);
      await call({ method: 'PUT', path, body: withPassword(source, password) }, z.object({}));
    },
    dashboard: (uid) => find(named('api/dashboards/uid', uid), dashboard),
    saveDashboard: (input) =>
      call({ method: 'POST', path: 'api/dashboards/db', body: { ...input, overwrite: true } }, savedDashboard),
  };
}

async function exchange({ url, token, clock }: GrafanaAccess, { method, path, body }: Call, deadlineMs: number) {
  const deadline = new AbortController();
  const cancel = clock.after(deadlineMs, () => deadline.abort());
  try {
    const response = await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      method,
      signal: deadline.signal,
      // Grafana sends those who are not signed in to a page for people.
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: parsed(await response.text()) };
  } catch (error) {
    if (deadline.signal.aborted) {
      throw new PolisError('timed-out', `Grafana at ${url} did not answer within ${deadlineMs / SECOND} s; try again.`);
    }
    const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new PolisError('unavailable', `Grafana at ${url} cannot be reached (${reason}); check the address.`);
  } finally {
    cancel();
  }
}

/** null for what is no JSON: then it was not Grafana that answered. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const CODES: Readonly<Record<number, [ErrorCode, string]>> = {
  400: ['invalid', 'this is a defect of ours, please report it'],
  401: ['unauthenticated', 'give it a valid service account token'],
  403: ['forbidden', 'give the service account the role Admin'],
  404: ['not-found', 'check the address'],
  409: ['conflict', 'something else has this name; rename it in Grafana'],
  412: ['conflict', 'something else has this name or was changed meanwhile; try again'],
  429: ['rate-limited', 'try again later'],
};

function refused({ method, path }: Call, status: number, body: unknown): PolisError {
  const { message } = z.object({ message: z.string() }).catch({ message: 'no reason given' }).parse(body);
  const [code, advice] = CODES[status] ?? ['unavailable' as const, 'try again later'];
  return new PolisError(code, `Grafana answered ${method} ${path} with ${status} (${message}): ${advice}.`, {
    details: { status },
  });
}
