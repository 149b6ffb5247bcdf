import { describe, expect, it } from 'vitest'
import { type CardForm, checkCardForm, fillCode, fillExpiry, shownAgain } from './card-form.ts'
import { passesLuhn, testCardOf, testCards } from './test-card.ts'

const now = new Date('2026-03-15T12:00:00Z')
const good: CardForm = { number: '4242 4242 4242 4242', expiry: '09 / 30', code: '123' }
const errorsOf = (change: Partial<CardForm>) => {
  const checked = checkCardForm({ ...good, ...change }, now)
  return checked.kind === 'errors' ? checked.errors : {}
}

describe('the published test cards', () => {
  it('are all well-formed and told apart', () => {
    for (const card of testCards) expect(passesLuhn(card.number.replaceAll(' ', ''))).toBe(true)
    expect(new Set(testCards.map((card) => card.number)).size).toBe(testCards.length)
    expect(new Set(testCards.map((card) => card.case)).size).toBe(testCards.length)
  })
})

describe('the card form', () => {
  it('takes a test card however its digits are grouped', () => {
    for (const number of ['4242424242424242', ' 4242-4242-4242-4242', '4242\u00a04242 4242 4242']) {
      expect(checkCardForm({ ...good, number }, now)).toEqual({
        kind: 'card',
        card: testCardOf('success'),
        lastFour: '4242',
      })
    }
  })

  it('takes what one click fills in', () => {
    for (const { number } of testCards) {
      expect(checkCardForm({ number, expiry: fillExpiry(now), code: fillCode }, now).kind).toBe('card')
    }
  })

  it('says what is wrong with a number', () => {
    expect(errorsOf({ number: '' }).number).toMatch(/Enter/)
    expect(errorsOf({ number: 'abcd' }).number).toMatch(/digits only/)
    expect(errorsOf({ number: '4242 4242 4242 4241' }).number).toMatch(/Check/)
    expect(errorsOf({ number: '42' }).number).toMatch(/Check/)
    expect(errorsOf({ number: '5555 5555 5555 4444' }).number).toMatch(/not one of the test cards/)
  })

  it('says what is wrong with the date and the code, all at once', () => {
    expect(Object.keys(errorsOf({ number: '1', expiry: '13/30', code: '12' }))).toEqual([
      'number',
      'expiry',
      'code',
    ])
    expect(errorsOf({ expiry: '02 / 26' }).expiry).toMatch(/past/)
    expect(errorsOf({ expiry: '03 / 26' }).expiry).toBeUndefined()
    for (const expiry of ['3/2026', '0326', '03-26', ' 3 / 26 '])
      expect(errorsOf({ expiry }).expiry).toBeUndefined()
    for (const expiry of ['', '26', '00/30', 'soon', '03/026'])
      expect(errorsOf({ expiry }).expiry).toBeDefined()
  })

  it('never sends back a number that may be a real card, nor any code', () => {
    const shown = shownAgain({ number: '5555 5555 5555 4444', expiry: '1', code: '999' })
    expect(shown).toEqual({ number: '', expiry: '1', code: '' })
    expect(shownAgain(good).number).toBe(good.number)
  })
})
