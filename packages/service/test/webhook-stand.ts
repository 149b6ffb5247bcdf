// What tests of webhook delivery stand on: a fresh database, an organisation, a receiver that answers as it is told, and
// events that nothing but the test made happen. Not for tests that go through the API.

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { appendEvent } from '../src/events/events.ts'
import { settableClock } from '../src/kernel/clock.ts'
import type { Context } from '../src/kernel/context.ts'
import type { Database } from '../src/kernel/database.ts'
import { newId } from '../src/kernel/id.ts'
import { silentLog } from '../src/kernel/log.ts'
import { type Engine, type TestDatabase, testDatabase } from './support/database.ts'
import { sampleOrganisation } from './support/sample.ts'

export type Answer = (response: ServerResponse, eventId: string, index: number) => void

export interface Receiver {
  readonly url: string
  /** Ids of the events that came, in order. */
  readonly got: string[]
  close(): Promise<void>
}

export async function startReceiver(answer: Answer = (response) => response.end()): Promise<Receiver> {
  const got: string[] = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = String(request.headers['webhook-id'])
      answer(response, id, got.push(id) - 1)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    got,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

export interface DeliveryRow {
  readonly id: string
  readonly eventId: string
  readonly status: string
  readonly attempts: number
}

export interface AttemptRow {
  readonly outcome: string
  readonly counted: boolean
}

export interface Stand {
  readonly data: TestDatabase
  readonly clock: ReturnType<typeof settableClock>
  readonly context: Context
  readonly shopId: string
  /** Appends events one after the other and answers their ids once they are committed. */
  emit(count?: number, database?: Database): Promise<string[]>
  deliveriesOf(endpointId: string): Promise<DeliveryRow[]>
  attemptsOf(endpointId: string): Promise<AttemptRow[]>
  /** Cancels what earlier tests left: a dispatcher sends for everybody. */
  clear(): Promise<void>
}

export async function webhookStand(engine: Engine): Promise<Stand> {
  const data = await testDatabase({ engine })
  const clock = settableClock(new Date())
  const { id: shopId } = await sampleOrganisation(data.database, clock)
  const keys = { master: new Uint8Array(32).fill(7) }
  const origin = 'http://127.0.0.1:4000'
  return {
    data,
    clock,
    shopId,
    context: { environment: 'sandbox', origin, database: data.database, clock, log: silentLog, keys },
    async emit(count = 1, database = data.database) {
      const ids = Array.from({ length: count }, () => newId(clock.now().getTime()))
      for (const id of ids) {
        await database.transaction((tx) =>
          appendEvent(tx, database, newEvent({ id, organisationId: shopId, at: clock.now() })),
        )
      }
      return ids
    },
    deliveriesOf: (endpointId) =>
      data.database.query<DeliveryRow>(
        'select id, event_id as "eventId", status, attempts from delivery where endpoint_id = $1 order by next_at, id',
        [endpointId],
      ),
    attemptsOf: (endpointId) =>
      data.database.query<AttemptRow>(
        `select a.outcome, a.counted from delivery_attempt a join delivery d on d.id = a.delivery_id
         where d.endpoint_id = $1 order by a.id`,
        [endpointId],
      ),
    async clear() {
      await data.database.query(
        "update delivery set status = 'cancelled', lease_until = null, lease_token = null where status = 'pending'",
      )
    },
  }
}

export function newEvent({ id, organisationId, at }: { id: string; organisationId: string; at: Date }) {
  return {
    id,
    organisationId,
    type: 'IMPACT_PAYMENT' as const,
    objectId: id,
    objectSequence: 1,
    body: JSON.stringify({ eventId: id }),
    createdAt: at,
  }
}
