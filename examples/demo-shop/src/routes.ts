/**
 * For: which page answers which address.
 * Not for: what the pages do.
 * Law: a form from another site is refused before its handler runs; the webhook's door asks for a signature instead.
 */
import { readFileSync } from 'node:fs'
import { browse } from './browse.ts'
import { buy } from './buy.ts'
import { inspect } from './inspect.ts'
import type { OrdersParts } from './orders.ts'
import { receiveWebhook } from './receiver.ts'
import type { Route } from './server.ts'
import { type Handler, plain, type Reply, seeOther } from './visit.ts'

export interface RouteParts extends OrdersParts {
  readonly ekkoOrigin: string
}

export const createRoutes = (parts: RouteParts): Route => {
  const handlers: Readonly<Record<string, Handler>> = {
    'GET /shop.css': publicFile('shop.css', 'text/css; charset=utf-8'),
    'GET /shop.js': publicFile('shop.js', 'text/javascript; charset=utf-8'),
    'GET /favicon.svg': publicFile('favicon.svg', 'image/svg+xml'),
    'GET /healthz': () => plain(200, 'ok\n'),
    // Every look of the component, shown by the service itself while it is a sandbox.
    'GET /playground': () => seeOther(`${parts.ekkoOrigin}/playground`),
    'POST /webhooks/ekko': (visit) => receiveWebhook(parts.state, visit),
    ...guarded(browse()),
    ...guarded(buy(parts)),
    ...guarded(inspect(parts)),
  }
  return (method, path) => handlers[`${method} ${path.replace(/^\/orders\/[^/]+$/, '/orders/:id')}`]
}

const publicFile = (name: string, contentType: string): Handler => {
  const reply: Reply = {
    status: 200,
    headers: { 'content-type': contentType, 'cache-control': 'no-cache' },
    body: readFileSync(new URL(`../public/${name}`, import.meta.url)),
  }
  return () => reply
}

const guarded = (handlers: Readonly<Record<string, Handler>>): Record<string, Handler> =>
  Object.fromEntries(
    Object.entries(handlers).map(([key, handler]) => [
      key,
      key.startsWith('POST') ? sameSite(handler) : handler,
    ]),
  )

const sameSite =
  (handler: Handler): Handler =>
  (visit) => {
    const from = visit.headers['sec-fetch-site'] ?? 'none'
    if (from === 'same-origin' || from === 'none') return handler(visit)
    return plain(403, 'This form belongs to another site.\n')
  }
