/**
 * Opens the sockets that webhooks travel on, and only to addresses that are allowed.
 * Not for URLs (`endpoint-url.ts`) nor for HTTP (`egress.ts`).
 * Law: the address checked is the address connected to. Names are checked in the lookup that the connection itself
 * makes, so that a second answer of the DNS cannot differ; literals are checked here, since Node never looks them up.
 */
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { type AgentOptions, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Environment } from '../kernel/context.ts'
import { isAddressAllowed } from './address.ts'

/** All addresses of a name, as `dns.lookup` gives them. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export const systemResolve: Resolve = lookup

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
  readonly code = 'ADDRESS_REFUSED'
}

type Connected = (error: Error | null, stream: Duplex) => void

/** The agent for one scheme. `keepAlive` false gives each request a socket of its own. */
export function guardedAgent(
  scheme: 'http:' | 'https:',
  environment: Environment,
  resolve: Resolve,
  keepAlive: boolean,
): HttpAgent | HttpsAgent {
  const lookup = guardedLookup(environment, resolve)
  const isAllowed = (host: string | null | undefined) =>
    typeof host === 'string' && (isIP(host) === 0 || isAddressAllowed(host, environment))
  return scheme === 'https:'
    ? new GuardedHttpsAgent({ ...socketOptions, keepAlive, lookup, rejectUnauthorized: true }, isAllowed)
    : new GuardedHttpAgent({ ...socketOptions, keepAlive, lookup }, isAllowed)
}

// Below the five seconds after which many servers close an idle connection.
const idleMs = 4_000
// As many as there are quick attempts: many endpoints may live on one host, and a platform answers for all its shops.
const freeSocketsPerHostMax = 64
const socketOptions: AgentOptions = {
  keepAliveMsecs: idleMs,
  timeout: idleMs,
  maxFreeSockets: freeSocketsPerHostMax,
}

class GuardedHttpAgent extends HttpAgent {
  readonly #isAllowed: (host: string | null | undefined) => boolean
  constructor(options: AgentOptions, isAllowed: (host: string | null | undefined) => boolean) {
    super(options)
    this.#isAllowed = isAllowed
  }
  override createConnection(options: Parameters<HttpAgent['createConnection']>[0], callback?: Connected) {
    if (this.#isAllowed(options.host)) return super.createConnection(options, callback)
    callback?.(new AddressRefused('the address is not one we may call'), undefined as never)
    return undefined
  }
}

class GuardedHttpsAgent extends HttpsAgent {
  readonly #isAllowed: (host: string | null | undefined) => boolean
  constructor(
    options: ConstructorParameters<typeof HttpsAgent>[0],
    isAllowed: (host: string | null | undefined) => boolean,
  ) {
    super(options)
    this.#isAllowed = isAllowed
  }
  override createConnection(options: Parameters<HttpsAgent['createConnection']>[0], callback?: Connected) {
    if (this.#isAllowed(options.host)) return super.createConnection(options, callback)
    callback?.(new AddressRefused('the address is not one we may call'), undefined as never)
    return undefined
  }
}

function guardedLookup(environment: Environment, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      const allowed = addresses.filter(({ address }) => isAddressAllowed(address, environment))
      const first = allowed[0]
      if (first === undefined)
        return callback(new AddressRefused('the name leads to no address we may call'), [])
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family)
    })
  }
}
