/**
 * What a shopper typed into the card form, and whether it can be tried. Pure.
 * Law: the number goes no further than this: a valid form yields a test card and the last four digits.
 */
import { passesLuhn, type TestCard, testCardByNumber } from './test-card.ts'

export interface CardForm {
  readonly number: string
  readonly expiry: string
  readonly code: string
}

export type CardField = keyof CardForm
export type FieldErrors = { readonly [field in CardField]?: string }

export type CheckedForm =
  | { readonly kind: 'card'; readonly card: TestCard; readonly lastFour: string }
  | { readonly kind: 'errors'; readonly errors: FieldErrors }

const numberDigitsMin = 12
const numberDigitsMax = 19

export function checkCardForm(form: CardForm, now: Date): CheckedForm {
  const digits = digitsOf(form.number)
  const card = testCardByNumber(digits)
  const errors: { [field in CardField]?: string } = {}
  if (card === undefined) errors.number = numberError(digits)
  const expiry = expiryError(form.expiry, now)
  if (expiry !== undefined) errors.expiry = expiry
  if (!/^[0-9]{3,4}$/.test(form.code.trim())) errors.code = 'Enter the security code: three or four digits'
  if (card === undefined || Object.keys(errors).length > 0) return { kind: 'errors', errors }
  return { kind: 'card', card, lastFour: digits.slice(-4) }
}

/** What a form with mistakes comes back with. A number that may be somebody's real card is not sent anywhere again. */
export function shownAgain(form: CardForm): CardForm {
  const known = testCardByNumber(digitsOf(form.number)) !== undefined
  return { number: known ? form.number : '', expiry: form.expiry, code: '' }
}

function digitsOf(number: string): string {
  return number.replace(/[ \u00a0-]/g, '')
}

function numberError(digits: string): string {
  if (digits === '') return 'Enter a card number'
  if (!/^[0-9]+$/.test(digits)) return 'A card number has digits only'
  if (digits.length < numberDigitsMin || digits.length > numberDigitsMax || !passesLuhn(digits)) {
    return 'Check the card number: a digit is missing or wrong'
  }
  return 'This is not one of the test cards; only those work here'
}

function expiryError(text: string, now: Date): string | undefined {
  const match = /^ *([0-9]{1,2}) *[/-]? *(?:20)?([0-9]{2}) *$/.exec(text)
  const month = Number(match?.[1])
  if (match === null || month < 1 || month > 12)
    return 'Enter the expiry date as month and year, such as 09 / 30'
  // A card is good until its month is over somewhere on earth; a day's grace spares time zones.
  const goodUntilMs = Date.UTC(2000 + Number(match[2]), month, 2)
  return now.getTime() < goodUntilMs ? undefined : 'This expiry date is in the past'
}

/** The expiry that a one-click fill writes: always some years ahead. */
export function fillExpiry(now: Date): string {
  return `12 / ${String((now.getUTCFullYear() + 3) % 100).padStart(2, '0')}`
}

export const fillCode = '123'
