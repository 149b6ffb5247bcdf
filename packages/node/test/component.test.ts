import { afterEach, describe, expect, test } from 'vitest'
import { type ComponentOptions, EkkoClient, type EkkoError } from '../src/index.ts'
import { type Answer, type FakeService, startFakeService } from './fake-service.ts'

let service: FakeService | undefined
afterEach(async () => service?.close())

const html = (body: string): Answer => ({ headers: { 'content-type': 'text/html; charset=utf-8' }, body })
const ask = async (answer: Answer, options: ComponentOptions = {}, secret = 'cs_test_secret') => {
  service = await startFakeService([answer])
  const client = new EkkoClient({ apiKey: 'ek_test_key', baseUrl: service.origin })
  const reasons: EkkoError[] = []
  const onUnavailable = (reason: EkkoError) => reasons.push(reason)
  const text = await client.component(secret, { onUnavailable, ...options })
  return { text, reasons, asked: service.asked }
}

test('the component is asked for with the client secret, not with the API key', async () => {
  const { text, reasons, asked } = await ask(html('<ekko-impact></ekko-impact>'))
  expect(text).toBe('<ekko-impact></ekko-impact>')
  expect(reasons).toEqual([])
  expect(asked[0]).toMatchObject({
    url: '/v3/component',
    headers: { authorization: 'Bearer cs_test_secret', accept: 'text/html' },
  })
})

test('variant and language can be wished for', async () => {
  const { asked } = await ask(html('x'), { variant: 'takeover', locale: 'de-AT' })
  expect(asked[0]?.url).toBe('/v3/component?variant=takeover&locale=de-AT')
})

describe('the order page is not harmed, and the reason is told, when the service', () => {
  const cases: [string, Answer, string][] = [
    [
      'refuses',
      { status: 401, body: { code: 'CLIENT_SECRET_EXPIRED', error: 'over' } },
      'CLIENT_SECRET_EXPIRED',
    ],
    ['fails', { status: 500 }, 'INTERNAL_SERVER_ERROR'],
    ['cuts the connection', 'reset', 'CONNECTION_FAILED'],
    ['is too slow', 'hang', 'TIMEOUT'],
    ['answers something else', { body: '{}' }, 'UNREADABLE_ANSWER'],
    ['answers too much', html('x'.repeat(600 * 1024)), 'ANSWER_TOO_LARGE'],
  ]
  test.each(cases)('%s', async (_what, answer, code) => {
    const { text, reasons } = await ask(answer, { timeoutMs: answer === 'hang' ? 80 : 2_500 })
    expect(text).toBe('')
    expect(reasons.map((reason) => reason.code)).toEqual([code])
  })
})

test('a bad client secret, a bad option and a reporter that throws harm nothing either', async () => {
  expect((await ask(html('x'), {}, '')).text).toBe('')
  expect((await ask(html('x'), { timeoutMs: -1 })).text).toBe('')
  const onUnavailable = () => {
    throw new Error('the log is full')
  }
  expect((await ask({ status: 404 }, { onUnavailable })).text).toBe('')
})

test('its own deadline is short', async () => {
  const started = performance.now()
  expect((await ask('hang')).text).toBe('')
  expect(performance.now() - started).toBeLessThan(3_000)
})
