// The packed package in projects as merchants have them: each is made in a folder of its own, installed offline and run.
import { createHmac } from 'node:crypto'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FakeService, startFakeService } from '../fake-service.ts'
import { type Packed, packNode } from './packed.ts'

let packed: Packed
let service: FakeService
beforeAll(async () => {
  packed = await packNode()
  const record = { hasMore: false, data: [{ id: 'a' }, { id: 'b' }] }
  service = await startFakeService([{ status: 503, headers: { 'retry-after': '0' } }, { body: record }])
})
afterAll(async () => {
  await service?.close()
  packed?.dispose()
})

/** What every program does: a list over a retry, a webhook, an error. It prints what it found. */
const program = (awaiting: '' | 'await ') => `
  const say = async () => {
    const client = new EkkoClient({ apiKey: 'ek_test_key', baseUrl: '${service.origin}' })
    const ids = []
    const period = { dateTimeFrom: '2026-01-01T00:00:00Z', dateTimeTo: '2026-02-01T00:00:00Z' }
    for await (const { id } of client.impactRecords.iterate(period)) ids.push(id)
    const event = ${awaiting}verifyWebhook(${JSON.stringify(webhook.body)}, ${JSON.stringify(webhook.headers)}, '${webhook.secret}')
    let refusal
    try {
      ${awaiting}verifyWebhook('{}', ${JSON.stringify(webhook.headers)}, '${webhook.secret}')
    } catch (error) {
      if (error instanceof EkkoError && error instanceof WebhookVerificationError) refusal = error.reason
    }
    return JSON.stringify([ids, event.eventType, refusal])
  }`
const found = JSON.stringify([['a', 'b'], 'IMPACT_PAYMENT', 'no-matching-signature'])

const webhook = (() => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef')
  const body = JSON.stringify({ eventType: 'IMPACT_PAYMENT' })
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const signature = createHmac('sha256', key).update(`event-1.${timestamp}.${body}`).digest('base64')
  const headers = {
    'webhook-id': 'event-1',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1a,AAAA v1,${signature}`,
  }
  return { body, headers, secret: `whsec_${key.toString('base64')}` }
})()

test('the tarball has what is run and what it is made from, and nothing else', () => {
  expect(packed.files).toContain('dist/index.js')
  expect(packed.files).toContain('src/index.ts')
  const others = packed.files.filter(
    (file) => !/^(dist\/[\w-]+(\.d)?\.[jt]s(\.map)?|src\/[\w-]+\.ts)$/.test(file),
  )
  expect(others.sort()).toEqual(['README.md', 'package.json'])
})

test('a project of ES modules imports it', async () => {
  const project = await packed.project({ type: 'module' })
  project.write(
    'main.js',
    `import { EkkoClient, EkkoError, verifyWebhook, WebhookVerificationError } from '@ekko/node'
    ${program('')}
    console.log(await say())`,
  )
  expect((await project.node('main.js')).trim()).toBe(found)
})

test('a project of CommonJS requires it, without a flag, and gets the same classes as an import', async () => {
  const project = await packed.project({})
  project.write(
    'main.js',
    `const { EkkoClient, EkkoError, verifyWebhook, WebhookVerificationError } = require('@ekko/node')
    ${program('')}
    say().then(async (found) => {
      const same = (await import('@ekko/node')).EkkoError === EkkoError
      console.log(same ? found : 'two copies')
    })`,
  )
  expect((await project.node('main.js')).trim()).toBe(found)
})

const typed = `
  const client: EkkoClient = new EkkoClient({ apiKey: 'ek_test_key', baseUrl: 'https://ekko.example' })
  export const offer = async (organisationId: string): Promise<string> => {
    const session = await client.postPurchaseSessions.create(
      { organisationId, consumer: { reference: 'c', countryCode: 'GBR' }, transaction: { amount: 1, currencyCode: 'GBP' } },
      { idempotencyKey: 'order-1' },
    )
    for await (const { id } of client.impactRecords.iterate({ dateTimeFrom: new Date(), dateTimeTo: new Date() })) id.trim()
    return session.clientSecret
  }
  // @ts-expect-error An optional property is left out, never undefined.
  new EkkoClient({ apiKey: 'k', baseUrl: 'https://ekko.example', timeoutMs: undefined })
  // @ts-expect-error Bodies are checked.
  client.consumers.erase({ consumer: {} })`
const strictest = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, target: 'es2022' }

test('the strictest TypeScript reads its types, libraries checked too, from modules and from CommonJS', async () => {
  const project = await packed.project({})
  for (const scope of ['@types', 'undici-types']) {
    const modules = fileURLToPath(new URL('../../../../node_modules/', import.meta.url))
    symlinkSync(join(modules, scope), join(project.folder, 'node_modules', scope))
  }
  const onNode = { ...strictest, lib: ['es2022'], types: ['node'], module: 'nodenext' }
  const use = `
    import { EkkoClient, verifyWebhook } from '@ekko/node'
    import type { IncomingMessage } from 'node:http'
    ${typed}
    export const read = (body: Buffer, { headers }: IncomingMessage): string => verifyWebhook(body, headers, 'whsec_').eventId`
  for (const file of ['main.mts', 'main.cts']) {
    project.write(file, use)
    expect([file, await project.compile(onNode, file)]).toEqual([file, ''])
  }
})

test('so does a bundled project that knows the web’s globals and no types of Node', async () => {
  const project = await packed.project({ type: 'module' })
  project.write(
    'worker.ts',
    `import { EkkoClient, verifyWebhook } from '@ekko/node/edge'
    ${typed}
    export const read = async (request: Request): Promise<string> =>
      (await verifyWebhook(await request.text(), request.headers, 'whsec_')).eventId
    // @ts-expect-error Forgetting to wait is seen.
    verifyWebhook('', {}, 'whsec_').eventId`,
  )
  const onTheEdge = {
    ...strictest,
    lib: ['es2022', 'webworker', 'webworker.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
  }
  expect(await project.compile(onTheEdge, 'worker.ts')).toBe('')
})

test('where there are only the web’s globals it runs all the same, from its edge door', async () => {
  const project = await packed.project({ type: 'module' })
  project.write(
    'worker.js',
    `import { EkkoClient, EkkoError, verifyWebhook, WebhookVerificationError } from '@ekko/node/edge'
    ${program('await ')}
    export { say }`,
  )
  const build = await rolldown({ input: join(project.folder, 'worker.js'), platform: 'browser' })
  const { output } = await build.generate({ format: 'iife', name: 'worker' })
  await build.close()
  expect(output[0].imports).toEqual([])
  const { say } = runInNewContext(`${output[0].code}; worker`, { ...webGlobals }) as {
    say: () => Promise<string>
  }
  expect(await say()).toBe(found)
})

/** The names that WinterTC asks of every runtime, as far as they are needed; no `process`, `Buffer` or `require`. */
const { fetch, Headers, Response, URL: WebUrl, crypto, performance, TextEncoder, TextDecoder } = globalThis
const { AbortController, setTimeout, clearTimeout, atob, btoa, console } = globalThis
const webGlobals = {
  ...{ fetch, Headers, Response, URL: WebUrl, crypto, performance, TextEncoder, TextDecoder },
  ...{ AbortController, setTimeout, clearTimeout, atob, btoa, console, Uint8Array },
}

test('the manifest asks for nothing and says where it runs', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(manifest.dependencies).toBeUndefined()
  expect(manifest.peerDependencies).toBeUndefined()
  expect(manifest.engines.node).toBe('>=20.19')
})
