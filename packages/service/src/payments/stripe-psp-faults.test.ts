import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fault, type StripeFake, startStripeFake } from '../../test/support/stripe-fake/server.ts'
import { Secret } from '../kernel/secret.ts'
import { disagreement } from './payment.ts'
import type { NewPspSession, Outcome, Psp } from './psp.ts'
import { stripePsp } from './stripe-psp.ts'

let fake: StripeFake
let psp: Psp
let hasty: Psp

beforeAll(async () => {
  fake = await startStripeFake({ delayMs: 0 })
  const adapter = (deadlineMs: number) =>
    stripePsp({
      secretKey: new Secret(fake.secretKey),
      webhookSecrets: [new Secret(fake.webhookSecret)],
      server: fake.server,
      deadlineMs,
    })
  psp = await adapter(10_000)
  hasty = await adapter(100)
})
afterAll(() => fake?.close())

const everyFault: readonly Fault[] = [
  'closes before',
  'closes after',
  'conflicts',
  'limits',
  'fails before, for ever',
  'fails after, for ever',
  'truncates',
  'answers another shape',
  'is slow',
]
/** The SDK sends a request once more when the socket was closed, so that it takes two for a call to fail. */
const timesOf = (fault: Fault) => (fault.startsWith('closes') ? 2 : 1)

describe.each(everyFault)('when Stripe %s', (fault) => {
  it('does not know the outcome of any call, and knows it afterwards', async () => {
    const command = newSession()
    const known = ok(await psp.createSession(command, command.reference))
    const paid = await paidSession()
    const refund = { pspReference: paid, reference: unique(), money: { minor: 1n, currency: 'GBP' } }
    const made = ok(await psp.refund({ ...refund, reference: unique() }, unique()))
    const intent = fake.account.session(paid).payment_intent
    const charge = fake.account.chargeOf(fake.account.get('payment_intent', String(intent)))
    const dispute = fake.account.openDispute(charge, 100)
    charge.disputed = false
    const calls: { readonly [name: string]: (psp: Psp) => Promise<Outcome<unknown>> } = {
      createSession: (psp) => psp.createSession(newSession(), unique()),
      fetchPayment: (psp) => psp.fetchPayment(paid),
      refund: (psp) => psp.refund({ ...refund, reference: unique() }, unique()),
      findByReference: (psp) => psp.findByReference(command.reference, new Date()),
      fetchRefund: (psp) => psp.fetchRefund(made.refundReference),
      findRefund: (psp) => psp.findRefund(paid, refund.reference),
      fetchDispute: (psp) => psp.fetchDispute(dispute.id),
      fetchReversals: (psp) => psp.fetchReversals(paid),
      // Whatever the answer to this one, the session is looked at afterwards.
      ...(fault !== 'answers another shape' && {
        expireSession: (psp) => psp.expireSession(known.pspReference, unique()),
      }),
    }
    const hurried = fault === 'is slow' ? hasty : psp
    for (const [name, call] of Object.entries(calls)) {
      fake.fault(fault, timesOf(fault))
      expect([name, (await call(hurried)).kind]).toEqual([name, 'unknown'])
      fake.forgetKeys()
      expect([name, (await call(psp)).kind]).toEqual([name, 'done'])
    }
    fake.fault(fault, timesOf(fault), /balance_transactions/)
    await expect(lines(hurried)).rejects.toThrow('Stripe did not tell')
  })
})

it('opens one session and gives back once, whatever goes wrong on the way', async () => {
  const faults = fc.array(fc.constantFrom(...everyFault), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(faults, faults, async (whileOpening, whileRefunding) => {
      const command = newSession()
      for (const fault of whileOpening) fake.fault(fault, timesOf(fault), /sessions$/)
      const { pspReference } = await persist(
        () => adapterFor(whileOpening).createSession(command, command.reference),
        async () => {
          const found = await psp.findByReference(command.reference, new Date())
          return found.kind === 'done' ? found.value : undefined
        },
      )
      await fake.shop(fake.account.session(pspReference).url!, 'card')
      const refund = { pspReference, reference: unique(), money: { minor: 300n, currency: 'GBP' } }
      for (const fault of whileRefunding) fake.fault(fault, timesOf(fault), /refunds$/)
      await persist(
        () => adapterFor(whileRefunding).refund(refund, refund.reference),
        async () => {
          const found = await psp.findRefund(pspReference, refund.reference)
          return found.kind === 'done' ? found.value : undefined
        },
      )
      fake.heal()
      const sessions = fake.account
        .all<ReturnType<typeof fake.account.session>>('checkout.session')
        .filter(({ client_reference_id }) => client_reference_id === command.reference)
      expect(sessions).toHaveLength(1)
      expect(ok(await psp.fetchPayment(pspReference))).toMatchObject({ status: 'paid', refundedMinor: 300n })
      expect(ok(await psp.fetchReversals(pspReference)).refunds).toHaveLength(1)
    }),
    { seed: 20_300_101, numRuns: 15 },
  )
}, 120_000)

it('asks for nothing that Stripe cannot represent', async () => {
  const paid = await paidSession()
  const before = fake.calls.length
  const odd = { minor: 5_123n, currency: 'KWD' }
  const refused = { kind: 'rejected', code: 'unrepresentable_amount' }
  expect(await psp.createSession({ ...newSession(), money: odd }, unique())).toEqual(refused)
  expect(await psp.refund({ pspReference: paid, reference: unique(), money: odd }, unique())).toEqual(refused)
  expect(fake.calls.length).toBe(before)
  const euros = { pspReference: paid, reference: unique(), money: { minor: 1n, currency: 'EUR' } }
  expect(await psp.refund(euros, unique())).toEqual({ kind: 'rejected', code: 'wrong_currency' })
})

it('opens a session until the last moment of its wished life, and not afterwards', async () => {
  const until = (fromNowMs: number) => ({ ...newSession(), expiresAt: new Date(Date.now() + fromNowMs) })
  expect((await psp.createSession(until(0), unique())).kind).toBe('done')
  expect((await psp.createSession(until(-120_000), unique())).kind).toBe('rejected')
  expect((await psp.createSession(until(25 * 3_600_000), unique())).kind).toBe('rejected')
})

it('tells of a session that expires while the shopper pays', async () => {
  const asked = await openSession()
  await fake.shop(asked.redirectUrl, 'challenge')
  expect(ok(await psp.fetchPayment(asked.pspReference))).toMatchObject({ status: 'processing' })
  expect(ok(await psp.expireSession(asked.pspReference, unique())).status).toBe('expired')
  await expect(fake.shop(asked.redirectUrl, 'approved challenge')).rejects.toThrow('410')
  expect(ok(await psp.fetchPayment(asked.pspReference))).toMatchObject({ status: 'expired' })
})

it('reports what was received when it is not what was asked for', async () => {
  const command = newSession()
  const { pspReference, redirectUrl } = ok(await psp.createSession(command, unique()))
  await fake.shop(redirectUrl, 'card')
  const intent = fake.account.get<Intent>(
    'payment_intent',
    String(fake.account.session(pspReference).payment_intent),
  )
  intent.amount_received = 400
  expect(disagreement(command, ok(await psp.fetchPayment(pspReference)))).toBe('amount')
  Object.assign(intent, { amount_received: 1_001, currency: 'eur' })
  expect(disagreement(command, ok(await psp.fetchPayment(pspReference)))).toBe('currency')
})

type Intent = { id: string; object: 'payment_intent'; amount_received: number } & Parameters<
  typeof fake.account.chargeOf
>[0]

it('knows no payment that others made with the same account', async () => {
  const expiresAt = fake.account.now() + 3_600
  const urls = { url: `${fake.origin}/c/pay/cs_test_others`, successUrl: '', cancelUrl: '' }
  const terms = { amount: 1_000, currency: 'gbp', reference: null, metadata: {}, locale: 'en' }
  const theirs = fake.account.createSession({ id: 'cs_test_others', expiresAt, ...urls, ...terms }, {})
  fake.account.pay(theirs.id, 'card')
  const intent = String(theirs.payment_intent)
  const refund = fake.account.refund(intent, 100, {})
  const notFound = { kind: 'rejected', code: 'not_found' }
  expect(await psp.fetchPayment(theirs.id)).toEqual(notFound)
  expect(await psp.fetchPayment(intent)).toEqual(notFound)
  expect(await psp.fetchRefund(refund.id)).toEqual(notFound)
  const asked = { pspReference: theirs.id, reference: unique(), money: { minor: 1n, currency: 'GBP' } }
  expect(await psp.refund(asked, unique())).toEqual(notFound)
  // A subscription of theirs has no amount and no payment intent.
  Object.assign(theirs, { mode: 'subscription', amount_total: null, payment_intent: null })
  expect(await psp.fetchPayment(theirs.id)).toEqual(notFound)
  const told = (await lines(psp)) as { pspReference: string | null }[]
  expect(told.map(({ pspReference }) => pspReference)).not.toContain(theirs.id)
})

it('counts every refund, also those that an expanded charge does not show', async () => {
  const paid = await paidSession()
  const part = () => ({ pspReference: paid, reference: unique(), money: { minor: 10n, currency: 'GBP' } })
  for (let n = 0; n < 12; n++) ok(await psp.refund(part(), unique()))
  expect(ok(await psp.fetchPayment(paid)).refundedMinor).toBe(120n)
  expect(ok(await psp.fetchReversals(paid)).refunds).toHaveLength(12)
})

it('does not know whether there is a payment when more were begun around then than are read', async () => {
  const command = newSession()
  const found = ok(await psp.createSession(command, unique()))
  const [one] = fake.account.all<ReturnType<typeof fake.account.session>>('checkout.session')
  const crowd = Array.from({ length: 5_001 }, (_, n) => ({
    ...one!,
    id: `cs_${n}`,
    client_reference_id: null,
  }))
  for (const each of crowd) fake.account.objects.set(each.id, each)
  expect((await psp.findByReference(command.reference, new Date())).kind).toBe('unknown')
  for (const { id } of crowd) fake.account.objects.delete(id)
  expect(ok(await psp.findByReference(command.reference, new Date()))).toMatchObject(found)
  const yesterday = new Date(Date.now() - 86_400_000)
  expect(ok(await psp.findByReference(command.reference, yesterday))).toBeUndefined()
})

/** Asks as the service does: again with the same key while Stripe knows it, and after a day only when nothing is found. */
async function persist<T>(ask: () => Promise<Outcome<T>>, find: () => Promise<T | undefined>): Promise<T> {
  for (let day = 0; day < 10; day++) {
    for (let time = 0; time < 3; time++) {
      const outcome = await ask()
      if (outcome.kind === 'done' || outcome.kind === 'pending') return outcome.value
      if (outcome.kind !== 'unknown') throw new Error(JSON.stringify(outcome))
    }
    fake.heal()
    await fake.settle()
    const found = await find()
    if (found !== undefined) return found
    fake.forgetKeys()
  }
  throw new Error('ten days without an answer')
}

/** One that gives up before a slow answer; no other fault takes long. */
function adapterFor(faults: readonly Fault[]): Psp {
  return faults.includes('is slow') ? hasty : psp
}

async function openSession() {
  return ok(await psp.createSession(newSession(), unique()))
}

async function paidSession(): Promise<string> {
  const { pspReference, redirectUrl } = await openSession()
  await fake.shop(redirectUrl, 'card')
  return pspReference
}

async function lines(psp: Psp): Promise<unknown[]> {
  const found: unknown[] = []
  const window = { from: new Date(Date.now() - 60_000), until: new Date(Date.now() + 60_000) }
  for await (const line of psp.settlementLines(window)) found.push(line)
  return found
}

function newSession(): NewPspSession {
  return {
    reference: unique(),
    money: { minor: 1_001n, currency: 'GBP' },
    description: 'A contribution',
    locale: 'en-GB',
    returnUrl: 'https://shop.example/thanks',
    expiresAt: new Date(Date.now() + 1_800_000),
  }
}

function ok<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done' || outcome.kind === 'pending') return outcome.value
  throw new Error(JSON.stringify(outcome))
}

function unique(): string {
  return crypto.randomUUID()
}
