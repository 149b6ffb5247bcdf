/**
 * What every adapter has to keep, whichever provider is behind it. For tests: an adapter's own test file calls this with
 * a way to reach the provider, or a stateful fake of it, and a way to pay there as a shopper would.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Money } from '../../src/kernel/money.ts'
import type { NotificationHeaders, Psp } from '../../src/payments/psp.ts'
import { refunds } from './psp-conformance-refunds.ts'
import { reversals, voids } from './psp-conformance-reversals.ts'
import { settlements } from './psp-conformance-settlements.ts'
import {
  after,
  becomes,
  begin,
  eventually,
  newSession,
  paidSession,
  price,
  unique,
  value,
} from './psp-conformance-steps.ts'

/**
 * What a shopper does at the provider's page. Each ends when the shopper has no more to do there; what their bank does
 * later comes by itself.
 */
export type ShopperStory =
  | 'pays'
  | 'is declined'
  | 'approves a challenge'
  | 'refuses a challenge'
  | 'pays, known later'
  | 'fails, known later'
  | 'pays, refunds fail later'
  | 'pays, refunds take a while'
  /** The dispute is opened a while after paying, and decided for us a while after that. */
  | 'pays, disputes and we win'
  | 'pays, disputes and we lose'

export interface PspHarness {
  readonly psp: Psp
  shop(redirectUrl: string, story: ShopperStory): Promise<void>
  /** Gives money back as somebody in the provider's own dashboard would: without a reference of ours. */
  refundAtTheProvider(pspReference: string, money: Money): Promise<void>
  /** Lets the provider pay out all that it holds for us, so that each line so far has a batch. */
  payOutAtTheProvider(): Promise<void>
  /** Calls a payment off in the dashboard before it is settled; absent where the provider has no such thing. */
  voidAtTheProvider?(pspReference: string): Promise<void>
  /** Notifications received so far, as they came. */
  notifications(): readonly { readonly rawBody: Uint8Array; readonly headers: NotificationHeaders }[]
  close(): Promise<void>
}

/** What not every provider has. */
export interface PspCan {
  /** Calling a payment off before it is settled; the harness then has `voidAtTheProvider`. */
  readonly voids: boolean
}

export function describePsp(
  name: string,
  open: () => Promise<PspHarness>,
  can: PspCan = { voids: false },
): void {
  describe(`${name} keeps the port`, () => {
    const harness = opened(open)
    sessions(harness)
    outcomes(harness)
    refunds(harness)
    reversals(harness)
    if (can.voids) voids(harness)
    settlements(harness)
    notifications(harness)
  })
}

/** The cases that need no shopper, for a provider whose page only a person can use. */
export function describePspWithoutShopper(
  name: string,
  open: () => Promise<Pick<PspHarness, 'psp' | 'close'>>,
): void {
  describe(`${name} keeps the port, as far as nobody pays`, () => {
    sessions(opened(open))
  })
}

function opened<T extends Pick<PspHarness, 'close'>>(open: () => Promise<T>): () => T {
  let harness: T | undefined
  beforeAll(async () => {
    harness = await open()
  })
  afterAll(() => harness?.close())
  return () => harness!
}

function sessions(harness: () => Pick<PspHarness, 'psp'>): void {
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
    const found = value(await psp.findByReference(command.reference, new Date()))
    expect(found?.pspReference).toBe(session.pspReference)
  })

  it('knows nothing of what was never made', async () => {
    const { psp } = harness()
    const notFound = { kind: 'rejected', code: 'not_found' }
    expect(await psp.findByReference(unique(), new Date())).toEqual({ kind: 'done', value: undefined })
    expect(await psp.fetchPayment(unique())).toEqual(notFound)
    expect(await psp.fetchRefund(unique())).toEqual(notFound)
    expect(await psp.fetchDispute(unique())).toEqual(notFound)
    expect(await psp.fetchReversals(unique())).toEqual(notFound)
    expect((await psp.expireSession(unique(), unique())).kind).toBe('rejected')
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

  it('expires a session once and for all', async () => {
    const { psp } = harness()
    const { session } = await begin(psp)
    expect(value(await psp.expireSession(session.pspReference, unique())).status).toBe('expired')
    expect(value(await psp.expireSession(session.pspReference, unique())).status).toBe('expired')
    const expired = value(await psp.fetchPayment(session.pspReference))
    expect(expired).toMatchObject({ status: 'expired', refundedMinor: 0n })
    expect(expired.redirectUrl).toBeUndefined()
  })

  it('has given nothing back of what nobody has paid', async () => {
    const { psp } = harness()
    const { session } = await begin(psp)
    expect(value(await psp.fetchReversals(session.pspReference))).toEqual({ refunds: [], disputes: [] })
    expect(value(await psp.findRefund(session.pspReference, unique()))).toBeUndefined()
    const command = { pspReference: session.pspReference, reference: unique(), money: price }
    expect((await psp.refund(command, unique())).kind).toBe('rejected')
    expect((await psp.refund({ ...command, pspReference: unique() }, unique())).kind).toBe('rejected')
  })
}

function outcomes(harness: () => PspHarness): void {
  it('takes no money for an expired session, and expires no paid one', async () => {
    const { psp, shop } = harness()
    const { session } = await begin(psp)
    value(await psp.expireSession(session.pspReference, unique()))
    await shop(session.redirectUrl, 'pays').catch(() => undefined)
    expect(value(await psp.fetchPayment(session.pspReference)).status).toBe('expired')
    const paid = await paidSession(harness())
    expect((await psp.expireSession(paid, unique())).kind).toBe('rejected')
    expect(value(await psp.fetchPayment(paid)).status).toBe('paid')
  })

  it('finds the paid one of several payments with our reference', async () => {
    const { psp, shop } = harness()
    const { session, command } = await begin(psp)
    value(await psp.createSession(command, unique()))
    await shop(session.redirectUrl, 'pays')
    value(await psp.createSession(command, unique()))
    const found = value(await psp.findByReference(command.reference, new Date()))
    expect(found).toMatchObject({ pspReference: session.pspReference, status: 'paid' })
  })

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
