import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../kernel/secret.ts'
import type { Psp } from './psp.ts'
import { sandboxPspAdapter } from './sandbox-psp.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
})

const payment = {
  id: 'p1',
  reference: 'ours',
  status: 'open',
  amountMinor: '100',
  refundedMinor: '0',
  currency: 'GBP',
  failureCode: null,
  paidAt: null,
  costMinor: null,
  checkoutUrl: 'https://psp.example/checkout/1',
}
const command = {
  reference: 'ours',
  money: { minor: 100n, currency: 'GBP' },
  description: '',
  locale: 'en-GB',
  returnUrl: 'https://shop.example/',
  expiresAt: new Date('2030-01-01'),
}

describe('the adapter, when the provider misbehaves', () => {
  it.each([
    ['says 500', http(500, '{"error":{"code":"boom"}}')],
    ['says 503 in HTML', http(503, '<h1>Sorry</h1>')],
    ['says 429', http(429, '{"error":{"code":"slow_down"}}')],
    ['says 404 in HTML, as a proxy would', http(404, '<h1>Not found</h1>')],
    ['says 400 without a code', http(400, '{}')],
    ['redirects', http(302, '{}')],
    ['sends broken JSON', http(200, '{"id":"p1","refer')],
    ['sends half of the body', half(JSON.stringify(payment))],
    ['sends JSON of another shape', http(200, '{"id":"p1"}')],
    ['sends a status that nobody knows', http(200, JSON.stringify({ ...payment, status: 'levitating' }))],
    ['sends an amount that is not one', http(200, JSON.stringify({ ...payment, amountMinor: '1e3' }))],
    ['sends more than anybody reads', http(200, JSON.stringify({ ...payment, pad: 'x'.repeat(1_100_000) }))],
    ['resets the socket', reset],
    ['hangs up', hangUp],
    ['never answers', silence],
    ['answers too slowly', drip],
  ])('does not know the outcome when it %s', async (_what, behave) => {
    const psp = await against(behave)
    const outcomes = await Promise.all([
      psp.createSession(command, 'k1'),
      psp.expireSession('p1', 'k2'),
      psp.fetchPayment('p1'),
      psp.findByReference('ours'),
      psp.refund({ pspReference: 'p1', reference: 'r', money: command.money }, 'k3'),
      psp.fetchRefund('r1'),
      psp.findRefund('p1', 'r'),
    ])
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(7).fill('unknown'))
  })

  it('does not know the outcome when nobody listens', async () => {
    const psp = adapter(1)
    expect((await psp.fetchPayment('p1')).kind).toBe('unknown')
  })

  it('tells declined from rejected by what the provider says', async () => {
    const declined = await against(http(402, '{"error":{"code":"card_declined"}}'))
    expect(await declined.createSession(command, 'k')).toEqual({ kind: 'declined', code: 'card_declined' })
    const rejected = await against(http(422, '{"error":{"code":"invalid_request"}}'))
    expect(await rejected.createSession(command, 'k')).toEqual({ kind: 'rejected', code: 'invalid_request' })
  })

  it('sends the key and the credential, and amounts as text', async () => {
    let request = ''
    const psp = await against((socket) => {
      socket.on('data', (data) => {
        request += data.toString()
        if (request.endsWith('}')) socket.write(answer(201, JSON.stringify(payment)))
      })
    })
    expect(await psp.createSession(command, 'the-key')).toEqual({
      kind: 'done',
      value: { pspReference: 'p1', redirectUrl: payment.checkoutUrl },
    })
    expect(request).toMatch(/^POST \/base\/v1\/payments HTTP/)
    expect(request.toLowerCase()).toContain('idempotency-key: the-key')
    expect(request).toContain('Bearer key')
    expect(request).toContain('"amountMinor":"100"')
  })

  it('asks again on a fresh socket when a kept one turns out to be dead', async () => {
    let connections = 0
    const psp = await against((socket) => {
      connections++
      let requests = 0
      socket.on('data', () => {
        requests++
        if (connections === 1 && requests === 2) socket.resetAndDestroy()
        else socket.write(answer(200, JSON.stringify(payment)))
      })
    })
    expect((await psp.fetchPayment('p1')).kind).toBe('done')
    expect((await psp.fetchPayment('p1')).kind).toBe('done')
    expect(connections).toBe(2)
  })
})

type Behaviour = (socket: net.Socket) => void

async function against(behave: Behaviour): Promise<Psp> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined)
    cleanups.push(() => socket.destroy())
    behave(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return adapter((server.address() as net.AddressInfo).port)
}

function adapter(port: number): Psp {
  return sandboxPspAdapter({
    baseUrl: () => `http://127.0.0.1:${port}/base`,
    apiKey: new Secret('key'),
    notificationSecret: new Secret('notification'),
    deadlineMs: 250,
  })
}

function answer(status: number, body: string, claimedBytes = Buffer.byteLength(body)): string {
  const location = status === 302 ? 'location: http://127.0.0.1:1/\r\n' : ''
  return `HTTP/1.1 ${status} Said\r\n${location}content-length: ${claimedBytes}\r\n\r\n${body}`
}

function http(status: number, body: string): Behaviour {
  return (socket) => void socket.once('data', () => socket.write(answer(status, body)))
}

function half(body: string): Behaviour {
  return (socket) => void socket.once('data', () => socket.end(answer(200, body, body.length * 2)))
}

function reset(socket: net.Socket): void {
  socket.once('data', () => socket.resetAndDestroy())
}

function hangUp(socket: net.Socket): void {
  socket.once('data', () => socket.end())
}

function silence(socket: net.Socket): void {
  socket.resume()
}

/** Each byte comes in time; the whole never does. */
function drip(socket: net.Socket): void {
  const text = answer(200, JSON.stringify(payment))
  let sent = 0
  const timer = setInterval(() => socket.write(text[sent++] ?? ''), 20)
  cleanups.push(() => clearInterval(timer))
  socket.on('close', () => clearInterval(timer))
}
