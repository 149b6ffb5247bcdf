/**
 * For: HTTP: reading a bounded request, finding its handler, sending the reply with the security headers.
 * Not for: what the pages say.
 * Law: a body has 64 KiB and a request 15 seconds; a fault in a handler is a 500 and never the end of the shop.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { securityHeaders } from './security-headers.ts'
import { type Handler, plain, type Reply, type Visit } from './visit.ts'

export interface Listening {
  readonly origin: string
  close(): Promise<void>
}

export type Route = (method: string, path: string) => Handler | undefined

export interface ServerParts {
  readonly port: number
  readonly ekkoOrigin: string
  /** Asked for each request, because the pages need the origin, which is known only after listening. */
  readonly route: Route
  readonly log: (line: string) => void
}

const maxBodyBytes = 64 * 1024
const host = '127.0.0.1'

export const listen = async (parts: ServerParts): Promise<Listening> => {
  const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000 }, (request, response) => {
    void answer(parts, request).then((reply) => send(parts, request, response, reply))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parts.port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://${host}:${port}`, close: () => closeServer(server) }
}

const closeGraceMs = 3_000

/** Lets requests that are being answered finish, for a moment. */
const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const giveUp = setTimeout(() => server.closeAllConnections(), closeGraceMs)
    server.close(() => {
      clearTimeout(giveUp)
      resolve()
    })
    server.closeIdleConnections()
  })

const answer = async (parts: ServerParts, request: IncomingMessage): Promise<Reply> => {
  try {
    const body = await readBody(request)
    if (body === 'too large') return plain(413, 'The body is larger than 64 KiB.\n')
    const { method = 'GET', headers } = request
    const url = new URL(request.url ?? '/', 'http://shop.invalid')
    const visit: Visit = { method, path: url.pathname, query: url.searchParams, headers, body }
    const handler = parts.route(method === 'HEAD' ? 'GET' : method, visit.path)
    return handler ? await handler(visit) : plain(404, 'There is no such page.\n')
  } catch (error) {
    parts.log(`${request.method} ${request.url} failed: ${error instanceof Error ? error.stack : error}`)
    return plain(500, 'Something went wrong in the shop.\n')
  }
}

const readBody = async (request: IncomingMessage): Promise<Buffer | 'too large'> => {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return 'too large'
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving the loop must not cut the connection, or the 413 would never arrive.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > maxBodyBytes) return 'too large'
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const send = (parts: ServerParts, request: IncomingMessage, response: ServerResponse, reply: Reply): void => {
  response.writeHead(reply.status, {
    ...securityHeaders(parts.ekkoOrigin, reply.styleOrigin),
    ...reply.headers,
    // What was not read would be taken for the next request.
    ...(reply.status === 413 ? { connection: 'close' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : reply.body)
}
