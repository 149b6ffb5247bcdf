/**
 * The published test cards: which number makes what happen. The page lists this table and the docs quote it.
 * Law: these are the only numbers that the provider takes, so a real card never gets further than the form.
 */
export type CardCase =
  | 'success'
  | 'decline'
  | 'insufficient_funds'
  | 'challenge'
  | 'delayed_success'
  | 'delayed_failure'
  | 'refund_failure'
  | 'delayed_refund'

export interface TestCard {
  readonly case: CardCase
  /** As printed on a card, in groups of four. */
  readonly number: string
  readonly effect: string
}

export const testCards: readonly TestCard[] = [
  { case: 'success', number: '4242 4242 4242 4242', effect: 'Succeeds' },
  { case: 'decline', number: '4000 0000 0000 0002', effect: 'Is declined by the bank' },
  { case: 'insufficient_funds', number: '4000 0000 0000 9995', effect: 'Is declined: not enough money' },
  { case: 'challenge', number: '4000 0000 0000 3220', effect: 'Asks for approval first (3-D Secure)' },
  { case: 'delayed_success', number: '4000 0000 0000 8005', effect: 'Stays pending, then succeeds' },
  { case: 'delayed_failure', number: '4000 0000 0000 8013', effect: 'Stays pending, then fails' },
  { case: 'refund_failure', number: '4000 0000 0000 5126', effect: 'Succeeds; its refunds fail later' },
  { case: 'delayed_refund', number: '4000 0000 0000 7726', effect: 'Succeeds; its refunds take a while' },
]

/** Failure codes of cards that the bank refuses at once. */
export const declineCodes: { readonly [of in CardCase]?: string } = {
  decline: 'card_declined',
  insufficient_funds: 'insufficient_funds',
}

export function testCardOf(cardCase: string): TestCard | undefined {
  return testCards.find((card) => card.case === cardCase)
}

export function testCardByNumber(digits: string): TestCard | undefined {
  return testCards.find((card) => card.number.replaceAll(' ', '') === digits)
}

/** The check digit of ISO/IEC 7812-1 annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place])
    const doubled = digit * 2
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
