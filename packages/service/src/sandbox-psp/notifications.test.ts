import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { payWith } from '../../test/support/sandbox-shopper.ts'
import { type Stand, standUp } from '../../test/support/sandbox-stand.ts'
import { settableClock } from '../kernel/clock.ts'
import { sandboxPspAdapter } from '../payments/sandbox-psp.ts'
import type { CardCase } from './test-card.ts'
import { startSandboxPspWork, workOnce } from './work.ts'

const delayMs = 8_000
const lifeMs = 1_800_000
let clock: ReturnType<typeof settableClock>
let db: TestDatabase
let stand: Stand

beforeAll(async () => {
  db = await testDatabase({ engine: 'embedded' })
})
afterAll(() => db?.dispose())

beforeEach(async () => {
  clock = settableClock(new Date('2026-03-01T12:00:00Z'))
  await db.database.query(
    'truncate sandbox_psp_payment, sandbox_psp_account, sandbox_psp_idempotency cascade',
  )
  stand = await standUp(db.database, { clock, delayMs })
})
afterEach(() => stand?.close())

const work = () => workOnce(stand.options, new AbortController().signal)
const events = () => stand.received.map(({ rawBody }) => JSON.parse(rawBody.toString()))

describe('notifications', () => {
  it('tell of a payment once, and of nothing while it is only open', async () => {
    const { url, pspReference } = await begin()
    await work()
    expect(stand.received).toHaveLength(0)
    await payWith(url, 'success')
    await work()
    await work()
    expect(events()).toMatchObject([{ type: 'payment.changed', payment: pspReference }])
    expect(JSON.stringify(events())).not.toContain('paid')
  })

  it('come again, signed anew, until a receiver that was down takes them', async () => {
    await payWith((await begin()).url, 'success')
    stand.answerWith(500)
    await work()
    await work()
    expect(stand.received).toHaveLength(1)
    clock.advance(1_000)
    await work()
    expect(stand.received).toHaveLength(2)
    stand.answerWith(204)
    clock.advance(5_000)
    await work()
    clock.advance(86_400_000)
    await work()
    const [first, , third] = stand.received
    expect(stand.received).toHaveLength(3)
    expect(third!.rawBody).toEqual(first!.rawBody)
    const psp = adapter()
    const now = new Date('2026-03-01T12:00:06Z')
    expect(psp.verifyNotification(third!.rawBody, third!.headers, now)).toMatchObject({ kind: 'verified' })
    expect(third!.headers['sandbox-psp-signature']).not.toBe(first!.headers['sandbox-psp-signature'])
  })

  it('are given up after a bounded number of attempts', async () => {
    await payWith((await begin()).url, 'success')
    stand.answerWith(503)
    for (let round = 0; round < 20; round++) {
      await work()
      clock.advance(86_400_000)
    }
    expect(stand.received).toHaveLength(11)
    const rows = await db.database.query(
      'select attempts, next_at, delivered_at, last_error from sandbox_psp_notification',
    )
    expect(rows).toEqual([{ attempts: 11, next_at: null, delivered_at: null, last_error: 'status 503' }])
  })

  it('survive a sender that died in the middle', async () => {
    await payWith((await begin()).url, 'success')
    const dying = new AbortController()
    dying.abort()
    await workOnce(stand.options, dying.signal)
    expect(stand.received).toHaveLength(0)
    // One that had no time to write down its failure leaves a lease behind.
    await db.database.query(`update sandbox_psp_notification set next_at = $1`, [
      new Date(clock.now().getTime() + 15_000),
    ])
    clock.advance(14_999)
    await work()
    expect(stand.received).toHaveLength(0)
    clock.advance(1)
    await work()
    expect(stand.received).toHaveLength(1)
  })
})

describe('delayed outcomes', () => {
  it.each([
    ['delayed_success', 'paid'],
    ['delayed_failure', 'failed'],
  ] as const)('%s is pending until its time and then %s', async (cardCase, status) => {
    const { pspReference } = await begin(cardCase)
    clock.advance(delayMs - 1)
    await work()
    expect(await statusOf(pspReference)).toBe('pending')
    clock.advance(1)
    await work()
    expect(await statusOf(pspReference)).toBe(status)
    expect(events()).toHaveLength(2)
  })

  it('gives back what a failed refund held', async () => {
    const { pspReference } = await begin('refund_failure')
    const money = { minor: 200n, currency: 'GBP' }
    const asked = await adapter().refund({ pspReference, reference: 'r', money }, 'refund')
    expect(asked).toMatchObject({ kind: 'pending', value: { status: 'pending' } })
    expect(await refunded(pspReference)).toBe(200n)
    clock.advance(delayMs)
    await work()
    expect(await refunded(pspReference)).toBe(0n)
    const reference = asked.kind === 'pending' ? asked.value.refundReference : ''
    expect(await adapter().fetchRefund(reference)).toMatchObject({
      kind: 'done',
      value: { status: 'failed', failureCode: 'refund_failed' },
    })
    expect(events().filter(({ type }) => type === 'refund.changed')).toHaveLength(2)
  })

  it('expires what nobody paid, and says so', async () => {
    const { pspReference } = await begin()
    clock.advance(lifeMs)
    await work()
    expect(await statusOf(pspReference)).toBe('expired')
    expect(events()).toMatchObject([{ payment: pspReference }])
  })

  it('forgets idempotency keys after their time and not before', async () => {
    await begin()
    const keys = () => db.database.query('select key from sandbox_psp_idempotency')
    clock.advance(86_400_000)
    await work()
    expect(await keys()).toHaveLength(1)
    clock.advance(1)
    await work()
    expect(await keys()).toHaveLength(0)
  })
})

describe('the loop', () => {
  it('sends at once when something happens, and stops when told', async () => {
    const loop = startSandboxPspWork(stand.options)
    await payWith((await begin()).url, 'success')
    await expect.poll(() => stand.received.length, { timeout: 900 }).toBe(1)
    await loop.stop()
    await payWith((await begin()).url, 'success')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(stand.received).toHaveLength(1)
  })
})

async function begin(cardCase?: CardCase) {
  const outcome = await adapter().createSession(
    {
      reference: crypto.randomUUID(),
      money: { minor: 500n, currency: 'GBP' },
      description: 'A contribution',
      locale: 'en-GB',
      returnUrl: 'https://shop.example/',
      expiresAt: new Date(clock.now().getTime() + lifeMs),
    },
    crypto.randomUUID(),
  )
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
  const { pspReference, redirectUrl: url } = outcome.value
  if (cardCase !== undefined) await payWith(url, cardCase)
  return { pspReference, url }
}

function adapter() {
  const { apiKey, notificationSecret } = stand.options
  return sandboxPspAdapter({ baseUrl: () => stand.baseUrl, apiKey, notificationSecret })
}

async function fetched(pspReference: string) {
  const outcome = await adapter().fetchPayment(pspReference)
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
  return outcome.value
}

const statusOf = async (pspReference: string) => (await fetched(pspReference)).status
const refunded = async (pspReference: string) => (await fetched(pspReference)).refundedMinor
