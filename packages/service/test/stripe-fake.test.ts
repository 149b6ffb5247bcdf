import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeApiVersion, type StripeFake, startStripeFake } from './support/stripe-fake/server.ts'

it('answers with objects that satisfy the SDK’s own types', () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const project = fileURLToPath(new URL('./support/stripe-fake/', import.meta.url))
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' })
  expect([stdout, status]).toEqual(['', 0])
}, 120_000)

describe('the unofficial fake of Stripe', () => {
  let fake: StripeFake
  beforeAll(async () => {
    fake = await startStripeFake()
  })
  afterAll(() => fake?.close())

  async function ask(path: string, init: RequestInit = {}, headers: Record<string, string> = {}) {
    const response = await fetch(`${fake.origin}/v1/${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${fake.secretKey}`,
        'stripe-version': fakeApiVersion,
        ...headers,
      },
    })
    const { error } = (await response.json()) as { error?: { code?: string; type: string } }
    return [response.status, error?.code ?? error?.type]
  }
  const post = (fields: Record<string, string>, key: string) =>
    ask('refunds', { method: 'POST', body: new URLSearchParams(fields) }, { 'idempotency-key': key })

  it('refuses what Stripe refuses: other keys, versions, addresses and parameters', async () => {
    expect(await ask('refunds', {}, { authorization: 'Bearer sk_test_other' })).toEqual([
      401,
      'api_key_invalid',
    ])
    expect(await ask('refunds', {}, { 'stripe-version': '2020-08-27' })).toEqual([400, 'api_version_invalid'])
    expect(await ask('customers')).toEqual([404, 'invalid_request_error'])
    expect(await ask('refunds?payment_intnet=pi_1')).toEqual([400, 'parameter_unknown'])
    expect(await ask('refunds?limit=101')).toEqual([400, 'parameter_invalid'])
    expect(await ask('refunds?limit=100')).toEqual([200, undefined])
  })

  it('remembers a key with its parameters, but not one whose parameters it never took', async () => {
    expect(await post({ amuont: '1' }, 'a')).toEqual([400, 'parameter_unknown'])
    expect(await post({ payment_intent: 'pi_none', amount: '1' }, 'a')).toEqual([404, 'resource_missing'])
    expect(await post({ payment_intent: 'pi_none', amount: '1' }, 'a')).toEqual([404, 'resource_missing'])
    expect(await post({ payment_intent: 'pi_none', amount: '2' }, 'a')).toEqual([400, 'idempotency_error'])
    const same = () => post({ payment_intent: 'pi_none', amount: '1' }, 'b')
    fake.fault('is slow')
    const both = await Promise.all([same(), new Promise((resolve) => setTimeout(resolve, 50)).then(same)])
    expect(both.map(([status]) => status).toSorted()).toEqual([404, 409])
  })
})
