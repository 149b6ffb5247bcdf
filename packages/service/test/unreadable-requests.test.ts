// Bytes that are no request, or a body that nothing could follow: refused like everything else, and no failure of ours.
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../src/kernel/log.ts'
import { type TestService, testService } from './support/service.ts'

let service: TestService
const failed: string[] = []

beforeAll(async () => {
  const log = { ...silentLog, error: (message: string) => failed.push(message) }
  service = await testService({ engine: 'embedded', log })
})
afterAll(() => service.dispose())

const nest = (leaf: string) => `${'['.repeat(20_000)}${leaf}${']'.repeat(20_000)}`
it.each([
  ['with an escape in it', '/v3/organisations', nest('"\\u0041"')],
  ['in a field that nobody reads', '/v3/consumers/erase', `{"organisationId":"x","extra":${nest('1')}}`],
  [
    'that no operation asked for',
    '/v3/organisations/00000000-0000-4000-8000-000000000000/activate',
    nest('1'),
  ],
])('nested beyond reason, %s, is refused even with an idempotency key', async (_name, path, body) => {
  const response = await fetch(service.origin + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${service.rootKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'nested',
    },
    body,
  })
  const answer = (await response.json()) as { code: string; error: string }
  expect([response.status, answer.code]).toEqual([400, 'BAD_REQUEST'])
  expect(answer.error).toContain('nested')
})

/** What comes back for bytes that are written as they are. */
async function answerTo(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(service.origin).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.write(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

describe('what cannot be read as a request', () => {
  it.each([
    ['no http', 'GET / HTTQ/1.1\r\n\r\n', 'this is not http'],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 'longer than'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      'http',
    ],
  ])('%s is refused as everything else is, with a request id', async (_name, bytes, why) => {
    const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n')
    const answer = JSON.parse(body)
    expect(head).toMatch(/^HTTP\/1\.1 400 /)
    expect(head).toContain(`x-request-id: ${answer.requestId}`)
    expect(answer).toMatchObject({ code: 'BAD_REQUEST', error: expect.stringContaining(why) })
  })

  it('a body that breaks off is not logged as a failure of ours', async () => {
    const failures = failed.length
    await answerTo(
      `POST /v3/organisations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.rootKey}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n\r\n`,
    )
    expect((await service.api('GET', '/v3/organisations/me')).status).toBe(200)
    expect(failed.slice(failures)).toEqual([])
  })
})
