/**
 * For: a request as the pages see it, and the answers that they give.
 * Not for: sockets and headers of the security kind; server.ts knows those.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Html } from './html.ts'

export interface Visit {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Origins that this one page may load styles from, beyond our own. */
  readonly styleOrigin?: string
}

export type Handler = (visit: Visit) => Reply | Promise<Reply>

export const page = (content: Html, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: content.text,
})

export const json = (value: unknown): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: `${JSON.stringify(value, null, 2)}\n`,
})

/** After a POST: the browser asks for the next page, and reloading it sends nothing again. */
export const seeOther = (location: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: 303,
  headers: { location, ...headers },
})

export const plain = (status: number, text: string): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: text,
})

export const formOf = (visit: Visit): URLSearchParams => new URLSearchParams(visit.body.toString('utf8'))

export const cookieOf = (visit: Visit, name: string): string | undefined =>
  (visit.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1)
