/**
 * Stripe's account statement as settlement lines: its balance transactions, oldest first.
 * Laws: they are classified by `reporting_category`, as Stripe asks for accounting; one that cannot be told exactly ends
 * the reading; what one page may hold and how many questions are asked at once has a limit.
 */
import type Stripe from 'stripe'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Outcome, PspSettlementLine } from './psp.ts'
import { fromStripeAmount } from './stripe-amount.ts'
import { dateOf } from './stripe-answer.ts'
import { pageLines, type StripeCalls } from './stripe-calls.ts'
import { sessionIdOf } from './stripe-reversals.ts'

interface Span {
  /** Seconds; the first one that belongs to it. */
  readonly gte: number
  /** The first one that no longer does. */
  readonly lt: number
}

type Line = Stripe.BalanceTransaction
type Batches = ReadonlyMap<string, string>

const pagesOfOneSecondMax = 100
const payoutPagesMax = 10
const linesOfPayoutPagesMax = 1_000
/** Stripe allows a hundred questions a second for an account; the shoppers' come first. */
const questionsAtOnce = 8

/** @throws Error when Stripe does not answer, or says what cannot be understood */
export async function* stripeSettlementLines(
  stripe: StripeCalls,
  { from, until }: { readonly from: Date; readonly until: Date },
): AsyncGenerator<PspSettlementLine> {
  const span = { gte: Math.ceil(from.getTime() / 1000), lt: Math.ceil(until.getTime() / 1000) }
  if (span.gte >= span.lt) return
  const batches = await batchesOf(stripe, span)
  for await (const lines of pagesOf(stripe, span)) {
    const sessions = await sessionsOf(stripe, lines)
    for (const line of lines) yield readLine(line, batches, sessions)
  }
}

/**
 * A balance transaction does not say which payout it went into; a payout tells its transactions. Only payouts that Stripe
 * makes by itself do: one that was asked for by hand takes an amount, not transactions.
 */
async function batchesOf(stripe: StripeCalls, span: Span): Promise<Batches> {
  const { sdk } = stripe
  const payouts = told(
    await stripe.all(payoutPagesMax, (page) => sdk.payouts.list({ created: { gte: span.gte }, ...page })),
  )
  const batches = new Map<string, string>()
  for (const { id, automatic, status } of payouts) {
    if (!automatic || status === 'failed' || status === 'canceled') continue
    const lines = await stripe.all(linesOfPayoutPagesMax, (page) =>
      sdk.balanceTransactions.list({ payout: id, created: span, ...page }),
    )
    for (const line of told(lines)) batches.set(line.id, id)
  }
  return batches
}

/** Stripe tells the newest first. So a span that does not fit a page is halved, and the older half read first. */
async function* pagesOf(stripe: StripeCalls, span: Span): AsyncGenerator<readonly Line[]> {
  const page = told(await stripe.page(() => listLines(stripe, span, { limit: pageLines })))
  if (!page.has_more) return yield page.data.reverse()
  if (span.lt - span.gte > 1) {
    const middle = Math.floor((span.gte + span.lt) / 2)
    yield* pagesOf(stripe, { gte: span.gte, lt: middle })
    return yield* pagesOf(stripe, { gte: middle, lt: span.lt })
  }
  const second = told(await stripe.all(pagesOfOneSecondMax, (cursor) => listLines(stripe, span, cursor)))
  yield second.toReversed()
}

function listLines({ sdk }: StripeCalls, created: Span, cursor: { limit: number; starting_after?: string }) {
  return sdk.balanceTransactions.list({ created, expand: ['data.source'], ...cursor })
}

/** The Checkout Session behind each payment intent that the lines name. */
async function sessionsOf(stripe: StripeCalls, lines: readonly Line[]): Promise<ReadonlyMap<string, string>> {
  const intents = [...new Set(lines.flatMap((line) => aboutOf(line).intent ?? []))]
  const sessions = new Map<string, string>()
  const askNext = async () => {
    for (let intent = intents.pop(); intent !== undefined; intent = intents.pop()) {
      const session = await sessionIdOf(stripe, intent)
      if (session.kind === 'done') sessions.set(intent, session.value)
      else if (session.kind !== 'rejected') told(session)
    }
  }
  await Promise.all(Array.from({ length: questionsAtOnce }, askNext))
  return sessions
}

interface About {
  readonly intent: string | undefined
  readonly refundReference: string | null
  readonly disputeReference: string | null
}

function aboutOf({ source }: Line): About {
  const nothing = { intent: undefined, refundReference: null, disputeReference: null }
  if (source === null || typeof source === 'string') return nothing
  if (source.object === 'charge') return { ...nothing, intent: idOf(source.payment_intent) }
  if (source.object === 'refund')
    return { ...nothing, intent: idOf(source.payment_intent), refundReference: source.id }
  if (source.object === 'dispute')
    return { ...nothing, intent: idOf(source.payment_intent), disputeReference: source.id }
  return nothing
}

function idOf(reference: string | { readonly id: string } | null): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id
}

const LineBody = Type.Object({
  id: Type.String(),
  amount: Type.Integer(),
  fee: Type.Integer(),
  net: Type.Integer(),
  currency: Type.String(),
  reporting_category: Type.String(),
  created: Type.Integer(),
})

const types: { readonly [category: string]: PspSettlementLine['type'] } = {
  charge: 'payment',
  refund: 'refund',
  refund_failure: 'refund_failed',
  dispute: 'chargeback',
  dispute_reversal: 'chargeback_reversed',
  fee: 'fee',
  network_cost: 'fee',
  payout: 'payout',
  payout_reversal: 'payout',
}

function readLine(line: Line, batches: Batches, sessions: ReadonlyMap<string, string>): PspSettlementLine {
  if (!Value.Check(LineBody, line)) throw new Error('Stripe told a balance transaction of another shape')
  const { intent, refundReference, disputeReference } = aboutOf(line)
  const exact = (amount: number) => {
    const minor = fromStripeAmount(amount, line.currency)
    if (minor === undefined) throw new Error(`${line.id} has an amount that ${line.currency} cannot express`)
    return minor
  }
  return {
    lineReference: line.id,
    type: types[line.reporting_category] ?? 'other',
    pspReference: (intent && sessions.get(intent)) ?? null,
    refundReference,
    disputeReference,
    currency: line.currency.toUpperCase(),
    grossMinor: exact(line.amount),
    feeMinor: exact(-line.fee),
    netMinor: exact(line.net),
    batch: batches.get(line.id) ?? null,
    at: dateOf(line.created),
  }
}

function told<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done' || outcome.kind === 'pending') return outcome.value
  throw new Error(`Stripe did not tell its balance transactions: ${JSON.stringify(outcome)}`)
}
