/**
 * What receipts say, on the page and by e-mail. In British English only, like the page about the method: what the money did
 * has to be told in one wording that was checked.
 * The wording keeps to what may be claimed (docs/explanation/words.md): what was paid, where it went, and nothing about the
 * purchase that it would change.
 */
import { decimalToMinor, exponentOf } from '../kernel/money.ts'
import type { MoneyState } from '../receipts/money-state.ts'
import type { Receipt } from '../receipts/receipt.ts'
import { formatMoney } from './words-format.ts'

export const receiptLocale = 'en-GB'

const dayFormat = new Intl.DateTimeFormat(receiptLocale, { dateStyle: 'long', timeZone: 'UTC' })
const timeFormat = new Intl.DateTimeFormat(receiptLocale, {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** An ISO instant or day as a day, in UTC. */
export function dayInWords(iso: string): string {
  return dayFormat.format(new Date(iso))
}

/** Decimal text of the receipt's currency as money. */
export function moneyIn({ currency }: Pick<Receipt, 'currency'>, decimal: string): string {
  return formatMoney(decimalToMinor(decimal, exponentOf(currency))!, currency, receiptLocale)
}

export const receiptWords = {
  title: 'Receipt',
  lead: (merchant: string, day: string) =>
    `For a voluntary contribution after an order with ${merchant}, paid on ${day}.`,
  isTest: 'Made in test mode: no real money was paid, and nothing was bought or given.',
  number: 'Receipt number',
  paidTo: 'Paid to',
  cardCost: (money: string) => `The card payment cost ${money}, which was paid out of the service fee.`,
  goesTo: 'The projects',
  credits: (money: string, weight: string) => `${money} for credits of ${weight}`,
  gift: (money: string) => `${money} for its work`,
  runBy: (partner: string) => `Run by ${partner}`,
  became: 'What became of the money',
  asOf: (iso: string) => `As recorded on ${timeFormat.format(new Date(iso))} UTC.`,
  paid: 'Paid',
  allocated: 'Allocated to the projects',
  retired: (weight: string, project: string) => `Credits of ${weight} of ${project} retired`,
  disbursed: (money: string, project: string) => `${money} paid out to ${project}`,
  retirementMeaning:
    'Retired credits are taken off the registry’s market for good, so that nobody can use them again.',
  registry: 'Registry',
  serials: 'Serial numbers',
  reference: 'Reference',
  seeRecord: 'See the record',
  waiting: (state: MoneyState['projects'][number], project: string) => {
    const doing = state.doing === 'retired' ? 'Credits' : 'Money'
    const done = state.doing === 'retired' ? 'retired' : 'paid out'
    return state.state === 'partly done'
      ? `${doing} for ${project}: the rest is not ${done} yet`
      : `${doing} for ${project}: not ${done} yet`
  },
  expected: (year: number) => `Delivery expected by ${year}.`,
  givenBack: (kind: MoneyState['reversals'][number]['kind'], money: string) =>
    ({
      refund: `${money} refunded to you`,
      void: `${money} never charged: the payment was cancelled`,
      chargeback: `${money} taken back by your bank`,
    })[kind],
  allGivenBack: 'All of this contribution was given back. No project keeps any of it.',
  someGivenBack: (money: string) => `Part of this contribution was given back. ${money} of it stands.`,
  disputed: (day: string) =>
    `Your bank has held this payment since ${day}, until it is settled who keeps it.`,
  estimate: 'The estimate behind it',
  factorSet: (name: string) => `Made with the factor set ${name}.`,
  check: 'Check it, now or in years',
  signedBy: (day: string) => `Signed on ${day} with the Ed25519 key`,
  checkLead:
    'Keep the file and our keys, and anybody can verify it on a computer of their own, without network and without asking us:',
  file: 'Receipt as a file',
  signature: 'Signature only',
  keys: 'All our keys',
  online: 'This receipt, with what became of the money since:',
  mailSent: 'The receipt is on its way. The address is erased as soon as it has left.',
  mailEnough: 'This receipt was sent as often as it can be. You can keep the page or print it.',
  mailProblem: 'Enter an e-mail address, for example name@example.org.',
  problem: 'There is a problem',
  missing: 'There is no receipt at this address',
  missingBody: 'The address may be incomplete. A receipt’s address is long; copy all of it.',
  failed: 'The receipt cannot be shown now',
  failedBody: 'Something went wrong on our side. Try again in a while; the receipt is not lost.',
  mailSubject: (money: string) => `Your receipt: ${money}`,
  mailIntro: 'You asked for this receipt by e-mail. Your address was erased when this message left.',
  mailOpen: 'See the receipt and what became of the money',
  mailAttached:
    'The attached file holds the receipt as it was signed. With our keys it can be verified without us, now or in years:',
} as const
