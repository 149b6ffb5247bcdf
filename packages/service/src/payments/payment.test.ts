import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disagreement, isInFlight, observe, type PaymentState, paymentStates } from './payment.ts'
import type { PspPayment, PspPaymentStatus } from './psp.ts'

const states = Object.keys(paymentStates) as PaymentState[]
const statuses: PspPaymentStatus[] = [
  'open',
  'processing',
  'pending',
  'paid',
  'failed',
  'expired',
  'cancelled',
]
const anyStatus = fc.constantFrom(...statuses)
const anyState = fc.constantFrom(...states)
const after = (from: PaymentState, seen: readonly PspPaymentStatus[]) => seen.reduce(observe, from)

/** A handful of observations, and the same ones shuffled with some of them seen again. */
const seenTwice = fc.array(anyStatus, { minLength: 1, maxLength: 8 }).chain((seen) =>
  fc.tuple(
    fc.constant(seen),
    fc
      .array(fc.constantFrom(...seen), { maxLength: 8 })
      .chain((again) => fc.shuffledSubarray([...seen, ...again], { minLength: seen.length + again.length })),
  ),
)

describe('the life of a payment', () => {
  it('ends in the same state however observations are ordered and repeated', () => {
    fc.assert(
      fc.property(anyState, seenTwice, (from, [seen, shuffled]) => {
        expect(after(from, shuffled)).toBe(after(from, seen))
      }),
      { numRuns: 2_000 },
    )
  })

  it('never goes back to a state it has left', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyStatus, { maxLength: 20 }), (from, seen) => {
        const left = new Set<PaymentState>()
        let state = from
        for (const status of seen) {
          const next = observe(state, status)
          if (next !== state) left.add(state)
          state = next
          expect(left.has(state)).toBe(false)
        }
      }),
    )
  })

  it('is paid as soon as it was seen paid, whatever else was seen', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyStatus), fc.array(anyStatus), (from, before, later) => {
        expect(after(from, [...before, 'paid', ...later])).toBe('paid')
      }),
    )
  })

  it('learns nothing from open, and leaves paid for nothing', () => {
    for (const state of states) expect(observe(state, 'open')).toBe(state)
    for (const status of statuses) expect(observe('paid', status)).toBe('paid')
  })

  it('lets a payment that failed be paid by a later attempt', () => {
    expect(after('created', ['processing', 'failed', 'open', 'processing', 'paid'])).toBe('paid')
  })

  it('is in flight until its end is known', () => {
    expect(states.filter(isInFlight)).toEqual(['created', 'processing', 'pending'])
  })
})

describe('a payment at the provider', () => {
  const asked = { reference: 'ours', money: { minor: 100n, currency: 'GBP' } }
  const seen: PspPayment = { ...asked, pspReference: 'theirs', status: 'paid', refundedMinor: 0n }

  it('agrees when reference, currency and amount are what was asked for', () => {
    expect(disagreement(asked, seen)).toBeUndefined()
    expect(disagreement(asked, { ...seen, reference: 'another' })).toBe('reference')
    expect(disagreement(asked, { ...seen, money: { minor: 100n, currency: 'EUR' } })).toBe('currency')
    expect(disagreement(asked, { ...seen, money: { minor: 99n, currency: 'GBP' } })).toBe('amount')
  })
})
