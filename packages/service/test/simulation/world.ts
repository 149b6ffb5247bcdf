/**
 * What one lane of the simulation is made of: a provider with its own truth, a database, the service’s living process, the
 * time, and what the merchants and shoppers remember. Lanes share nothing, so that each can be replayed alone.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { loadFactorSet } from '@ekko/footprint/node-factor-sets'
import type { Context } from '../../src/kernel/context.ts'
import { openDeployment } from '../../src/organisations/deployment.ts'
import type { PspHint } from '../../src/payments/psp.ts'
import type { Rates } from '../../src/quotes/rates.ts'
import { offerServices, type Services, servicesFor } from '../../src/services.ts'
import type { SessionRow } from '../../src/sessions/sessions.ts'
import type { Chance } from './chance.ts'
import { faultyDatabase, type Sabotage } from './faulty-database.ts'
import { Life } from './life.ts'
import { kwdPerUsd, type Merchant, makeMerchants } from './organisations.ts'
import { type SimPayment, SimProvider } from './sim-provider.ts'
import { SimPsp, type Way, type Weather } from './sim-psp.ts'
import type { Store } from './stores.ts'
import { isInjected } from './verdict.ts'

export interface LaneOptions {
  readonly seed: string
  readonly lane: number
  readonly operations: number
  readonly organisations: number
  readonly store: Store
  /** How often the database is lost and restored from a backup, twice by default. */
  readonly losses?: number
  /** Told from time to time how many operations are done. */
  readonly onProgress?: (operations: number) => void
  /** Errors put in on purpose, for tests of the simulation itself. */
  readonly sabotage?: Sabotage
  readonly paysTwice?: boolean
}

/** A notification on its way; the provider sends it again until it is accepted. */
export interface Notification {
  readonly hint: PspHint
  dueAt: number
}

export interface Shop {
  readonly session: SessionRow
  readonly merchant: Merchant
}

/** A reversal that a merchant asked for, to ask again with the same id. */
export interface Request {
  readonly id: string
  readonly payment: SimPayment
  readonly amount: number | null
  readonly initiatedBy: 'merchant' | 'consumer' | 'operator'
  readonly askedAt: number
}

export interface World {
  readonly options: LaneOptions
  readonly factorSet: FactorSet
  readonly provider: SimProvider
  readonly psp: SimPsp
  readonly way: Way
  readonly weather: Weather
  readonly merchants: readonly Merchant[]
  readonly counts: Map<string, number>
  readonly mailbox: Notification[]
  /** Latest last, a bounded number of each. */
  shops: Shop[]
  requests: Request[]
  /** The true time, which the provider knows. */
  now: number
  /** How far our clock is off. */
  skewMs: number
  operation: number
  chance: Chance
  services: Services
  life: Life
  readonly feeds: Map<string, FeedReader>
  endLongTransaction: (() => Promise<void>) | undefined
  /** Problems that the service logged and that no fault explains. */
  readonly surprises: string[]
}

export interface FeedReader {
  cursor: string | undefined
  seen: number
  /** The last event of each allocation. */
  readonly sequences: Map<string, number>
}

const start = Date.parse('2026-03-01T00:00:00Z')
export const master = Buffer.alloc(32, 7)
/** The simulation goes on for years; rates are imported daily by somebody else. */
const importedRates: Rates = {
  find: async (_, date) => ({ date, perUsd: { KWD: kwdPerUsd }, source: 'simulated' }),
}

export async function makeWorld(options: LaneOptions, chance: Chance): Promise<World> {
  const factorSet = await loadFactorSet()
  const counts = new Map<string, number>()
  const weather: Weather = { fault: 0, misreport: 0, chance: chance.fork('begin') }
  const mailbox: Notification[] = []
  const provider: SimProvider = new SimProvider(
    () => world.now,
    (hint, isCertain) => post(world, hint, isCertain),
  )
  provider.paysTwice = options.paysTwice ?? false
  const way: Way = {
    provider,
    weather,
    now: () => world.now,
    count: (name) => count(world, name),
    operation: () => `#${world.operation}`,
    life: new Life(() => undefined),
    isRestored: false,
  }
  const psp = new SimPsp(way)

  const world: World = {
    options,
    factorSet,
    provider,
    psp,
    way,
    weather,
    merchants: [],
    counts,
    mailbox,
    shops: [],
    requests: [],
    now: start,
    skewMs: 0,
    operation: 0,
    chance: weather.chance,
    services: undefined as never,
    life: way.life,
    feeds: new Map(),
    endLongTransaction: undefined,
    surprises: [],
  }
  await openDeployment(options.store.database, { now: () => new Date(start) }, 'sandbox', null)
  live(world)
  const merchants = await makeMerchants(
    world.services.context,
    factorSet,
    options.organisations,
    chance.fork('merchants'),
  )
  return Object.assign(world, { merchants })
}

const noPages = (): never => {
  throw new Error('the simulation has no pages')
}

/** A new process: nothing is left of the one before but what it wrote. */
export function live(world: World): void {
  world.life.end()
  const life = new Life(world.way.count)
  world.way.life = life
  world.life = life
  const { store, sabotage } = world.options
  const database = faultyDatabase(store.database, { life, killBackend: store.killBackend, sabotage })
  const context: Context = {
    environment: 'sandbox',
    origin: 'http://ekko.example',
    database,
    clock: { now: () => new Date(world.now + world.skewMs) },
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (message, fields) => noteError(world, message, fields),
    },
    keys: { master },
  }
  const offer = { ...offerServices(context, world.factorSet), rates: importedRates }
  world.services = servicesFor(offer, {
    psp: world.psp,
    mailer: null,
    receiptMail: noPages,
    component: async () => noPages(),
    appearanceFaults: noPages,
    onAccessChange: () => undefined,
    onChange: () => undefined,
  })
}

export function count(world: World, name: string): void {
  world.counts.set(name, (world.counts.get(name) ?? 0) + 1)
}

/** What the service says of a provider that reports other amounts; those are injected too. */
const expectedMessages = /reports another (payment|refund) than was asked for|in another currency/

function noteError(world: World, message: string, fields: Record<string, unknown> | undefined): void {
  if (expectedMessages.test(message)) return
  if (fields?.cause !== undefined && isInjected(fields.cause)) return
  const cause = fields?.cause instanceof Error ? (fields.cause.stack ?? fields.cause.message) : ''
  world.surprises.push(`logged: ${message} ${cause}`)
}

const lateMs = 3 * 86_400_000

/** The provider sends a notification: at once or days late, once or twice, or never. */
function post(world: World, hint: PspHint, isCertain: boolean): void {
  const { chance, mailbox, now } = world
  const kind = chance.weighted([
    ['soon', 80],
    ['twice', 10],
    ['three days late', 4],
    ['lost', isCertain ? 0 : 6],
  ] as const)
  if (kind !== 'soon') count(world, `notification ${kind}`)
  if (kind === 'lost') return
  const dueAt = now + (kind === 'three days late' ? lateMs : chance.between(0, 20_000))
  mailbox.push({ hint, dueAt })
  if (kind === 'twice') mailbox.push({ hint, dueAt: dueAt + chance.between(0, 60_000) })
}
