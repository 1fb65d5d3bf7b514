import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { PolisError } from '#estate/errors.ts';
import type { SecretBox } from '#storage/secrets.ts';
import type { People, SignIn } from './people.ts';
import { includes, type Role } from './roles.ts';
import { opensSession } from './session-keys.ts';

/** Who asks. */
export interface Principal {
  name: string;
  role: Role;
  /** What `X-CSRF-Token` must say where a cookie identifies; null for a bearer key, which no other page can send. */
  csrf: string | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route. Each route says it; one that does not is closed. */
    access?: 'public' | Role;
    /** The key of the session `:id` opens the route too. */
    sessionKey?: true;
  }
  interface FastifyRequest {
    /** Null: a guest. */
    principal: Principal | null;
  }
}

/** A method that changes nothing (RFC 9110 §9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** Finds out who asks, before each request, and turns away whoever may not. A route that does not say who may is a defect. */
export function guard(
  app: FastifyInstance,
  deps: { people: People; secrets: SecretBox; keys: ReadonlyMap<string, string> },
): void {
  app.decorateRequest('principal', null);
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    const silent = routes.find(({ config }) => config?.access === undefined);
    if (silent) throw undeclared(silent);
  });
  app.addHook('onRequest', async (request) => {
    const { access, sessionKey } = request.routeOptions.config;
    if (request.is404) return;
    if (access === undefined) throw undeclared(request.routeOptions);
    // Such a request needs nobody, and so no store: the console and /health answer whatever is down.
    if (access === 'public' && isSafe(request.method)) return;
    const principal = await identify(request, deps);
    if (principal === null || isForged(request, principal)) {
      if (access === 'public' || (sessionKey && holdsSessionKey(request, deps.secrets))) return;
      if (principal) throw new PolisError('forbidden', 'Send the value of the cookie polisgrid_csrf as X-CSRF-Token.');
      throw new PolisError('unauthenticated', 'Sign in with POST /v1/sign-in, or send Authorization: Bearer <key>.');
    }
    request.principal = principal;
    if (access !== 'public' && !includes(principal.role, access)) {
      throw new PolisError('forbidden', `This takes the role ${access}; ${principal.name} has ${principal.role}.`);
    }
  });
}

function undeclared({ url }: { url?: string | undefined }): PolisError {
  return new PolisError('internal', `The route ${url} does not say who may use it: give its config an "access".`);
}

async function identify(
  request: FastifyRequest,
  { people, secrets, keys }: Parameters<typeof guard>[1],
): Promise<Principal | null> {
  const bearer = bearerOf(request);
  if (bearer !== null) {
    for (const [name, key] of keys) {
      if (secrets.matches(bearer, secrets.macOf(key))) return { name, role: 'admin', csrf: null };
    }
    return null;
  }
  const token = sessionCookie(request);
  return token === undefined ? null : await people.signedIn(token);
}

/** A change that a cookie vouches for, but perhaps another site's page asked for. */
function isForged(request: FastifyRequest, principal: Principal): boolean {
  return principal.csrf !== null && !isSafe(request.method) && request.headers['x-csrf-token'] !== principal.csrf;
}

function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function holdsSessionKey(request: FastifyRequest, secrets: SecretBox): boolean {
  const bearer = bearerOf(request);
  const { params } = request;
  if (bearer === null || typeof params !== 'object' || params === null || !('id' in params)) return false;
  return typeof params.id === 'string' && opensSession(secrets, bearer, params.id);
}

const SESSION_COOKIE = 'polisgrid_session';
const CSRF_COOKIE = 'polisgrid_csrf';

/** What the browser holds; the `__Host-` name is what it keeps behind https, where no other host can set it. */
export function sessionCookie(request: FastifyRequest): string | undefined {
  return request.cookies[`__Host-${SESSION_COOKIE}`] ?? request.cookies[SESSION_COOKIE];
}

/** Hands the secrets of a sign-in to the browser. */
export function setCookies(request: FastifyRequest, reply: FastifyReply, signIn: SignIn): void {
  const secure = isHttps(request);
  const options = { path: '/', sameSite: 'lax', secure, expires: new Date(signIn.expiresAt) } as const;
  reply.setCookie(secure ? `__Host-${SESSION_COOKIE}` : SESSION_COOKIE, signIn.token, { ...options, httpOnly: true });
  reply.setCookie(CSRF_COOKIE, signIn.csrf, options);
}

export function clearCookies(request: FastifyRequest, reply: FastifyReply): void {
  const options = { path: '/', secure: isHttps(request) };
  for (const name of [SESSION_COOKIE, `__Host-${SESSION_COOKIE}`, CSRF_COOKIE]) reply.clearCookie(name, options);
}

/** The header may be forged, but only by the client, who would then lose its own cookie. */
function isHttps(request: FastifyRequest): boolean {
  return request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https';
}
