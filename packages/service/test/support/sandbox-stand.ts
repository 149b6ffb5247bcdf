/** For tests: the sandbox provider on a port of its own, with a merchant's door for its notifications. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import type { Database } from '../../src/kernel/database.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { newBell } from '../../src/sandbox-psp/bell.ts'
import { type SandboxPspOptions, sandboxPspPath } from '../../src/sandbox-psp/options.ts'
import { sandboxPsp } from '../../src/sandbox-psp/plugin.ts'

export interface Received {
  readonly rawBody: Buffer
  readonly headers: http.IncomingHttpHeaders
}

export interface Stand {
  readonly options: SandboxPspOptions
  readonly baseUrl: string
  /** Notifications that the merchant took or refused, in order of arrival. */
  readonly received: Received[]
  /** What the merchant answers to the next notifications; 204 unless set. */
  answerWith(status: number): void
  /** What somebody does in the provider's dashboard, for example `payments/<id>/refund`. */
  dashboard(path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>
  close(): Promise<void>
}

export async function standUp(
  database: Database,
  settings: { readonly delayMs?: number; readonly settleEveryMs?: number; readonly clock?: Clock } = {},
): Promise<Stand> {
  const received: Received[] = []
  let status = 204
  const merchant = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    received.push({ rawBody: Buffer.concat(chunks), headers: request.headers })
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve))

  const app = Fastify()
  let origin = ''
  const options: SandboxPspOptions = {
    database,
    clock: settings.clock ?? systemClock,
    log: silentLog,
    origin: () => origin,
    apiKey: new Secret('sandbox-test-key'),
    notificationSecret: new Secret('sandbox-test-notification-secret'),
    notificationUrl: () => `http://127.0.0.1:${(merchant.address() as AddressInfo).port}/notifications`,
    delayMs: settings.delayMs ?? 40,
    ...(settings.settleEveryMs !== undefined && { settleEveryMs: settings.settleEveryMs }),
    bell: newBell(),
  }
  await app.register(sandboxPsp(options))
  origin = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    options,
    baseUrl: origin + sandboxPspPath,
    received,
    answerWith: (next) => {
      status = next
    },
    dashboard: (path, body) => act(options, path, body),
    async close() {
      await app.close()
      merchant.closeAllConnections()
      await new Promise((resolve) => merchant.close(resolve))
    },
  }
}

async function act({ origin, apiKey }: SandboxPspOptions, path: string, body: unknown = {}) {
  const response = await fetch(`${origin()}${sandboxPspPath}/v1/dashboard/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${apiKey.reveal()}`,
      'idempotency-key': crypto.randomUUID(),
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as unknown }
}
