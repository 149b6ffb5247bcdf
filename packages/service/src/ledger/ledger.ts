/**
 * Reading the ledger: the one verifier of every law and every seal, and the balances of accounts, as of now or any moment
 * before. Nothing here writes: journals are written by the one plpgsql function of each money movement
 * (`migrations/000003_money.sql`).
 * Law: whatever the moment, the balances of a currency add up to zero.
 */
import type { Database, Queryable } from '../kernel/database.ts'
import { laws } from './laws.ts'
import { verifySeals } from './seal-checks.ts'

/** Long enough for the books of years. */
const lawsTimeoutMs = 3_600_000
/** Ids named for one broken law. */
const namedMax = 10

export interface LedgerReport {
  readonly journals: number
  readonly postings: number
  readonly seals: number
  readonly checkpoints: number
  /** One sentence for each broken law; empty when the books hold. */
  readonly broken: readonly string[]
}

/** @param master also shows that checkpoints are signed with the deployment's own keys */
export async function verifyLedger(database: Database, master?: Uint8Array): Promise<LedgerReport> {
  const books = database.transaction(checkLaws, { timeoutMs: lawsTimeoutMs })
  // Both are read at the same time; the first to fail must not leave the other unhandled.
  const [{ journals, postings, broken }, { seals, checkpoints, ...sealed }] = await Promise.all([
    books,
    verifySeals(database, master),
  ])
  return { journals, postings, seals, checkpoints, broken: [...sealed.broken, ...broken] }
}

async function checkLaws(
  database: Queryable,
): Promise<Pick<LedgerReport, 'journals' | 'postings' | 'broken'>> {
  const [counts] = await database.query<{ journals: bigint; postings: bigint }>(
    'select (select count(*) from journal) as journals, (select count(*) from posting) as postings',
  )
  const broken: string[] = []
  for (const { law, finds } of laws) {
    const found = await database.query<{ found: string }>(`${finds} limit ${namedMax}`)
    if (found.length > 0) broken.push(`${law}: broken by ${found.map((row) => row.found).join(', ')}`)
  }
  return { journals: Number(counts!.journals), postings: Number(counts!.postings), broken }
}

export interface AccountBalance {
  readonly kind: string
  readonly ownerId: string
  readonly currency: string
  /** Minor units; debit positive, credit negative. */
  readonly balance: bigint
}

export interface BalanceQuery {
  /** Journals before this moment count; all of them without it. */
  readonly before?: Date
  /** Whether a journal counts from when the money moved, or from when it was recorded. */
  readonly by?: 'effective' | 'recorded'
  /** Accounts of this kind only. */
  readonly account?: string
}

/** Balance of every account that was posted to. */
export async function trialBalance(
  database: Queryable,
  { before, by = 'effective', account }: BalanceQuery = {},
): Promise<AccountBalance[]> {
  return database.query<AccountBalance>(before === undefined ? nowSql : asOfSql[by], [
    account ?? null,
    ...(before === undefined ? [] : [before]),
  ])
}

const balancesOf = (journals: string) => `
select k.kind, k.owner_id as "ownerId", k.currency, sum(p.amount_minor)::bigint as balance
from posting p join account k on k.id = p.account_id ${journals}
group by k.id order by k.kind, k.currency, k.owner_id`
const nowSql = balancesOf('where ($1::text is null or k.kind = $1)')
const asOf = (column: string) =>
  balancesOf(
    `join journal j on j.id = p.journal_id where ($1::text is null or k.kind = $1) and j.${column} < $2`,
  )
const asOfSql = { effective: asOf('effective_at'), recorded: asOf('recorded_at') }
