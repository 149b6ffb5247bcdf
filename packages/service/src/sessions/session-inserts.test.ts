// Sessions that are written together arrive whole, each by itself, whatever their texts hold.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { ConsumerSeals, type KeptConsumer } from '../consumers/consumer.ts'
import { consumerIn } from '../consumers/consumers.ts'
import { newId } from '../kernel/id.ts'
import { type SessionInsertion, sessionInsertsIn } from './session-inserts.ts'

const nasty = ['{"a":"b,c"}', '\\\'"{},NULL', 'null', '', 'é🌱\u202e', 'line\nbreak\ttab']
const at = '2026-11-21T10:00:00.123Z'

const seals = new ConsumerSeals(new Uint8Array(32).fill(7))

function insertion(
  over: Partial<SessionInsertion> = {},
  consumer = { reference: 'consumer_123', countryCode: 'GBR' },
): SessionInsertion {
  const id = () => newId(Date.now())
  const consumerId = id()
  return {
    sessionId: id(),
    quoteId: id(),
    consumerId,
    organisationId: id(),
    ...seals.seal(consumerId, consumerId, consumer),
    impactType: 'carbon',
    locale: 'en-GB',
    currency: 'GBP',
    transactionMinor: '4797',
    merchant: null,
    orderItems: null,
    footprint: '{}',
    terms: '{}',
    kind: 'post_purchase',
    variant: 'embedded',
    createdAt: at,
    expiresAt: at,
    linkExpiresAt: at,
    ...over,
  }
}

describe.each(engines)('sessions written on %s', (engine) => {
  let data: TestDatabase
  beforeAll(async () => {
    data = await testDatabase({ engine })
  })
  afterAll(() => data.dispose())

  const stored = async ({ sessionId }: SessionInsertion) => {
    const [row] = await data.database.query<{ consumer: KeptConsumer }>(
      `select ${consumerIn('q.consumer_id')} as consumer, q.merchant, q.order_items as "orderItems", q.transaction_minor as minor, s.created_at as at
       from post_purchase_session s join quote q on q.id = s.quote_id
       where s.id = $1`,
      [sessionId],
    )
    if (row === undefined) return undefined
    const { consumer, ...rest } = row
    return { ...rest, reference: seals.reference(consumer) }
  }

  it('many at once are all there, with every text as it was', async () => {
    const { insert } = sessionInsertsIn(data.database)
    const rows = Array.from({ length: 200 }, (_, index) => {
      const text = nasty[index % nasty.length]!
      return insertion(
        { merchant: JSON.stringify({ name: text }), transactionMinor: `${index + 1}` },
        { reference: `${index} ${text}`, countryCode: 'GBR' },
      )
    })
    await Promise.all(rows.map(insert))
    for (const [index, row] of rows.entries()) {
      expect(await stored(row)).toEqual({
        reference: `${index} ${nasty[index % nasty.length]}`,
        merchant: { name: nasty[index % nasty.length] },
        orderItems: null,
        minor: BigInt(index + 1),
        at: new Date(at),
      })
    }
  })

  it('one that is refused fails alone', async () => {
    const { insert } = sessionInsertsIn(data.database)
    const first = insertion()
    await insert(first)
    const others = Array.from({ length: 10 }, () => insertion())
    const twice = insertion({ sessionId: first.sessionId })
    const wrong = insertion({ impactType: 'neither' })
    const outcomes = await Promise.allSettled(
      [...others.slice(0, 5), twice, wrong, ...others.slice(5)].map(insert),
    )
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(5).fill('fulfilled'),
      'rejected',
      'rejected',
      ...Array(5).fill('fulfilled'),
    ])
    for (const row of others) expect(await stored(row)).toMatchObject({ reference: 'consumer_123' })
    expect(
      await data.database.query('select id from quote where id = any($1::uuid[])', [
        [twice.quoteId, wrong.quoteId],
      ]),
    ).toEqual([])
  })
})
