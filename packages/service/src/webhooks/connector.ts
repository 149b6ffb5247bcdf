/**
 * Opens the sockets that webhooks travel on, and only to addresses that are allowed.
 * Not for URLs (`endpoint-url.ts`) nor for HTTP (`egress.ts`).
 * Law: the address checked is the address connected to. Names are checked in the lookup that the connection itself
 * makes, so that a second answer of the DNS cannot differ; literals are checked here, since Node never looks them up.
 */
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { type AgentOptions, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Environment } from '../kernel/context.ts'
import { isAddressAllowed } from './address.ts'

/** All addresses of a name, as `dns.lookup` gives them. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** Knows the hosts file and a local network's names, as a receiver under development needs it. */
export const systemResolve: Resolve = lookup

const nameServerTimeoutMs = 2_000
const nameServerTries = 2
/** Some name servers answer for one family only and are silent for the other. */
const otherFamilyMs = 250

/**
 * Asks the name servers, those of the machine by default, and takes no thread for it. The system's own lookup has four
 * threads for the whole process: four endpoints whose name servers keep silent would hold up everybody else.
 */
export function resolveByNameServers(servers: readonly string[] = []): Resolve {
  const resolver = new Resolver({ timeout: nameServerTimeoutMs, tries: nameServerTries })
  if (servers.length > 0) resolver.setServers(servers)
  return (hostname, _options, callback) => {
    addressesOf(resolver, hostname).then(
      (addresses) => callback(null, addresses),
      (error) => callback(error, []),
    )
  }
}

/** @throws the error for IPv4 when there is no address of either family */
async function addressesOf(resolver: Resolver, hostname: string): Promise<LookupAddress[]> {
  const found: LookupAddress[] = []
  const keep = (family: 4 | 6) => (addresses: readonly string[]) => {
    for (const address of addresses) found.push({ address, family })
  }
  const both = [resolver.resolve4(hostname).then(keep(4)), resolver.resolve6(hostname).then(keep(6))]
  await Promise.any(both).catch(({ errors }: AggregateError) => Promise.reject(errors[0]))
  await Promise.race([Promise.allSettled(both), pause(otherFamilyMs, undefined, { ref: false })])
  return found
}

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
