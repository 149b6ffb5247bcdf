/**
 * What our books say of some contributions, beside what the provider really did with them. Not for laws that need no
 * provider (`verifyLedger`). Law: they agree to the minor unit, or it is said where not.
 */
import type { Queryable } from '../../src/kernel/database.ts'
import type { SimPayment } from './sim-provider.ts'

export interface Book {
  readonly id: string
  readonly state: string
  readonly pspReference: string | null
  readonly amount: bigint
  readonly currency: string
  /** Balances by kind of account, minor units as text. */
  readonly balances: Readonly<Record<string, string>> | null
  readonly reversals: ReadonlyArray<{
    readonly id: string
    readonly kind: string
    readonly state: string
    readonly amount: string
    readonly loss: string
    readonly pspReference: string | null
  }> | null
  readonly disputes: ReadonlyArray<{ readonly state: string; readonly pspReference: string }> | null
  readonly events: bigint
  readonly lastSequence: number | null
  readonly records: bigint
}

export function readBooks(database: Queryable, contributionIds: readonly string[]): Promise<Book[]> {
  return database.query<Book>(booksSql, [contributionIds])
}

const booksSql = `
select c.id, c.state, c.psp_reference as "pspReference", c.amount_minor as amount, c.currency, b.balances, r.reversals,
  d.disputes, e.events, e."lastSequence", e.records
from contribution c
left join funds_allocation a on a.contribution_id = c.id
left join lateral (
  select json_agg(json_build_object('id', id, 'kind', kind, 'state', state, 'amount', amount_minor::text,
    'loss', loss_minor::text, 'pspReference', psp_reference)) as reversals
  from reversal where allocation_id = a.id) as r on true
left join lateral (
  select json_agg(json_build_object('state', state, 'pspReference', psp_reference)) as disputes
  from dispute where allocation_id = a.id) as d on true
left join lateral (
  select json_object_agg(kind, total::text) as balances from (
    select k.kind, sum(p.amount_minor) as total
    from (select a.journal_id as id
          union all select journal_id from reversal where allocation_id = a.id and journal_id is not null
          union all select undoing_journal_id from reversal
            where allocation_id = a.id and undoing_journal_id is not null
          union all select j.id from dispute t
            join journal j on j.cause in ('dispute:' || t.id, 'dispute_won:' || t.id) where t.allocation_id = a.id) as j
    join posting p on p.journal_id = j.id join account k on k.id = p.account_id group by k.kind) as sums) as b on true
left join lateral (
  select count(*) as events, max(v.object_sequence) as "lastSequence",
    count(*) filter (where exists (select from impact_record i where i.journal_id = v.journal_id)) as records
  from event v where v.object_id = a.id) as e on true
where c.id = any($1::uuid[])`

const zero = (value: string | undefined) => BigInt(value ?? '0')
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n)

/** One sentence for each disagreement. The provider's payment must have been followed to its present state. */
export function disagreements(payment: SimPayment, book: Book | undefined): string[] {
  if (book === undefined) return ['the contribution is gone']
  const found: string[] = []
  const expect = (what: string, seen: unknown, wanted: unknown) => {
    if (seen !== wanted) found.push(`${what} is ${String(seen)}, and should be ${String(wanted)}`)
  }
  const isPaid = payment.status === 'paid' && !payment.isWrong
  expect('whether it is paid', book.state === 'paid', isPaid)
  if (!isPaid) {
    expect('what is booked', book.balances, null)
    return found
  }
  expect('the reference of the provider', book.pspReference, payment.pspReference)
  expect('the amount', `${book.amount} ${book.currency}`, `${payment.money.minor} ${payment.money.currency}`)
  compareMoney(payment, book, expect)
  compareDisputes(payment, book, expect)
  compareReversals(payment, book, found, expect)
  return found
}

type Expect = (what: string, seen: unknown, wanted: unknown) => void

const succeeded = ({ refunds }: SimPayment) => refunds.filter(({ status }) => status === 'succeeded')
const held = ({ disputes }: SimPayment) => disputes.filter(({ status }) => status !== 'won')
const minorOf = (things: ReadonlyArray<{ readonly money: { readonly minor: bigint } }>) =>
  sum(things.map(({ money }) => money.minor))

function compareMoney(payment: SimPayment, { balances }: Book, expect: Expect): void {
  const fees = sum(payment.disputes.map(({ feeMinor }) => feeMinor))
  const net = payment.money.minor - minorOf(succeeded(payment)) - minorOf(held(payment)) - fees
  const open = payment.disputes.filter(({ status }) => status === 'open')
  expect('clearing', zero(balances?.psp_clearing), net)
  expect('suspense', zero(balances?.dispute_suspense), minorOf(open))
  expect('the cost of disputes', zero(balances?.psp_cost), fees)
}

function compareDisputes(payment: SimPayment, { disputes }: Book, expect: Expect): void {
  const state = (reference: string) => disputes?.find((each) => each.pspReference === reference)?.state
  expect('the number of disputes', disputes?.length ?? 0, payment.disputes.length)
  for (const { disputeReference, status } of payment.disputes)
    expect(`dispute ${disputeReference}`, state(disputeReference), status)
}

function compareReversals(payment: SimPayment, book: Book, found: string[], expect: Expect): void {
  const all = book.reversals ?? []
  const booked = all.filter(({ state }) => state === 'booked')
  const refunded = booked.filter(({ kind }) => kind !== 'chargeback').map((each) => each.pspReference)
  expect(
    'what is booked as given back',
    refunded.sort().join(' '),
    succeeded(payment)
      .map(({ refundReference }) => refundReference)
      .sort()
      .join(' '),
  )
  const lost = payment.disputes.filter(({ status }) => status === 'lost')
  const taken = minorOf(succeeded(payment)) + minorOf(lost)
  const loss = sum(booked.map((each) => BigInt(each.loss)))
  const amount = sum(booked.map((each) => BigInt(each.amount)))
  expect('what came out of the allocation or was lost', amount + loss, taken)
  expect('our loss in the ledger', zero(book.balances?.chargeback_loss), loss)
  const excess = taken > payment.money.minor ? taken - payment.money.minor : 0n
  // What was held back for a reversal that came to nothing, or came back, was not there when something else was taken.
  const wasFreed = all.some(({ state }) => state !== 'booked')
  if (wasFreed ? loss < excess : loss !== excess)
    found.push(`our loss is ${loss}, and ${excess} was taken beyond what was paid`)
  const told = 1 + all.filter((each) => each.amount !== '0' && isTold(each.state)).length
  const undone = all.filter((each) => each.amount !== '0' && each.state === 'undone').length
  expect('the number of events', Number(book.events), told + undone)
  expect('the last event’s sequence', book.lastSequence, told + undone)
  expect('the number of records', Number(book.records), told + undone)
}

const isTold = (state: string) => state === 'booked' || state === 'undone'
