/**
 * For: a real HTTP server that answers what a test tells it to, and remembers what it was asked.
 * Not for: behaving like the service; each test scripts the answers that it is about.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** `'hang'` never answers, `'reset'` cuts the connection. */
export type Answer = 'hang' | 'reset' | { status?: number; headers?: Record<string, string>; body?: unknown }

export interface FakeService {
  readonly origin: string
  readonly asked: Asked[]
  close(): Promise<void>
}

/** The nth request gets the nth answer; the last one serves all that follow. */
export const startFakeService = async (answers: readonly Answer[]): Promise<FakeService> => {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      const answer = answers[Math.min(asked.length, answers.length) - 1] ?? {}
      if (answer === 'hang') return
      if (answer === 'reset') return void request.socket.resetAndDestroy()
      const { status = 200, body = {} } = answer
      response.writeHead(status, { 'content-type': 'application/json', ...answer.headers })
      response.end(status === 204 ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { origin: `http://127.0.0.1:${port}`, asked, close }
}
