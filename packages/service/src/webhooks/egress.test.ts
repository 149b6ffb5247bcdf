import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Environment } from '../kernel/context.ts'
import type { Resolve } from './connector.ts'
import { answerKeptBytesMax, openEgress } from './egress.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
}

const serve = (answer: RequestListener) => listening(createHttpServer(answer))
const serveRaw = (onSocket: (socket: Socket) => void) =>
  listening(
    createTcpServer((socket) => {
      socket.on('error', () => undefined)
      onSocket(socket)
    }),
  )

function egress(
  environment: Environment = 'sandbox',
  options: { deadlineMs?: number; resolve?: Resolve } = {},
) {
  const opened = openEgress(environment, options)
  cleanups.push(() => opened.close())
  return opened
}

const namesLeadTo =
  (...addresses: string[]): Resolve =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

test('the body arrives byte for byte, with its headers, and the answer is kept', async () => {
  const received: unknown[] = []
  const url = await serve((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      received.push([
        request.method,
        request.url,
        request.headers['x-test'],
        Buffer.concat(chunks).toString(),
      ])
      response.writeHead(202).end('thanks')
    })
  })
  const attempt = await egress().post(url, { 'x-test': 'yes' }, '{"a":"Grüße €"}')
  expect(attempt).toMatchObject({ outcome: 'accepted', httpStatus: 202, answer: 'thanks', detail: null })
  expect(received).toEqual([['POST', '/hooks', 'yes', '{"a":"Grüße €"}']])
})

test('every status but 2xx is a rejection, and Retry-After is handed on', async () => {
  for (const status of [300, 304, 400, 404, 410, 429, 500, 503]) {
    const url = await serve((_request, response) => response.writeHead(status, { 'retry-after': '7' }).end())
    const attempt = await egress().post(url, {}, '{}')
    expect(attempt).toMatchObject({ outcome: 'rejected', httpStatus: status, retryAfter: '7' })
  }
})

test('a redirect is not followed', async () => {
  let followed = 0
  const target = await serve((_request, response) => {
    followed++
    response.end()
  })
  for (const status of [301, 302, 303, 307, 308]) {
    const url = await serve((_request, response) => response.writeHead(status, { location: target }).end())
    expect(await egress().post(url, {}, '{}')).toMatchObject({ outcome: 'rejected', httpStatus: status })
  }
  expect(followed).toBe(0)
})

test('one deadline covers a server that never answers, drips headers, or drips the body', async () => {
  const drip = (first: string) => (socket: Socket) => {
    socket.write(first)
    const timer = setInterval(() => socket.write('x'), 20)
    socket.on('close', () => clearInterval(timer))
  }
  const silent = await serveRaw(() => undefined)
  const headers = await serveRaw(drip('HTTP/1.1 200 OK\r\nx-slow: '))
  const body = await serveRaw(drip('HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n'))
  const hints = await serveRaw((socket) => {
    const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20)
    socket.on('close', () => clearInterval(timer))
  })
  for (const url of [silent, headers, body, hints]) {
    const attempt = await egress('sandbox', { deadlineMs: 200 }).post(url, {}, '{}')
    expect(attempt.outcome).toBe('timeout')
    expect(attempt.durationMs).toBeGreaterThanOrEqual(190)
    expect(attempt.durationMs).toBeLessThan(1_500)
  }
})

test('an answer that breaks off is no success, even when it began with 200', async () => {
  const url = await serveRaw((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc')
      setTimeout(() => socket.destroy(), 20)
    })
  })
  expect(await egress().post(url, {}, '{}')).toMatchObject({ outcome: 'incomplete', httpStatus: null })
})

test('of a huge answer only the beginning is read and kept', async () => {
  let sent = 0
  const url = await serve((_request, response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(65_536, 'y')
    const more = () => {
      while (sent < 200 * chunk.length && !response.destroyed) {
        sent += chunk.length
        if (!response.write(chunk)) return void response.once('drain', more)
      }
    }
    more()
  })
  const attempt = await egress().post(url, {}, '{}')
  expect(attempt).toMatchObject({ outcome: 'accepted', answer: 'y'.repeat(answerKeptBytesMax) })
  expect(sent).toBeLessThan(100 * 65_536)
})

test('what is kept of an answer fits the database: 1 KiB of UTF-8 without NUL', async () => {
  const bodies = [
    Buffer.alloc(3_000, 0xff),
    Buffer.from('€'.repeat(1_000)),
    Buffer.from('a\0b'),
    Buffer.alloc(0),
  ]
  for (const body of bodies) {
    const url = await serve((_request, response) => response.end(body))
    const { answer } = await egress().post(url, {}, '{}')
    expect(Buffer.byteLength(answer!)).toBeLessThanOrEqual(answerKeptBytesMax)
    expect(answer).not.toContain('\0')
  }
})

test('answers that are not HTTP, an upgrade, and a closed port are failures, never exceptions', async () => {
  const say = (text: string) => serveRaw((socket) => void socket.once('data', () => socket.end(text)))
  const urls = [
    await say('hello\r\n\r\n'),
    await say('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    await say(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
    await say(''),
    'http://127.0.0.1:1/',
  ]
  for (const url of urls) {
    const { outcome, httpStatus } = await egress().post(url, {}, '{}')
    expect(['unreachable', 'incomplete']).toContain(outcome)
    expect(httpStatus).toBeNull()
  }
})

test('connections are kept, and one that the server closes as it is reused is replaced at once', async () => {
  let connections = 0
  const url = await serveRaw((socket) => {
    const first = ++connections === 1
    let requests = 0
    socket.on('data', () => {
      if (first && ++requests === 3) socket.resetAndDestroy()
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
  })
  const outgoing = egress()
  for (let round = 0; round < 3; round++) {
    expect((await outgoing.post(url, {}, '{}')).outcome).toBe('accepted')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(connections).toBe(2)
})

test('a fresh connection that is reset is a failure and not tried twice', async () => {
  let connections = 0
  const url = await serveRaw((socket) => {
    connections++
    socket.once('data', () => socket.resetAndDestroy())
  })
  expect(await egress().post(url, {}, '{}')).toMatchObject({ outcome: 'unreachable', detail: 'ECONNRESET' })
  expect(connections).toBe(1)
})

test('production opens no socket to a name that leads inside, and never asks for a URL it refuses', async () => {
  let connections = 0
  const url = new URL(await serveRaw(() => connections++))
  const inside = [
    ['127.0.0.1'],
    ['::1'],
    ['10.0.0.1', '192.168.0.1'],
    ['::ffff:127.0.0.1'],
    ['169.254.169.254'],
  ]
  for (const addresses of inside) {
    const outgoing = egress('production', { resolve: namesLeadTo(...addresses) })
    const attempt = await outgoing.post('https://shop.example:8443/', {}, '{}')
    expect(attempt).toMatchObject({ outcome: 'refused', detail: 'ADDRESS_REFUSED' })
  }
  const system = await egress('production').post('https://localhost:8443/', {}, '{}')
  expect(system).toMatchObject({ outcome: 'refused', detail: 'URL_REFUSED' })
  expect((await egress('production').post(url.href, {}, '{}')).outcome).toBe('refused')
  expect(connections).toBe(0)
})

test('of mixed addresses only the allowed are connected to', async () => {
  const url = new URL(await serve((_request, response) => response.end()))
  url.hostname = 'mixed.example'
  const outgoing = egress('sandbox', { resolve: namesLeadTo('169.254.169.254', 'fe80::1', '127.0.0.1') })
  expect((await outgoing.post(url.href, {}, '{}')).outcome).toBe('accepted')
})

test('a sandbox refuses metadata addresses by literal and by name', async () => {
  const metadata = 'http://169.254.169.254/latest/meta-data'
  expect(await egress().post(metadata, {}, '{}')).toMatchObject({ outcome: 'refused', detail: 'URL_REFUSED' })
  const named = egress('sandbox', { resolve: namesLeadTo('169.254.169.254') })
  expect(await named.post('http://metadata.example/', {}, '{}')).toMatchObject({ detail: 'ADDRESS_REFUSED' })
})

test('closing breaks off what is under way and says so', async () => {
  const outgoing = egress()
  const pending = outgoing.post(await serveRaw(() => undefined), {}, '{}')
  setTimeout(() => outgoing.close(), 50)
  expect((await pending).outcome).toBe('interrupted')
})
