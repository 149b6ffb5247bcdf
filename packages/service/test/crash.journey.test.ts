// Kill -9 at any moment of a contribution leaves, after a restart, no contribution or a complete one: paid once, booked,
// recorded and told. The service runs compiled, in a process of its own; the moments are chosen by chance, from a seed.
// Not for what the database engines promise by themselves (database-*.test.ts).

import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/kernel/database.ts'
import { openEmbedded } from '../src/kernel/embedded.ts'
import {
  brokenLaws,
  countOutcomes,
  letTimePass,
  type Outcomes,
  owedEvents,
  unfinishedWork,
} from './crash-books.ts'
import { slowRequest, untilDeaf } from './crash-drain.ts'
import { launchService, quietPort, type ServiceProcess } from './crash-process.ts'
import { type Receiver, startReceiver } from './crash-receiver.ts'
import { type Action, diceOf, Traffic } from './crash-traffic.ts'
import { engines, type TestDatabase, testDatabase } from './support/database.ts'
import { call, organisationExample, sessionExample } from './support/service.ts'

const seed = Number(process.env.EKKO_TEST_CRASH_SEED ?? 20_261_121)
/** As many rounds as there is time for, and at least two; more time finds more. */
const budgetMs = Number(process.env.EKKO_TEST_CRASH_MS ?? 12_000)
const roundsMin = 2
const apiKey = `ek_test_${'crash'.repeat(8)}`
/** Of the rounds, those that kill a service which may still be mending the crash before. */
const crashInRecoveryShare = 0.3
/** Of the crashes, those after which the test looks into the database before the next service does. */
const inspectedShare = 0.7
/** The latest kill, as a share of what the first round took; a later round has more to do. Late kills are more likely. */
const latestKill = 1.5
const recoveryMaxMs = 40_000
/** A refund that the provider settles late takes one more look. */
const recoveryPassesMax = 4
/** What nobody is told of, such as an attempt that never reached the provider, gets this long in the first pass. */
const breathMs = 1_500
const testTimeoutMs = 120_000

describe.each(engines)('a service on %s', (engine) => {
  let data: TestDatabase
  let receiver: Receiver
  let port: number
  const running = new Set<ServiceProcess>()

  beforeAll(async () => {
    data = await testDatabase({ engine })
    if (engine === 'embedded') await data.database.close()
    receiver = await startReceiver()
    port = await quietPort()
  })
  afterAll(async () => {
    for (const service of running) service.signal('SIGKILL')
    await Promise.all([...running].map((service) => service.ended))
    await receiver.close()
    await data.dispose()
  })

  const launch = (onPort = port) => {
    const dataDir = data.dataDir ?? '.'
    const service = launchService({ port: onPort, dataDir, apiKey, databaseUrl: data.url })
    running.add(service)
    void service.ended.then(() => running.delete(service))
    return service
  }
  const start = async () => {
    const service = launch()
    await service.ready
    return service
  }
  const kill = async (service: ServiceProcess) => {
    service.signal('SIGKILL')
    // A code would mean that it had ended by itself.
    expect(await service.ended).toBeNull()
  }

  /** Opens the database while no service runs, as the next service would. */
  async function inspect<T>(look: (database: Database) => Promise<T>): Promise<T> {
    if (engine === 'postgres') return look(data.database)
    const database = await openEmbedded({
      dataDir: data.dataDir!,
      template: undefined,
      onWarning: () => undefined,
    })
    try {
      return await look(database)
    } finally {
      await database.close()
    }
  }

  const failure = (where: string, cause: unknown) =>
    new Error(`${where} on ${engine}, EKKO_TEST_CRASH_SEED=${seed}: ${(cause as Error).message}`, { cause })

  const rootOf = async ({ origin }: ServiceProcess): Promise<{ organisationId: string }> => {
    const { status, body } = await call(origin, apiKey, 'GET', '/v3/organisations/me')
    expect(status).toBe(200)
    return body
  }

  it('that is killed over and over loses nothing and does nothing twice', {
    timeout: testTimeoutMs,
  }, async () => {
    const dice = diceOf(seed)
    const traffic = new Traffic({
      origin: `http://127.0.0.1:${port}`,
      apiKey,
      receiver,
      ...(await openShop()),
    })
    const beganMs = performance.now()
    let owed: string[] = []
    // The first round is not cut short: it shows how long one takes on this machine.
    let roundMs = 0
    for (let round = 0; round <= roundsMin || performance.now() - beganMs < budgetMs; round++) {
      try {
        const inRecovery = dice() < crashInRecoveryShare
        const actions = traffic.plan(dice, roundMs)
        const killAfterMs = Math.sqrt(dice()) * roundMs * latestKill
        const tookMs = await crash(actions, inRecovery ? [] : owed, round === 0 ? undefined : killAfterMs)
        roundMs ||= tookMs
        // Sometimes the next service finds the files just as this one left them.
        owed = dice() < inspectedShare ? await inspect(lookAndWait) : []
      } catch (cause) {
        throw failure(`round ${round}`, cause)
      }
    }
    const outcomes = await recover(traffic, owed).catch((cause) => {
      throw failure('recovery', cause)
    })
    expect(outcomes.paid).toBeGreaterThan(0)
    expect(outcomes.reversed).toBeGreaterThan(0)
    expect(receiver.faults).toEqual([])
  })

  it('that is told to stop answers what is under way and leaves in good order', async () => {
    const service = await start()
    const { organisationId } = await rootOf(service)
    const request = await slowRequest(
      port,
      '/v3/post-purchase/sessions',
      apiKey,
      sessionExample(organisationId),
    )
    service.signal('SIGTERM')
    await untilDeaf(port)
    const { status, body } = await request.finish()
    expect(status).toBe(201)
    expect(await service.ended).toBe(0)
    request.close()
    expect(service.complaints()).toBe('')
    const stored = await inspect((database) =>
      database.query('select id from post_purchase_session where id = $1', [body.sessionId]),
    )
    expect(stored).toHaveLength(1)
    const next = await start()
    expect(next.complaints()).toBe('')
    await kill(next)
  })

  it('refuses a second one on the same data folder, or shares a server with it', async () => {
    const first = await start()
    const second = launch(await quietPort())
    if (engine === 'postgres') {
      await second.ready
      await Promise.all([rootOf(first), rootOf(second)])
      return kill(second).then(() => kill(first))
    }
    expect(await second.ended).toBe(1)
    expect(second.complaints()).toContain(`${data.dataDir} is in use by process ${first.processId}`)
    await rootOf(first)
    await kill(first)
  })

  /** An organisation that is told of its contributions. */
  async function openShop(): Promise<{ organisationId: string }> {
    const service = await start()
    const create = async (path: string, body: unknown) =>
      (await call(service.origin, apiKey, 'POST', path, body)).body
    const root = await rootOf(service)
    const { organisationId } = await create('/v3/organisations', organisationExample(root.organisationId))
    const endpoint = await create('/v3/webhook-endpoints', { organisationId, url: receiver.url })
    receiver.secret = endpoint.secret
    service.signal('SIGTERM')
    expect(await service.ended).toBe(0)
    return { organisationId }
  }

  /** Starts, lets the service catch up with what it owes, does everything at once, and kills in the middle of it. */
  async function crash(
    actions: readonly Action[],
    owed: readonly string[],
    killAfterMs: number | undefined,
  ): Promise<number> {
    const service = await start()
    expect(await receiver.missing(owed, recoveryMaxMs)).toEqual([])
    const beganMs = performance.now()
    const ended = Promise.allSettled(actions.map((act) => act()))
    if (killAfterMs === undefined) await ended
    else await pause(killAfterMs)
    const tookMs = performance.now() - beganMs
    await kill(service)
    for (const outcome of await ended) {
      if (outcome.status === 'fulfilled' || isCutOff(outcome.reason)) continue
      throw new Error(`${outcome.reason}\n${service.complaints()}`, { cause: outcome.reason })
    }
    expect(service.complaints()).not.toContain('"level":"error"')
    return tookMs
  }

  /** Whatever was begun comes to its end when the service is left alone. */
  async function recover(traffic: Traffic, owedAtFirst: readonly string[]): Promise<Outcomes> {
    let owed = owedAtFirst
    for (let pass = 1; ; pass++) {
      const service = await start()
      await traffic.askAgain()
      const [missing] = await Promise.all([receiver.missing(owed, recoveryMaxMs), pause(pass * breathMs)])
      expect(missing).toEqual([])
      service.signal('SIGTERM')
      expect(await service.ended).toBe(0)
      const found = await inspect(async (database) => ({
        owed: await lookAndWait(database),
        unfinished: await unfinishedWork(database),
        outcomes: await countOutcomes(database),
      }))
      owed = found.owed
      const left = [...found.unfinished, ...traffic.unanswered(), ...(await receiver.missing(owed, 0))]
      if (left.length === 0) return found.outcomes
      if (pass === recoveryPassesMax) throw new Error(`never made good: ${left.join('; ')}`)
    }
  }

  async function lookAndWait(database: Database): Promise<string[]> {
    expect(await brokenLaws(database)).toEqual([])
    await letTimePass(database)
    return owedEvents(database)
  }
})

/** The connection broke: what to expect of a service that dies. */
function isCutOff(reason: unknown): boolean {
  return reason instanceof TypeError && ['fetch failed', 'terminated'].includes(reason.message)
}
