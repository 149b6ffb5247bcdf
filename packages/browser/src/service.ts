/**
 * The three things that the SDK asks of the service, and the stylesheets. Answers are checked for being what was asked for,
 * because a captive portal answers everything with 200. Faults of the network and of the service may be tried again.
 */
import { pause } from './deadline.ts'
import { Failure } from './failure.ts'
import { markupCharactersMax, policyEventMs } from './limits.ts'

export interface SessionState {
  readonly state: string
}

export interface Service {
  readonly component: (signal: AbortSignal) => Promise<string>
  readonly state: (signal: AbortSignal) => Promise<SessionState>
  readonly dismiss: (signal: AbortSignal) => Promise<void>
}

export function serviceAt(
  origin: string,
  secret: string,
  wish: { readonly variant: string; readonly locale: string | undefined },
): Service {
  const ask = (path: string, signal: AbortSignal, options: RequestInit = {}) =>
    request(`${origin}/v3/component${path}`, {
      ...options,
      signal,
      headers: { authorization: `Bearer ${secret}` },
      cache: 'no-store',
    })
  const query = new URLSearchParams({ styles: 'adopted', variant: wish.variant })
  if (wish.locale) query.set('locale', wish.locale)
  return {
    component: async (signal) => {
      const html = await (await ask(`?${query}`, signal)).text().catch(lost)
      const whole = html.startsWith('<ekko-impact') && html.trimEnd().endsWith('</ekko-impact>')
      if (!whole || html.length > markupCharactersMax) throw unreadable()
      return html
    },
    state: async (signal) => {
      const answer: unknown = await (await ask('/state', signal)).json().catch(() => null)
      const state = (answer as Partial<SessionState> | null)?.state
      if (typeof state !== 'string') throw unreadable()
      return { state }
    },
    dismiss: async (signal) => {
      // `keepalive`, because the page may be left in the next moment.
      await ask('/dismissal', signal, { method: 'POST', keepalive: true })
    },
  }
}

export async function fetchCss(address: string, signal: AbortSignal): Promise<string> {
  const answer = await request(address, { signal })
  if (!answer.headers.get('content-type')?.startsWith('text/css')) throw unreadable()
  return answer.text().catch(lost)
}

async function request(address: string, options: RequestInit): Promise<Response> {
  const policy = watchPolicy(new URL(address).origin)
  let answer: Response
  try {
    answer = await fetch(address, { ...options, credentials: 'omit', referrerPolicy: 'no-referrer' })
  } catch {
    throw (await policy.refuses()) ? new Failure('csp') : new Failure('network', { retryable: true })
  } finally {
    policy.unwatch()
  }
  if (answer.ok) return answer
  if (answer.status >= 500 || answer.status === 429) {
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
    throw new Failure('service_error', {
      retryable: true,
      waitMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    })
  }
  const body: unknown = await answer.json().catch(() => null)
  const code = (body as { code?: unknown } | null)?.code
  throw new Failure('rejected', { expired: code === 'CLIENT_SECRET_EXPIRED' })
}

/** A refusal by the page's policy looks like a dead network to `fetch`; the browser tells it apart in an event of its own. */
function watchPolicy(origin: string) {
  let refused = false
  const note = (event: SecurityPolicyViolationEvent) => {
    refused ||= event.disposition === 'enforce' && event.blockedURI.startsWith(origin)
  }
  document.addEventListener('securitypolicyviolation', note)
  return {
    /** The event comes a moment after the failure. */
    refuses: async () => {
      if (!refused) await pause(policyEventMs, new AbortController().signal)
      return refused
    },
    unwatch: () => document.removeEventListener('securitypolicyviolation', note),
  }
}

/** The connection went while the answer was coming. */
function lost(): never {
  throw new Failure('network', { retryable: true })
}

function unreadable(): Failure {
  return new Failure('invalid_response', { retryable: true })
}
