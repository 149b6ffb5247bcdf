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
  | 'late_refund_failure'
  | 'dispute_won'
  | 'dispute_lost'
  | 'partial_dispute_lost'
  | 'dispute_after_refund'

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
  {
    case: 'late_refund_failure',
    number: '4000 0000 0000 5423',
    effect: 'Succeeds; its refunds succeed and are sent back later',
  },
  { case: 'dispute_won', number: '4000 0000 0000 1976', effect: 'Succeeds; a dispute comes and is won' },
  { case: 'dispute_lost', number: '4000 0000 0000 0259', effect: 'Succeeds; a dispute comes and is lost' },
  {
    case: 'partial_dispute_lost',
    number: '4000 0000 0000 2685',
    effect: 'Succeeds; a dispute of half of it comes and is lost',
  },
  {
    case: 'dispute_after_refund',
    number: '4000 0000 0000 6975',
    effect: 'Succeeds; a dispute comes after a refund and is lost',
  },
]

/** Failure codes of cards that the bank refuses at once. */
export const declineCodes: { readonly [of in CardCase]?: string } = {
  decline: 'card_declined',
  insufficient_funds: 'insufficient_funds',
}

/** What becomes of the refunds of a card, where that is not simply success: how they begin, and how time ends them. */
export const refundCourses: {
  readonly [of in CardCase]?: {
    readonly begins: 'pending' | 'succeeded'
    readonly failureCode: string | null
  }
} = {
  refund_failure: { begins: 'pending', failureCode: 'refund_failed' },
  delayed_refund: { begins: 'pending', failureCode: null },
  late_refund_failure: { begins: 'succeeded', failureCode: 'refund_returned' },
}

/** The dispute that a card brings: a while after what, of how much, and how it ends after another while. */
export const disputeCourses: {
  readonly [of in CardCase]?: {
    readonly after: 'payment' | 'refund'
    readonly of: 'whole' | 'half'
    readonly outcome: 'won' | 'lost'
  }
} = {
  dispute_won: { after: 'payment', of: 'whole', outcome: 'won' },
  dispute_lost: { after: 'payment', of: 'whole', outcome: 'lost' },
  partial_dispute_lost: { after: 'payment', of: 'half', outcome: 'lost' },
  dispute_after_refund: { after: 'refund', of: 'whole', outcome: 'lost' },
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
