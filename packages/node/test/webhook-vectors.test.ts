// The published vectors, against this package and against the reference implementation of Standard Webhooks.

import { readFile } from 'node:fs/promises'
import { Webhook } from 'standardwebhooks'
import { afterEach, expect, test, vi } from 'vitest'
import { verifyWebhook, WebhookVerificationError } from '../src/index.ts'

interface Vector {
  readonly name: string
  readonly body: string
  readonly headers: Record<string, string>
  readonly keys: string[]
  readonly now: number
  readonly expected: string
}

const file = new URL('../vectors/webhook-vectors.json', import.meta.url)
const { vectors } = JSON.parse(await readFile(file, 'utf8')) as { vectors: Vector[] }
afterEach(() => vi.useRealTimers())

test.each(vectors)('$name: $expected', ({ body, headers, keys, now, expected }) => {
  const verdict = () => {
    try {
      return verifyWebhook(body, headers, keys, { now: new Date(now * 1000) }) && 'accepted'
    } catch (error) {
      return error instanceof WebhookVerificationError ? error.reason : String(error)
    }
  }
  expect(verdict()).toBe(expected)
})

test.each(vectors.filter(({ keys }) => keys.every((key) => key.startsWith('whsec_'))))(
  'the reference implementation agrees: $name',
  ({ body, headers, keys, now, expected }) => {
    vi.useFakeTimers({ now: now * 1000 })
    const accepts = (key: string) => {
      try {
        return Boolean(new Webhook(key).verify(body, headers))
      } catch {
        return false
      }
    }
    expect(keys.some(accepts)).toBe(expected === 'accepted')
  },
)
