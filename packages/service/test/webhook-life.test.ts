// Random lives of deliveries, each step done by the real SQL and by a model of it (webhook-life.ts): events, claims, answers
// of all kinds, crashes, and merchants who pause, move, rotate, replay and delete in between. After every step the tables
// must agree with the model; at the end nothing that was acknowledged may be unaccounted for.
// EKKO_TEST_WEBHOOK_LIVES says how many (12 when absent).

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendEvent } from '../src/events/events.ts'
import { newId } from '../src/kernel/id.ts'
import { claimDeliveries, leaseMs } from '../src/webhooks/claims.ts'
import { type Attempt, judge } from '../src/webhooks/delivery.ts'
import {
  pauseEndpoint,
  resumeEndpoint,
  rotateSecret,
  updateEndpoint,
} from '../src/webhooks/endpoint-changes.ts'
import { createEndpoint, deleteEndpoint } from '../src/webhooks/endpoints.ts'
import { pausedAfterFailures } from '../src/webhooks/health.ts'
import { recordHealth } from '../src/webhooks/health-records.ts'
import { closeLeftovers } from '../src/webhooks/leftovers.ts'
import { replayDelivery, replayEndpoint } from '../src/webhooks/replays.ts'
import { settleDeliveries } from '../src/webhooks/settlements.ts'
import { engines } from './support/database.ts'
import { Model, type ModelEndpoint } from './webhook-life.ts'
import { newEvent, type Stand, webhookStand } from './webhook-stand.ts'

const lives = Number(process.env.EKKO_TEST_WEBHOOK_LIVES ?? 12)
const stepsMax = 80
const stepsToTheEndMax = 400
const secretsMax = 4
const day = 86_400_000

type Command = fc.AsyncCommand<Model, Stand>

/** Says what it did, so that a life that went wrong can be read. */
function step(name: string, run: (model: Model, stand: Stand) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, stand) {
      stand.clock.set(new Date(model.now))
      await run(model, stand)
      await model.expectAgrees(stand)
    },
    toString: () => name,
  }
}

const answers = {
  accepted: { outcome: 'accepted', httpStatus: 200 },
  broken: { outcome: 'rejected', httpStatus: 500 },
  tooMuch: { outcome: 'rejected', httpStatus: 429 },
  gone: { outcome: 'rejected', httpStatus: 410 },
  late: { outcome: 'timeout', httpStatus: null },
  interrupted: { outcome: 'interrupted', httpStatus: null },
} as const

const publish = (object: number, commits: boolean) =>
  step(`publish(${object}, ${commits})`, async (model, { data: { database }, shopId }) => {
    const id = newId(model.now)
    const at = new Date(model.now)
    // One object of the model is another one in each life.
    const objectId = `${model.endpoints[0]!.id.slice(0, -1)}${object}`
    const objectSequence = model.sequenceOf(object)
    const event = { ...newEvent({ id, organisationId: shopId, at }), objectId, objectSequence }
    const appending = database.transaction(async (tx) => {
      await appendEvent(tx, database, event)
      if (!commits) throw new Error('rolled back')
    })
    if (!commits) return expect(appending).rejects.toThrow('rolled back')
    await appending
    model.events.set(id, { object, sequence: objectSequence, createdAt: model.now })
    await addMade(model, database, id)
  })

/** Takes the ids of deliveries that were made from the tables; that they are the right ones is compared. */
async function addMade(model: Model, database: Stand['data']['database'], eventId: string): Promise<void> {
  const known = new Set(model.deliveries.map((one) => one.id))
  const rows = await database.query<{ id: string; endpointId: string }>(
    'select id, endpoint_id as "endpointId" from delivery where event_id = $1',
    [eventId],
  )
  for (const endpoint of model.subscribed()) {
    const made = rows.find((one) => one.endpointId === endpoint.id && !known.has(one.id))
    if (made !== undefined) model.add(made.id, eventId, endpoint)
  }
  const inModel = model.deliveries.filter((one) => one.eventId === eventId).map((one) => one.id)
  expect(rows.map((one) => one.id).sort()).toEqual(inModel.sort())
}

const claim = step('claim', async (model, { data }) => {
  const candidates = model.endpoints.map(({ id }) => ({
    endpointId: id,
    sending: model.sending.filter((one) => one.endpointId === id).length,
  }))
  const room = { total: 64, failing: 48 }
  model.claimed(await claimDeliveries(data.database, new Date(model.now), randomUUID(), room, candidates))
})

const end = (pick: number, answer: keyof typeof answers, isLost: boolean) =>
  step(`end(${pick}, ${answer}, ${isLost})`, async (model, { data: { database } }) => {
    const open = isLost ? model.lost : model.sending
    if (open.length === 0) return
    const ended = open[pick % open.length]!
    const attempt: Attempt = {
      durationMs: 1,
      detail: null,
      answer: null,
      retryAfter: undefined,
      ...answers[answer],
    }
    const now = new Date(model.now)
    const verdict = judge(attempt, ended.attempts, now, 0)
    const id = newId(model.now)
    const said = { id, claim: ended, attempt, verdict, startedAt: now, settledAt: now }
    const counted = (await settleDeliveries(database, [said])).has(id)
    if (counted) {
      const health = await recordHealth(database, ended, attempt, now)
      if (health?.disabled !== undefined) await closeLeftovers(database, now, [ended.endpointId])
    }
    expect(counted).toBe(model.ended(ended, attempt))
  })

const crash = step('crash', async (model) => {
  model.lost.push(...model.sending.splice(0))
})

const advance = (ms: number) =>
  step(`advance(${ms})`, async (model) => {
    model.now += ms
  })

/** Something a merchant does to one of the endpoints that are still there. */
const change = (
  name: string,
  pick: number,
  act: (endpoint: ModelEndpoint, model: Model, stand: Stand) => Promise<unknown>,
) =>
  step(`${name}(${pick})`, async (model, stand) => {
    const live = model.endpoints.filter((one) => !one.isDeleted)
    const endpoint = live[pick % live.length]
    if (endpoint !== undefined) await act(endpoint, model, stand)
  })

const pauseOne = (pick: number) =>
  change('pause', pick, async (endpoint, _model, { context, shopId }) => {
    const pausing = pauseEndpoint(context, shopId, endpoint.id)
    if (endpoint.isDisabled) return expect(pausing).rejects.toMatchObject({ code: 'CONFLICT' })
    await pausing
    endpoint.isPaused = true
  })

const resumeOne = (pick: number) =>
  change('resume', pick, async (endpoint, model, { context, shopId }) => {
    await resumeEndpoint(context, shopId, endpoint.id)
    if (endpoint.isDisabled) model.trustAgain(endpoint)
    Object.assign(endpoint, { isPaused: false, isDisabled: false })
  })

const moveOne = (pick: number) =>
  change('move', pick, async (endpoint, model, { context, shopId }) => {
    endpoint.url = `${endpoint.url}x`
    await updateEndpoint(context, shopId, endpoint.id, { url: endpoint.url })
    model.trustAgain(endpoint)
    for (const one of model.deliveries) {
      if (one.endpoint === endpoint && one.status === 'pending') one.nextAt = Math.min(one.nextAt, model.now)
    }
  })

const deleteOne = (pick: number) =>
  change('delete', pick, async (endpoint, model, { context, shopId }) => {
    await deleteEndpoint(context, shopId, endpoint.id)
    endpoint.isDeleted = true
    model.closeLeftovers(endpoint)
  })

const rotateOne = (pick: number, overlapSeconds: number) =>
  change('rotate', pick, async (endpoint, model, { context, shopId, data }) => {
    const until = model.now + overlapSeconds * 1000
    // A secret that was made in this very millisecond ends a microsecond later.
    const secrets = endpoint.secrets.map((one) => ({
      ...one,
      until: one.until > until ? Math.max(until, one.from + 0.001) : one.until,
    }))
    const rotating = rotateSecret(context, shopId, endpoint.id, { overlapSeconds })
    if (secrets.filter((one) => one.until > model.now).length >= secretsMax) {
      return expect(rotating).rejects.toMatchObject({ code: 'CONFLICT' })
    }
    await rotating
    const known = secrets.map((one) => one.id)
    const [made] = await data.database.query<{ id: string }>(
      'select id from webhook_secret where endpoint_id = $1 and id <> all ($2::uuid[])',
      [endpoint.id, known],
    )
    endpoint.secrets = [...secrets, { id: made!.id, from: model.now, until: Number.POSITIVE_INFINITY }]
  })

/** Ten failures in a row, which chance would rarely bring. */
const wearDown = (pick: number) =>
  change('wearDown', pick, async ({ id }, model, stand) => {
    for (let failed = 0; failed < pausedAfterFailures; failed++) {
      await advance(300_000).run(model, stand)
      await claim.run(model, stand)
      const at = model.sending.findIndex((one) => one.endpointId === id)
      if (at >= 0) await end(at, 'broken', false).run(model, stand)
    }
  })

const replayOne = (pick: number) =>
  step(`replay(${pick})`, async (model, { context, shopId }) => {
    const open = model.deliveries.filter((one) => !one.endpoint.isDeleted && !one.endpoint.isDisabled)
    const delivery = open[pick % open.length]
    if (delivery === undefined) return
    await replayDelivery(context, shopId, delivery.id)
    model.replay(delivery)
  })

const replayAll = (pick: number, scope: 'all' | 'undelivered') =>
  change(`replayAll:${scope}`, pick, async (endpoint, model, { context, shopId, data }) => {
    const replaying = replayEndpoint(context, shopId, endpoint.id, { scope, createdFrom: startedAt(model) })
    if (endpoint.isDisabled) return expect(replaying).rejects.toMatchObject({ code: 'CONFLICT' })
    await replaying
    for (const [eventId, { createdAt }] of model.events) {
      if (createdAt >= model.now) continue
      const known = model.deliveries.find((one) => one.eventId === eventId && one.endpoint === endpoint)
      if (known === undefined) await addMade(model, data.database, eventId)
      else if (scope === 'all' || known.status !== 'delivered') model.replay(known)
    }
  })

const lookAround = step('lookAround', async (model, { data }) => {
  for (const endpoint of model.endpoints) {
    await closeLeftovers(data.database, new Date(model.now), [endpoint.id])
    model.closeLeftovers(endpoint)
  }
})

const starts = new WeakMap<Model, number>()
const startedAt = (model: Model) => new Date(starts.get(model)!).toISOString()

const which = fc.nat({ max: 99 })
const steps: fc.Arbitrary<Command>[] = [
  ...Array(4).fill(fc.tuple(fc.nat({ max: 2 }), fc.constant(true)).map((args) => publish(...args))),
  fc.nat({ max: 2 }).map((object) => publish(object, false)),
  ...Array(5).fill(fc.constant(claim)),
  ...Array(3).fill(which.map((pick) => end(pick, 'accepted', false))),
  ...Array(3).fill(
    fc
      .tuple(which, fc.constantFrom('broken', 'broken', 'late', 'tooMuch', 'gone', 'interrupted'))
      .map(([pick, answer]) => end(pick, answer, false)),
  ),
  fc.tuple(which, fc.constantFrom('accepted', 'broken')).map(([pick, answer]) => end(pick, answer, true)),
  fc.constant(crash),
  ...Array(3).fill(fc.constantFrom(1, 1_000, 5_000, leaseMs, 300_000, 3_600_000, day).map(advance)),
  which.map(pauseOne),
  ...Array(2).fill(which.map(resumeOne)),
  which.map(moveOne),
  which.map(wearDown),
  fc.tuple(which, fc.constantFrom(0, 60, 86_400)).map((args) => rotateOne(...args)),
  which.map(replayOne),
  fc.tuple(which, fc.constantFrom('all', 'undelivered')).map((args) => replayAll(...args)),
  fc.constant(lookAround),
  // Each ends what can happen to an endpoint, so they are rare.
  fc.tuple(which, fc.nat({ max: 4 })).map(([pick, chance]) => (chance === 0 ? deleteOne(pick) : claim)),
]

describe.each(engines)('deliveries on %s', (engine) => {
  let stand: Stand
  let nextLifeAt = Date.now()
  beforeAll(async () => {
    stand = await webhookStand(engine)
  })
  afterAll(() => stand.data.dispose())

  async function begin(): Promise<Model> {
    // Lives share the organisation; none sees the endpoints of the one before, and its events lie in the past.
    await stand.data.database.query('update webhook_endpoint set deleted_at = now() where deleted_at is null')
    const model = new Model(nextLifeAt)
    starts.set(model, nextLifeAt)
    stand.clock.set(new Date(model.now))
    for (const ordered of [false, true, false]) {
      const url = `http://127.0.0.1:9/${model.endpoints.length}`
      const { id } = await createEndpoint(stand.context, stand.shopId, { url, ordered })
      const [secret] = await stand.data.database.query<{ id: string }>(
        'select id from webhook_secret where endpoint_id = $1',
        [id],
      )
      model.addEndpoint(id, url, ordered, secret!.id)
    }
    return model
  }

  /** Everybody is well from now on. What was acknowledged has then arrived, or says itself why it never will. */
  async function toTheEnd(model: Model): Promise<void> {
    await crash.run(model, stand)
    for (const one of model.endpoints.keys()) await resumeOne(one).run(model, stand)
    for (let made = 0; model.deliveries.some((one) => one.status === 'pending'); made++) {
      expect(made).toBeLessThan(stepsToTheEndMax)
      await lookAround.run(model, stand)
      await claim.run(model, stand)
      if (model.sending.length > 0) await end(0, 'accepted', false).run(model, stand)
      else await advance(day).run(model, stand)
    }
    for (const { status, endpoint } of model.deliveries) {
      if (status === 'cancelled') expect(endpoint.isDeleted).toBe(true)
    }
  }

  test(
    `live ${lives} random lives as the model says`,
    async () => {
      const life = fc.asyncProperty(
        fc.commands(steps, { maxCommands: stepsMax, size: 'max' }),
        async (commands) => {
          const model = await begin()
          try {
            await fc.asyncModelRun(() => ({ model, real: stand }), commands)
            await toTheEnd(model)
          } finally {
            nextLifeAt = model.now + 400 * day
          }
        },
      )
      await fc.assert(life, { numRuns: lives, endOnFailure: false })
    },
    60_000 + lives * 10_000,
  )
})
