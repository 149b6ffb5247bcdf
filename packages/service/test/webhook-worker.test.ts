// A process that only does background work (`EKKO_ROLE=worker`) sends webhooks, and shows on a port of its own that it lives
// and how it goes, but nothing of the API.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.ts'
import { appendEvent } from '../src/events/events.ts'
import { newId } from '../src/kernel/id.ts'
import { silentLog } from '../src/kernel/log.ts'
import { startService } from '../src/service.ts'
import { createEndpoint } from '../src/webhooks/endpoints.ts'
import { testDatabase } from './support/database.ts'
import { call, freePort } from './support/service.ts'
import { newEvent, startReceiver } from './webhook-stand.ts'

test('a worker delivers, answers for its health and its own counters, and has no API', async () => {
  const data = await testDatabase({ engine: 'postgres' })
  const dataDir = mkdtempSync(join(tmpdir(), 'ekko-worker-'))
  const [port, workerPort] = [await freePort(), await freePort()]
  const env = { PORT: String(port), EKKO_DATA_DIR: dataDir, EKKO_ROLE: 'worker' }
  const config = readConfig({ ...env, EKKO_WORKER_PORT: String(workerPort) })
  const worker = await startService(config, { database: data.database, log: silentLog })
  const receiver = await startReceiver()
  const { database } = data
  await createEndpoint(worker.context, worker.rootId, { url: receiver.url })
  const event = newEvent({ id: newId(Date.now()), organisationId: worker.rootId, at: new Date() })
  await database.transaction((tx) => appendEvent(tx, database, event))
  await expect.poll(() => receiver.got).toEqual([event.id])

  const origin = `http://127.0.0.1:${workerPort}`
  expect(await call(origin, 'none', 'GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
  expect((await call(origin, 'none', 'GET', '/metrics')).status).toBe(401)
  await expect
    .poll(async () => (await call(origin, worker.apiKey!, 'GET', '/metrics')).body)
    .toMatch(/^ekko_webhook_attempts_total\{outcome="accepted"\} 1$/m)
  expect((await call(origin, worker.apiKey!, 'GET', '/v3/organisations/me')).status).toBe(404)
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()

  await worker.close()
  await expect(fetch(`${origin}/healthz`)).rejects.toThrow()
  await receiver.close()
  await data.dispose()
  rmSync(dataDir, { recursive: true, force: true })
})

test('the port of a worker is a port', () => {
  expect(() => readConfig({ EKKO_WORKER_PORT: 'many' })).toThrow(ConfigError)
  expect(readConfig({}).workerPort).toBeNull()
})
