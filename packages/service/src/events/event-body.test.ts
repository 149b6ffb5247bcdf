import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shownBody, withoutReference } from './event-body.ts'

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('"customerId":""', '\\"customerId\\":\\"\\"', '$&$1$$', '"', '\\'),
)

describe('the body of an event', () => {
  it('is shown with its consumer and is otherwise what was stored, whatever the texts hold', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (before, reference, after) => {
        const stored = JSON.stringify({ before, customerId: '', after: [{ text: after }] })
        const shown = shownBody(stored, reference)
        expect(shown).toBe(JSON.stringify({ before, customerId: reference, after: [{ text: after }] }))
      }),
    )
  })

  it('of an erased consumer is what was stored', () => {
    const stored = JSON.stringify({ customerId: '', quoteId: 'q' })
    expect(shownBody(stored, null)).toBe(stored)
  })

  it('that has its own customer keeps it', () => {
    const test = JSON.stringify({ customerId: 'test' })
    expect(shownBody(test, 'consumer_123')).toBe(test)
  })
})

describe('what a receiver answered', () => {
  it('is kept without the consumer, never longer, however they were sent back', () => {
    fc.assert(
      fc.property(nasty, fc.string({ unit: 'grapheme', minLength: 1 }), (text, reference) => {
        const echoes = [text + reference + text, JSON.stringify({ text, customerId: reference })]
        for (const echo of echoes) {
          const kept = withoutReference(echo, reference)
          expect(kept.includes(reference) && reference !== '*').toBe(false)
          expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(Buffer.byteLength(echo))
        }
      }),
    )
  })
})
