import { afterAll, beforeAll, expect, it } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { open, pay, submit } from '../../test/support/sandbox-shopper.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { sandboxPspAdapter } from '../payments/sandbox-psp.ts'
import { testCardOf } from './test-card.ts'

// Races need a server with more than one connection.
let stand: Stand
let dispose: () => Promise<void>

beforeAll(async () => {
  const db = await testDatabase({ engine: 'postgres' })
  stand = await standUp(db.database)
  dispose = db.dispose
})
afterAll(async () => {
  await stand?.close()
  await dispose?.()
})

it('pays once when the same form is sent many times at once', async () => {
  const { url, pspReference } = await begin()
  const page = await open(url)
  const sent = await piledUp(pspReference, () => {
    return Array.from({ length: 12 }, () => pay(page, { number: testCardOf('success')!.number }))
  })
  for (const after of sent) expect(after.location).toBe('https://shop.example/')
  expect(await rowOf(pspReference)).toMatchObject({ status: 'paid', attempts: 1 })
  expect(await notificationsOf(pspReference)).toBe(1)
})

it('counts one declined card when the same form is sent many times at once', async () => {
  const { url, pspReference } = await begin()
  const page = await open(url)
  const sent = Array.from({ length: 12 }, () => pay(page, { number: testCardOf('decline')!.number }))
  for (const after of await Promise.all(sent)) expect(after.location).toBe(url)
  expect(await rowOf(pspReference)).toMatchObject({ status: 'open', attempts: 1 })
})

it('ends either paid or cancelled when both are pressed at once, and tells it once', async () => {
  for (let round = 0; round < 5; round++) {
    const { url, pspReference } = await begin()
    const page = await open(url)
    await piledUp(pspReference, () => [
      pay(page, { number: testCardOf('success')!.number }),
      submit(`${url}/cancel`, {}),
    ])
    const { status, paidAt } = await rowOf(pspReference)
    expect(['paid', 'cancelled']).toContain(status)
    expect(paidAt !== null).toBe(status === 'paid')
    expect(await notificationsOf(pspReference)).toBe(1)
  }
})

it('never gives back more than was paid when refunds race', async () => {
  const { url, pspReference } = await begin()
  await pay(await open(url), { number: testCardOf('success')!.number })
  const money = { minor: 200n, currency: 'GBP' }
  const asked = Array.from({ length: 8 }, (_, index) =>
    adapter().refund({ pspReference, reference: `r${index}`, money }, crypto.randomUUID()),
  )
  const kinds = (await Promise.all(asked)).map(({ kind }) => kind).sort()
  expect(kinds).toEqual([...Array(2).fill('done'), ...Array(6).fill('rejected')])
  expect((await rowOf(pspReference)).refundedMinor).toBe(400n)
})

async function begin() {
  const outcome = await adapter().createSession(
    {
      reference: crypto.randomUUID(),
      money: { minor: 500n, currency: 'GBP' },
      description: 'A contribution',
      locale: 'en-GB',
      returnUrl: 'https://shop.example/',
      expiresAt: new Date(Date.now() + 1_800_000),
    },
    crypto.randomUUID(),
  )
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
  return { pspReference: outcome.value.pspReference, url: outcome.value.redirectUrl }
}

/** Keeps the payment's row locked until the requests have had time to arrive at it, so that they meet for certain. */
async function piledUp<T>(pspReference: string, send: () => Promise<T>[]): Promise<T[]> {
  let sent: Promise<T>[] = []
  await stand.options.database.transaction(async (tx) => {
    await tx.query('select id from sandbox_psp_payment where id = $1 for update', [pspReference])
    sent = send()
    await new Promise((resolve) => setTimeout(resolve, 300))
  })
  return Promise.all(sent)
}

function adapter() {
  const { apiKey, notificationSecret } = stand.options
  return sandboxPspAdapter({ baseUrl: () => stand.baseUrl, apiKey, notificationSecret })
}

async function rowOf(id: string) {
  const rows = await stand.options.database.query<{
    status: string
    attempts: number
    paidAt: Date | null
    refundedMinor: bigint
  }>(
    `select status, attempts, paid_at as "paidAt", refunded_minor as "refundedMinor" from sandbox_psp_payment
     where id = $1`,
    [id],
  )
  return rows[0]!
}

async function notificationsOf(id: string): Promise<number> {
  const rows = await stand.options.database.query(
    `select event_id from sandbox_psp_notification where payment_id = $1`,
    [id],
  )
  return rows.length
}
