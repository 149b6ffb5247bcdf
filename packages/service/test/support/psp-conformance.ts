/**
 * What every adapter has to keep, whichever provider is behind it. For tests: an adapter's own test file calls this with
 * a way to reach the provider, or a stateful fake of it, and a way to pay there as a shopper would.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Money } from '../../src/kernel/money.ts'
import type {
  NewPspSession,
  NotificationHeaders,
  Outcome,
  Psp,
  PspPayment,
  PspSession,
} from '../../src/payments/psp.ts'

/** What a shopper does at the provider's page. Each ends when the shopper has no more to do there. */
export type ShopperStory =
  | 'pays'
  | 'is declined'
  | 'approves a challenge'
  | 'refuses a challenge'
  | 'pays, known later'
  | 'fails, known later'
  | 'pays, refunds fail later'
  | 'pays, refunds take a while'

export interface PspHarness {
  readonly psp: Psp
  shop(redirectUrl: string, story: ShopperStory): Promise<void>
  /** Notifications received so far, as they came. */
  notifications(): readonly { readonly rawBody: Uint8Array; readonly headers: NotificationHeaders }[]
  close(): Promise<void>
}

const price: Money = { minor: 1_001n, currency: 'GBP' }
const lifeMs = 3_600_000
const patienceMs = 10_000
const lookEveryMs = 20

export function describePsp(name: string, open: () => Promise<PspHarness>): void {
  describe(`${name} keeps the port`, () => {
    let harness: PspHarness | undefined
    beforeAll(async () => {
      harness = await open()
    })
    afterAll(() => harness?.close())
    const current = () => harness!
    sessions(current)
    outcomes(current)
    refunds(current)
    lateRefunds(current)
    notifications(current)
  })
}

function sessions(harness: () => PspHarness): void {
  it('opens a session that can be fetched, found by our reference and paid nowhere else', async () => {
    const { psp } = harness()
    const { session, command } = await begin(psp)
    const fetched = value(await psp.fetchPayment(session.pspReference))
    expect(fetched).toMatchObject({
      reference: command.reference,
      status: 'open',
      money: price,
      refundedMinor: 0n,
    })
    expect(fetched.redirectUrl).toBe(session.redirectUrl)
    expect(value(await psp.findByReference(command.reference))?.pspReference).toBe(session.pspReference)
  })

  it('knows nothing of what was never made', async () => {
    const { psp } = harness()
    expect(await psp.findByReference(unique())).toEqual({ kind: 'done', value: undefined })
    expect(await psp.fetchPayment(unique())).toEqual({ kind: 'rejected', code: 'not_found' })
  })

  it('answers the same key with the same session, and refuses it for another payment', async () => {
    const { psp } = harness()
    const { session, command, key } = await begin(psp)
    expect(value(await psp.createSession(command, key))).toEqual(session)
    const dearer = { ...command, money: { ...price, minor: price.minor + 1n } }
    expect((await psp.createSession(dearer, key)).kind).toBe('rejected')
    expect(value(await psp.createSession(command, unique())).pspReference).not.toBe(session.pspReference)
  })

  it('makes one session of one key however many ask at once', async () => {
    const { psp } = harness()
    const command = newSession()
    const key = unique()
    const asked = await Promise.all(Array.from({ length: 5 }, () => psp.createSession(command, key)))
    const references = asked.flatMap((outcome) =>
      outcome.kind === 'done' ? [outcome.value.pspReference] : [],
    )
    expect(new Set(references).size).toBe(1)
    // A provider may ask some of them to come again, but never says that the request itself was wrong.
    expect(asked.every(({ kind }) => kind === 'done' || kind === 'unknown')).toBe(true)
  })

  it('expires a session once and for all, and never a paid one', async () => {
    const { psp, shop } = harness()
    const { session } = await begin(psp)
    expect(value(await psp.expireSession(session.pspReference, unique())).status).toBe('expired')
    expect(value(await psp.expireSession(session.pspReference, unique())).status).toBe('expired')
    await shop(session.redirectUrl, 'pays').catch(() => undefined)
    expect(value(await psp.fetchPayment(session.pspReference)).status).toBe('expired')
    const paid = await paidSession(harness())
    expect((await psp.expireSession(paid, unique())).kind).toBe('rejected')
  })
}

function outcomes(harness: () => PspHarness): void {
  for (const story of ['pays', 'approves a challenge'] as const) {
    it(`is paid when the shopper ${story}`, async () => {
      const payment = await after(harness(), story, 'paid')
      expect(payment).toMatchObject({ money: price, refundedMinor: 0n })
      expect(payment.paidAt).toBeInstanceOf(Date)
      expect(payment.redirectUrl).toBeUndefined()
    })
  }

  for (const story of ['is declined', 'refuses a challenge'] as const) {
    it(`is not paid when the shopper ${story}, and says why`, async () => {
      const { psp, shop } = harness()
      const { session } = await begin(psp)
      await shop(session.redirectUrl, story)
      const payment = value(await psp.fetchPayment(session.pspReference))
      expect(['open', 'failed']).toContain(payment.status)
      expect(payment.failureCode).toEqual(expect.any(String))
      expect(payment.paidAt).toBeUndefined()
    })
  }

  it('is pending until it is paid, when that takes a while', async () => {
    const { psp, shop } = harness()
    const { session } = await begin(psp)
    await shop(session.redirectUrl, 'pays, known later')
    const payment = value(await psp.fetchPayment(session.pspReference))
    expect(['pending', 'paid']).toContain(payment.status)
    await becomes(psp, session.pspReference, 'paid')
  })

  it('fails late, when that takes a while', async () => {
    expect((await after(harness(), 'fails, known later', 'failed')).failureCode).toEqual(expect.any(String))
  })
}

function refunds(harness: () => PspHarness): void {
  it('gives money back in parts, to the last minor unit and no further', async () => {
    const { psp } = harness()
    const pspReference = await paidSession(harness())
    const part = (minor: bigint) =>
      psp.refund({ pspReference, reference: unique(), money: { ...price, minor } }, unique())
    expect((await part(1n)).kind).toBe('done')
    expect((await part(600n)).kind).toBe('done')
    expect(await part(401n)).toMatchObject({ kind: 'rejected' })
    const last = await part(400n)
    expect(last).toMatchObject({ kind: 'done', value: { status: 'succeeded', money: { minor: 400n } } })
    expect(await part(1n)).toMatchObject({ kind: 'rejected' })
    expect(value(await psp.fetchPayment(pspReference))).toMatchObject({
      status: 'paid',
      refundedMinor: price.minor,
    })
  })

  it('gives money back once for one key, and refuses the key for another amount', async () => {
    const { psp } = harness()
    const pspReference = await paidSession(harness())
    const command = { pspReference, reference: unique(), money: { ...price, minor: 300n } }
    const key = unique()
    const first = value(await psp.refund(command, key))
    expect(value(await psp.refund(command, key)).refundReference).toBe(first.refundReference)
    const other = { ...command, money: { ...price, minor: 301n } }
    expect((await psp.refund(other, key)).kind).toBe('rejected')
    expect(value(await psp.fetchPayment(pspReference)).refundedMinor).toBe(300n)
    expect(value(await psp.fetchRefund(first.refundReference))).toEqual(first)
    expect(value(await psp.findRefund(pspReference, command.reference))).toEqual(first)
    expect(await psp.findRefund(pspReference, unique())).toEqual({ kind: 'done', value: undefined })
  })

  it('gives nothing back of what was never paid', async () => {
    const { psp } = harness()
    const { session } = await begin(psp)
    const command = { pspReference: session.pspReference, reference: unique(), money: price }
    expect((await psp.refund(command, unique())).kind).toBe('rejected')
    expect((await psp.refund({ ...command, pspReference: unique() }, unique())).kind).toBe('rejected')
  })
}

function lateRefunds(harness: () => PspHarness): void {
  const endings = [
    ['pays, refunds fail later', 'failed', 0n],
    ['pays, refunds take a while', 'succeeded', price.minor],
  ] as const
  for (const [story, status, refundedMinor] of endings) {
    it(`tells of a refund that ${status} late`, async () => {
      const { psp } = harness()
      const { pspReference } = await after(harness(), story, 'paid')
      const outcome = await psp.refund({ pspReference, reference: unique(), money: price }, unique())
      const refund = value(outcome)
      await eventually(async () => {
        expect(value(await psp.fetchRefund(refund.refundReference)).status).toBe(status)
      })
      expect(value(await psp.fetchPayment(pspReference)).refundedMinor).toBe(refundedMinor)
    })
  }
}

function notifications(harness: () => PspHarness): void {
  it('sends notifications that verify, point at the payment and are no proof once touched or old', async () => {
    const { psp } = harness()
    const pspReference = await paidSession(harness())
    await eventually(async () => {
      const hints = harness()
        .notifications()
        .map(({ rawBody, headers }) => psp.verifyNotification(rawBody, headers, new Date()))
      expect(hints).toContainEqual({
        kind: 'verified',
        value: expect.objectContaining({ pspReference, kind: 'payment', eventId: expect.any(String) }),
      })
    })
    const { rawBody, headers } = harness().notifications().at(-1)!
    const touched = Buffer.from(rawBody)
    touched[touched.length - 2] = touched[touched.length - 2]! ^ 1
    const dayMs = 86_400_000
    expect(psp.verifyNotification(touched, headers, new Date()).kind).toBe('rejected')
    expect(psp.verifyNotification(rawBody, {}, new Date()).kind).toBe('rejected')
    expect(psp.verifyNotification(rawBody, headers, new Date(Date.now() + dayMs)).kind).toBe('rejected')
    expect(psp.verifyNotification(rawBody, headers, new Date(Date.now() - dayMs)).kind).toBe('rejected')
  })
}

async function begin(psp: Psp): Promise<{ session: PspSession; command: NewPspSession; key: string }> {
  const command = newSession()
  const key = unique()
  return { session: value(await psp.createSession(command, key)), command, key }
}

function newSession(): NewPspSession {
  return {
    reference: unique(),
    money: price,
    description: 'A contribution',
    locale: 'en-GB',
    returnUrl: 'https://shop.example/thanks?order=1',
    expiresAt: new Date(Date.now() + lifeMs),
  }
}

async function after(
  harness: PspHarness,
  story: ShopperStory,
  status: PspPayment['status'],
): Promise<PspPayment> {
  const { session } = await begin(harness.psp)
  await harness.shop(session.redirectUrl, story)
  return becomes(harness.psp, session.pspReference, status)
}

async function paidSession(harness: PspHarness): Promise<string> {
  return (await after(harness, 'pays', 'paid')).pspReference
}

async function becomes(psp: Psp, pspReference: string, status: PspPayment['status']): Promise<PspPayment> {
  return eventually(async () => {
    const payment = value(await psp.fetchPayment(pspReference))
    expect(payment.status).toBe(status)
    return payment
  })
}

function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done' || outcome.kind === 'pending') return outcome.value
  throw new Error(`expected a value, got ${JSON.stringify(outcome)}`)
}

async function eventually<T>(look: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + patienceMs
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() > giveUpAt) throw error
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  }
}

function unique(): string {
  return crypto.randomUUID()
}
