// What a receiver, its certificate or its name server may do to a sender: each is one failed attempt in time, with its
// reason, and holds up nobody else. Not for answers over plain HTTP that egress.test.ts shows already.

import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { type Resolve, resolveByNameServers } from '../src/webhooks/connector.ts'
import { answerKeptBytesMax, attemptDeadlineMs, openEgress } from '../src/webhooks/egress.ts'
import { startChild } from './support/database-child.ts'
import { makeCertificate } from './webhook-certificates.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

function egress(options: { deadlineMs?: number; resolve?: Resolve } = {}) {
  const opened = openEgress('sandbox', options)
  cleanups.push(() => opened.close())
  return opened
}

describe('an answer', () => {
  test('of compressed zeroes is never unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024))
    const port = await portOf(
      createHttpServer((_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
      }),
    )
    const before = process.memoryUsage().arrayBuffers
    const attempt = await egress().post(`http://127.0.0.1:${port}/`, {}, '{}')
    expect(attempt).toMatchObject({ outcome: 'accepted', httpStatus: 200 })
    expect(Buffer.byteLength(attempt.answer!)).toBeLessThanOrEqual(answerKeptBytesMax)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024)
  })

  test('that begins with a flood of 1xx is over at the deadline', async () => {
    const port = await portOf(
      createServer((socket) => {
        const flood = () => {
          while (!socket.destroyed && socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)));
        }
        socket.on('drain', flood).once('data', flood)
      }),
    )
    const attempt = await egress({ deadlineMs: 300 }).post(`http://127.0.0.1:${port}/`, {}, '{}')
    expect(attempt.outcome).toBe('timeout')
    expect(attempt.durationMs).toBeLessThan(2_000)
  })

  test('just before the deadline counts, and just after it does not', async () => {
    expect(attemptDeadlineMs).toBe(20_000)
    const deadlineMs = 1_000
    const answerAfter = (ms: number) =>
      portOf(createHttpServer((_request, response) => setTimeout(() => response.end(), ms)))
    // 19.9 of 20 seconds leaves a hundred milliseconds.
    const [before, after] = [await answerAfter(deadlineMs - 100), await answerAfter(deadlineMs + 100)]
    const post = (port: number) => egress({ deadlineMs }).post(`http://127.0.0.1:${port}/`, {}, '{}')
    expect((await Promise.all([post(before), post(after)])).map((one) => one.outcome)).toEqual([
      'accepted',
      'timeout',
    ])
  })
})

describe('a connection', () => {
  test('that is never taken up is over at the deadline', async () => {
    // A stopped process accepts nothing, and the system stops answering for it once its short queue is full.
    const child = startChild(
      `const server = require('node:net').createServer()
       server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => say('port ' + server.address().port))`,
      {},
    )
    cleanups.push(() => child.kill())
    const port = Number((await child.line('port ')).slice(5))
    child.process.kill('SIGSTOP')
    for (let queued = 0; queued < 4; queued++) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      cleanups.push(() => socket.destroy())
    }
    const attempt = await egress({ deadlineMs: 300 }).post(`http://127.0.0.1:${port}/`, {}, '{}')
    expect(attempt).toMatchObject({ outcome: 'timeout', httpStatus: null })
    expect(attempt.durationMs).toBeLessThan(1_500)
  })

  test('whose TLS handshake hangs is over at the deadline', async () => {
    const port = await portOf(createServer(() => undefined))
    const attempt = await egress({ deadlineMs: 300 }).post(`https://127.0.0.1:${port}/`, {}, '{}')
    expect(attempt).toMatchObject({ outcome: 'timeout', httpStatus: null })
    expect(attempt.durationMs).toBeLessThan(1_500)
  })

  test('is trusted only with a certificate that is valid, of this name, and from a known authority', async () => {
    const authority = makeCertificate({ name: 'Test authority', isAuthority: true })
    const yesterday = new Date(Date.now() - 86_400_000)
    const name = 'shop.example'
    const certificates = [
      makeCertificate({ name, issuer: authority }),
      makeCertificate({ name }),
      makeCertificate({ name: 'other.example', issuer: authority }),
      makeCertificate({ name, issuer: authority, validUntil: yesterday }),
      makeCertificate({ name, issuer: makeCertificate({ name: 'Nobody', isAuthority: true }) }),
    ]
    const bodies: string[] = []
    const ports = await Promise.all(
      certificates.map((certificate) =>
        portOf(
          createHttpsServer(certificate, (request, response) => {
            request.on('data', (chunk) => bodies.push(String(chunk))).on('end', () => response.end())
          }),
        ),
      ),
    )
    const trusted = join(tmpdir(), `ekko-authority-${process.pid}.pem`)
    writeFileSync(trusted, authority.cert)
    // The authorities that a process trusts are read once, at its start.
    const child = startChild(
      `const { openEgress } = await import(values.dist + 'webhooks/egress.js')
       const resolve = (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }])
       for (const port of values.ports) {
         const egress = openEgress('sandbox', { resolve })
         const attempt = await egress.post('https://shop.example:' + port + '/', {}, 'secret')
         egress.close()
         say('got ' + JSON.stringify([attempt.outcome, attempt.detail]))
       }
       say('done')`,
      { ports, dist: new URL('../dist/', import.meta.url).href },
      ['env', `NODE_EXTRA_CA_CERTS=${trusted}`],
    )
    cleanups.push(() => child.kill())
    await child.line('done')
    const got = child.lines.filter((line) => line.startsWith('got ')).map((line) => JSON.parse(line.slice(4)))
    expect(got).toEqual([
      ['accepted', null],
      ['unreachable', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      ['unreachable', 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['unreachable', 'CERT_HAS_EXPIRED'],
      ['unreachable', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ])
    expect(bodies).toEqual(['secret'])
  })
})

describe('a name', () => {
  const responseCodes = { nothing: 3, broken: 2 } as const

  /** A name server: `shop.example` leads to 127.0.0.1, `turns.example` first there and then to metadata. */
  async function nameServer(): Promise<string> {
    const socket: UdpSocket = createSocket('udp4')
    let turns = 0
    socket.on('message', (question, { port }) => {
      const host = hostOf(question)
      if (host.startsWith('silent')) return
      const isIpv4 = question.readUInt16BE(question.length - 4 - additionalBytes(question)) === 1
      if (host === 'half.example' && !isIpv4) return
      const code = responseCodes[host.split('.')[0] as keyof typeof responseCodes]
      const address = host === 'turns.example' && turns++ > 0 ? [169, 254, 169, 254] : [127, 0, 0, 1]
      socket.send(answerTo(question, code ?? 0, isIpv4 ? address : undefined), port)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    cleanups.push(() => new Promise<void>((resolve) => socket.close(() => resolve())))
    return `127.0.0.1:${socket.address().port}`
  }

  async function receiver() {
    let connections = 0
    const port = await portOf(
      createHttpServer((_request, response) => response.end()).on('connection', () => connections++),
    )
    return { port, connections: () => connections }
  }

  test('that does not exist, or whose servers are broken or silent, is a failed attempt that says so', async () => {
    const resolve = resolveByNameServers([await nameServer()])
    const post = (host: string) => egress({ deadlineMs: 400, resolve }).post(`http://${host}:9/`, {}, '{}')
    expect(await post('nothing.example')).toMatchObject({ outcome: 'unreachable', detail: 'ENOTFOUND' })
    expect(await post('broken.example')).toMatchObject({ outcome: 'unreachable', detail: 'ESERVFAIL' })
    const silent = await post('silent.example')
    expect(silent.outcome).toBe('timeout')
    expect(silent.durationMs).toBeLessThan(2_000)
  })

  test('whose servers are silent holds up no other', async () => {
    const resolve = resolveByNameServers([await nameServer()])
    const { port } = await receiver()
    const outgoing = egress({ deadlineMs: 3_000, resolve })
    const post = (host: string) => outgoing.post(`http://${host}:${port}/`, {}, '{}')
    const silent = Array.from({ length: 20 }, (_, index) => post(`silent-${index}.example`))
    const quick = await post('shop.example')
    expect(quick.outcome).toBe('accepted')
    expect(quick.durationMs).toBeLessThan(1_000)
    expect(new Set((await Promise.all(silent)).map((one) => one.outcome))).toEqual(new Set(['timeout']))
  })

  test('whose servers know one family and keep silent about the other is reached all the same', async () => {
    const resolve = resolveByNameServers([await nameServer()])
    const { port } = await receiver()
    const attempt = await egress({ deadlineMs: 3_000, resolve }).post(
      `http://half.example:${port}/`,
      {},
      '{}',
    )
    expect(attempt.outcome).toBe('accepted')
    expect(attempt.durationMs).toBeLessThan(1_500)
  })

  test('that leads elsewhere at its second look is judged by the address that is connected to', async () => {
    const resolve = resolveByNameServers([await nameServer()])
    const { port, connections } = await receiver()
    const outcomes: (string | null)[] = []
    for (let round = 0; round < 2; round++) {
      // A connection that is kept needs no second look.
      const { outcome, detail } = await egress({ resolve }).post(`http://turns.example:${port}/`, {}, '{}')
      outcomes.push(outcome, detail)
    }
    expect(outcomes).toEqual(['accepted', null, 'refused', 'ADDRESS_REFUSED'])
    expect(connections()).toBe(1)
  })

  // RFC 1035: twelve bytes of head, then the name as counted labels, then type and class.
  const headBytes = 12

  function hostOf(question: Buffer): string {
    const labels: string[] = []
    let at = headBytes
    for (let length = question[at]!; length > 0; length = question[at]!) {
      labels.push(question.toString('latin1', at + 1, at + 1 + length).toLowerCase())
      at += 1 + length
    }
    return labels.join('.')
  }

  /** What follows the question, such as EDNS. */
  function additionalBytes(question: Buffer): number {
    return question.length - headBytes - (hostOf(question).length + 2) - 4
  }

  function answerTo(question: Buffer, code: number, address: readonly number[] | undefined): Buffer {
    const asked = question.subarray(headBytes, question.length - additionalBytes(question))
    const isFound = code === 0 && address !== undefined
    const head = Buffer.from([
      question[0]!,
      question[1]!,
      0x81,
      0x80 | code,
      0,
      1,
      0,
      isFound ? 1 : 0,
      0,
      0,
      0,
      0,
    ])
    const found = isFound
      ? Buffer.from([0xc0, headBytes, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address])
      : Buffer.alloc(0)
    return Buffer.concat([head, asked, found])
  }
})
