/**
 * Pure: a month of one organisation as a statement: what was contributed and given back, how each account that it owns
 * moved, and what of the profit shares is to be paid. Not for which journals belong to the month (`statement-sums.ts`).
 * Laws: the lines of accounts of all statements add up to the ledger; what a share lost after it was paid is carried to
 * the next statement and never below zero paid; a statement is hashed with the one before.
 */
import type { Statement } from '@ekko/contract/settlement-resources'
import { toMajor } from '../kernel/money.ts'
import { sha256 } from '../kernel/secret.ts'
import { type AccountKind, chart } from '../ledger/chart.ts'
import type { CrossRate } from '../quotes/rates.ts'
import { convertMinor, shownRate } from './conversion.ts'
import { type Period, periodAt } from './period.ts'
import { owedToRoot, type SettlementModelName, settlementModels } from './settlement-model.ts'

/** Kinds of lines that are not the movement of an account. */
export const activityKinds = {
  contribution: 'Contributions paid on the hosted page',
  allocation: 'Allocations of money that the organisation collected',
  refund: 'Refunds',
  void: 'Payments called off before they were settled',
  chargeback: 'Taken back by disputes that were lost',
  reversal_undone: 'Reversals that came back',
  impact: 'Of all these: to projects and partners',
  impact_tax: 'Of all these: sales tax on it',
  fee: 'Of all these: service fee',
  fee_tax: 'Of all these: sales tax on the service fee',
  owed_to_root: 'What the organisation owes the root for what it collected, by its settlement model',
  brought_forward: 'Profit shares given back after they were paid, from the statement before',
  kept_back: 'Of the profit shares: kept when the money was collected, by the settlement model',
  payable: 'Profit shares to be paid out with this statement',
  carried_forward: 'Profit shares given back after they were paid, for the next statement',
} as const

type ActivityKind = keyof typeof activityKinds
export type StatementKind = ActivityKind | AccountKind

export interface StatementLine {
  readonly kind: StatementKind
  readonly currency: string
  readonly count: bigint
  readonly amountMinor: bigint
}

export interface StatedOrganisation {
  readonly id: string
  readonly rootId: string
  readonly reference: string | null
  readonly tradingName: string
  /** What profit shares are stated in besides their own. */
  readonly currency: string
  readonly model: SettlementModelName
}

/** What one organisation's consumers gave, by kind and currency; what went back is negative. */
export interface Activity {
  readonly kind: 'contribution' | 'allocation' | 'refund' | 'void' | 'chargeback' | 'reversal_undone'
  readonly currency: string
  /** Whether the organisation collected the money itself. */
  readonly isCollected: boolean
  readonly count: bigint
  readonly totalMinor: bigint
  readonly impactMinor: bigint
  readonly impactTaxMinor: bigint
  readonly feeMinor: bigint
  readonly feeTaxMinor: bigint
  readonly sharesMinor: bigint
}

export interface AccountMovement {
  readonly kind: AccountKind
  readonly currency: string
  readonly count: bigint
  /** Debit positive, as in the ledger. */
  readonly postedMinor: bigint
}

export interface Month {
  readonly activities: readonly Activity[]
  readonly movements: readonly AccountMovement[]
  /** Of its own profit shares, by currency: kept back when the money was collected. */
  readonly keptBack: ReadonlyMap<string, bigint>
  /** By currency, zero or negative. */
  readonly broughtForward: ReadonlyMap<string, bigint>
}

export function linesOf({ model }: Pick<StatedOrganisation, 'model'>, month: Month): StatementLine[] {
  const currencies = new Set(
    [...month.activities, ...month.movements]
      .map(({ currency }) => currency)
      .concat([...month.broughtForward.keys()]),
  )
  return [...currencies].sort().flatMap((currency) => {
    const activities = month.activities.filter((each) => each.currency === currency)
    const movements = month.movements.filter((each) => each.currency === currency)
    const lines = [
      ...activityLines(activities),
      ...owedLines(model, activities),
      ...movements.map(({ kind, count, postedMinor }) => ({
        kind,
        count,
        amountMinor: chart[kind].normalSide === 'debit' ? postedMinor : -postedMinor,
      })),
      ...shareLines(month, currency, movements),
    ]
    return lines.map((line) => ({ ...line, currency }))
  })
}

type Line = Omit<StatementLine, 'currency'>

const activityOrder = [
  'contribution',
  'allocation',
  'refund',
  'void',
  'chargeback',
  'reversal_undone',
] as const

function activityLines(activities: readonly Activity[]): Line[] {
  if (activities.length === 0) return []
  const sum = (pick: (activity: Activity) => bigint, of = activities) =>
    of.reduce((total, activity) => total + pick(activity), 0n)
  const count = sum((each) => each.count)
  const parts = activityOrder.flatMap((kind) => {
    const of = activities.filter((each) => each.kind === kind)
    const line = {
      kind,
      count: sum((each) => each.count, of),
      amountMinor: sum((each) => each.totalMinor, of),
    }
    return of.length === 0 ? [] : [line]
  })
  return [
    ...parts,
    { kind: 'impact', count, amountMinor: sum((each) => each.impactMinor) },
    { kind: 'impact_tax', count, amountMinor: sum((each) => each.impactTaxMinor) },
    { kind: 'fee', count, amountMinor: sum((each) => each.feeMinor) },
    { kind: 'fee_tax', count, amountMinor: sum((each) => each.feeTaxMinor) },
  ]
}

function owedLines(model: SettlementModelName, activities: readonly Activity[]): Line[] {
  const collected = activities.filter(({ isCollected }) => isCollected)
  if (collected.length === 0) return []
  const sum = (pick: (activity: Activity) => bigint) =>
    collected.reduce((total, activity) => total + pick(activity), 0n)
  const amountMinor = owedToRoot(model, {
    totalMinor: sum((each) => each.totalMinor),
    sharesMinor: sum((each) => each.sharesMinor),
  })
  return [{ kind: 'owed_to_root', count: sum((each) => each.count), amountMinor }]
}

function shareLines(month: Month, currency: string, movements: readonly AccountMovement[]): Line[] {
  const share = movements.find(({ kind }) => kind === 'profit_share_payable')
  const brought = month.broughtForward.get(currency) ?? 0n
  if (share === undefined && brought === 0n) return []
  const keptBack = month.keptBack.get(currency) ?? 0n
  const due = brought - (share?.postedMinor ?? 0n) - keptBack
  const count = share?.count ?? 0n
  const line = (kind: ActivityKind, amountMinor: bigint): Line[] =>
    amountMinor === 0n ? [] : [{ kind, count, amountMinor }]
  return [
    ...line('brought_forward', brought),
    ...line('kept_back', keptBack),
    ...line('payable', due > 0n ? due : 0n),
    ...line('carried_forward', due < 0n ? due : 0n),
  ]
}

/** The first statement of an organisation follows this. */
export const chainStart = Buffer.alloc(32)

export interface ClosedStatement {
  readonly id: string
  readonly hash: Buffer
  /** JSON: the statement as the API shows it, without its hashes. */
  readonly content: string
}

export interface Closing {
  readonly id: string
  readonly period: Period
  readonly sealedUpTo: bigint
  readonly closedAt: Date
  readonly previousHash: Uint8Array
  /** To the organisation's currency, by the currency of the shares. */
  readonly rates: ReadonlyMap<string, CrossRate>
}

export function closeStatement(
  organisation: StatedOrganisation,
  lines: readonly StatementLine[],
  closing: Closing,
): ClosedStatement {
  const { id, period, closedAt, previousHash } = closing
  const shown: Omit<Statement, 'hash' | 'previousHash'> = {
    id,
    organisationId: organisation.id,
    organisationReference: organisation.reference,
    tradingName: organisation.tradingName,
    period: period.name,
    from: period.from.toISOString(),
    until: period.until.toISOString(),
    closedAt: closedAt.toISOString(),
    sealedUpTo: Number(closing.sealedUpTo),
    currencyCode: organisation.currency,
    settlementModel: organisation.model,
    settlementDue: settlementModels[organisation.model].due,
    lines: lines.map(({ kind, currency, count, amountMinor }) => ({
      kind,
      meaning: meaningOf(kind),
      currencyCode: currency,
      count: Number(count),
      amount: toMajor(amountMinor, currency),
    })),
    payouts: lines
      .filter(({ kind }) => kind === 'payable')
      .map((line) => payoutOf(organisation, line, closing.rates)),
  }
  const content = JSON.stringify(shown)
  return { id, content, hash: sha256(Buffer.concat([previousHash, Buffer.from(content)])) }
}

export function meaningOf(kind: StatementKind): string {
  return kind in chart ? chart[kind as AccountKind].meaning : activityKinds[kind as ActivityKind]
}

function payoutOf(
  { currency: to }: StatedOrganisation,
  { currency, amountMinor }: StatementLine,
  rates: ReadonlyMap<string, CrossRate>,
): Statement['payouts'][number] {
  const own = { currencyCode: currency, amount: toMajor(amountMinor, currency) }
  if (currency === to) return { ...own, converted: null }
  const rate = rates.get(currency)
  if (rate === undefined) return { ...own, converted: null }
  const amount = toMajor(convertMinor(amountMinor, currency, to, rate), to)
  const converted = {
    currencyCode: to,
    amount,
    rate: shownRate(rate),
    rateDate: rate.day,
    rateSource: rate.source,
  }
  return { ...own, converted }
}

/** The month that the job may close: the last one that ended so long ago. */
export function lastClosable(now: Date, graceMs: number): Period {
  const current = periodAt(new Date(now.getTime() - graceMs))
  return periodAt(new Date(current.from.getTime() - 1))
}
