import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { guardedAgent, systemResolve } from './connector.ts'

// The URL is checked before in `egress.ts`; here the connector is proved to hold on its own.
const forms = [
  '127.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  'localhost',
]

test.each(['http:', 'https:'] as const)(
  'in production no form of loopback gets a socket over %s',
  async (scheme) => {
    let connections = 0
    const server = createServer((socket) => {
      connections++
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const { port } = server.address() as AddressInfo
    const codeOf = (host: string, environment: 'production' | 'sandbox') =>
      new Promise((resolve) => {
        const agent = guardedAgent(scheme, environment, systemResolve, false)
        request(new URL(`${scheme}//${host}:${port}/`), { agent, protocol: scheme })
          .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
          .end()
      })
    for (const host of forms)
      expect([host, await codeOf(host, 'production')]).toEqual([host, 'ADDRESS_REFUSED'])
    expect(connections).toBe(0)
    expect(await codeOf('127.0.0.1', 'sandbox')).toBe('ECONNRESET')
    expect(connections).toBe(1)
    await new Promise((resolve) => server.close(resolve))
  },
)
