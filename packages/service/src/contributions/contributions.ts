/**
 * Contributions as rows: what the shopper chose and agreed to, and how far paying has come.
 * Not for asking the PSP (`payment-attempts.ts`). Law: a paid contribution is the books' and is not touched here.
 */
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { isInFlight, type PaymentState } from '../payments/payment.ts'
import { cardCostOf } from '../quotes/card-cost.ts'
import { type StoredSplit, splitContribution, splitToJson } from '../quotes/quote.ts'
import type { SessionRow } from '../sessions/sessions.ts'

export interface ContributionRow {
  readonly id: string
  readonly sessionId: string
  readonly quoteId: string
  readonly organisationId: string
  readonly consumerId: string
  readonly state: PaymentState
  readonly currency: string
  readonly amountMinor: bigint
  readonly split: StoredSplit
  /** Minor units, as it was shown before paying. */
  readonly cardCostMinor: bigint
  /** As the provider says; null while it has not. */
  readonly cardCostActualMinor: bigint | null
  readonly consent: Consent
  readonly psp: string
  readonly pspReference: string | null
  readonly pspUrl: string | null
  readonly returnUrl: string | null
  readonly failureCode: string | null
  readonly createdAt: Date
  readonly paidAt: Date | null
  readonly pollAt: Date | null
  readonly allocationId: string | null
}

/** What the shopper agreed to, word for word. */
export interface Consent {
  readonly text: string
  readonly locale: string
  /** SHA-256 of the text, hex. */
  readonly sha256: string
  readonly at: string
}

export interface Choice {
  readonly amountMinor: bigint
  readonly consent: Consent
  readonly description: string
  /** Where the PSP sends the shopper afterwards: our own hosted page. */
  readonly pspReturnUrl: string
  /** Where our hosted page leads back to. */
  readonly returnUrl: string | null
}

/** First look at the PSP by ourselves; the return and the notification are usually faster. */
export const firstPollMs = 15_000
const pollBatchMax = 20

/** @throws Refusal ALREADY_CONTRIBUTED when another attempt of the session is under way or paid */
export async function insertContribution(
  context: Context,
  session: SessionRow,
  choice: Choice,
  psp: string,
): Promise<string> {
  const now = context.clock.now()
  const id = newId(now.getTime())
  const split = splitContribution(choice.amountMinor, session.terms, session.quoteId)
  await context.database.transaction(async (tx) => {
    // Locking the session makes two tabs take turns here.
    await tx.query('select id from post_purchase_session where id = $1 for update', [session.id])
    const [other] = await tx.query(
      "select id from contribution where session_id = $1 and state in ('created', 'processing', 'pending', 'paid') limit 1",
      [session.id],
    )
    if (other) throw new Refusal('ALREADY_CONTRIBUTED', 'this session already has a contribution')
    await tx.query(
      `insert into contribution (id, session_id, quote_id, organisation_id, consumer_id, state, currency, amount_minor, split,
         card_cost_minor, consent, psp, return_url, created_at, updated_at, poll_at)
       values ($1, $2, $3, $4, $5, 'created', $6, $7, $8::json, $9, $10::json, $11, $12, $13, $13, $14)`,
      [
        id,
        session.id,
        session.quoteId,
        session.organisationId,
        session.consumerId,
        session.currency,
        choice.amountMinor,
        splitToJson(split),
        cardCostOf(choice.amountMinor, session.terms.cardPrice),
        JSON.stringify(choice.consent),
        psp,
        choice.returnUrl,
        now,
        new Date(now.getTime() + firstPollMs),
      ],
    )
  })
  return id
}

export interface StateChange {
  readonly pspReference?: string
  readonly pspUrl?: string | null
  readonly failureCode?: string | null
  readonly pollAt: Date | null
}

/**
 * Only if nobody has moved it since it was read: states are climbed, and what was learnt meanwhile is newer.
 * Never touches a paid contribution: that one is the books'.
 */
export async function storeState(
  context: Context,
  before: Pick<ContributionRow, 'id' | 'state' | 'pspReference'>,
  state: PaymentState,
  change: StateChange,
): Promise<void> {
  await context.database.query(
    `update contribution set state = $2, psp_reference = coalesce(psp_reference, $3), psp_url = coalesce($4, psp_url),
       failure_code = $5, poll_at = $6, updated_at = $7
     where id = $1 and state = $8 and psp_reference is not distinct from $9 and state <> 'paid'`,
    [
      before.id,
      state,
      change.pspReference ?? null,
      change.pspUrl ?? null,
      change.failureCode ?? null,
      change.pollAt,
      context.clock.now(),
      before.state,
      before.pspReference,
    ],
  )
}

/** What the provider calls the payment, unless it is known already: without it nothing could be asked or given back. */
export async function storeReference(
  context: Context,
  contributionId: string,
  pspReference: string,
  pspUrl: string | null,
): Promise<void> {
  await context.database.query(
    `update contribution set psp_reference = $2, psp_url = coalesce($3, psp_url), updated_at = $4
     where id = $1 and psp_reference is null`,
    [contributionId, pspReference, pspUrl, context.clock.now()],
  )
}

export async function pollAt(database: Queryable, contributionId: string, at: Date): Promise<void> {
  await database.query('update contribution set poll_at = $2 where id = $1 and poll_at is not null', [
    contributionId,
    at,
  ])
}

/** Takes the contributions whose outcome is open and whose time has come; nobody else gets them for a while. */
export async function takeDue(database: Queryable, psp: string, now: Date): Promise<string[]> {
  const due = await database.query<{ id: string }>(
    `update contribution set poll_at = $2 where id in (
       select id from contribution where poll_at <= $1 and psp = $3 order by poll_at limit ${pollBatchMax}
       for update skip locked)
     returning id`,
    [now, new Date(now.getTime() + firstPollMs), psp],
  )
  return due.map(({ id }) => id)
}

export async function idOfPspReference(
  database: Queryable,
  psp: string,
  pspReference: string,
): Promise<string | undefined> {
  const [row] = await database.query<{ id: string }>(
    'select id from contribution where psp = $1 and psp_reference = $2',
    [psp, pspReference],
  )
  return row?.id
}

const columns = `id, session_id as "sessionId", quote_id as "quoteId", organisation_id as "organisationId",
  consumer_id as "consumerId", state, currency, amount_minor as "amountMinor", split,
  card_cost_minor as "cardCostMinor", card_cost_actual_minor as "cardCostActualMinor", consent,
  psp, psp_reference as "pspReference", psp_url as "pspUrl", return_url as "returnUrl", failure_code as "failureCode",
  created_at as "createdAt", paid_at as "paidAt", poll_at as "pollAt",
  (select a.id from funds_allocation a where a.contribution_id = contribution.id) as "allocationId"`

export async function loadContribution(
  database: Queryable,
  id: string,
): Promise<ContributionRow | undefined> {
  const [row] = await database.query<ContributionRow>(`select ${columns} from contribution where id = $1`, [
    id,
  ])
  return row
}

/** Every attempt of a session, newest first. */
export function contributionsOf(database: Queryable, sessionId: string): Promise<ContributionRow[]> {
  return database.query<ContributionRow>(
    `select ${columns} from contribution where session_id = $1 order by created_at desc, id desc`,
    [sessionId],
  )
}

export async function inFlightOf(
  database: Queryable,
  sessionId: string,
): Promise<ContributionRow | undefined> {
  return (await contributionsOf(database, sessionId)).find((row) => isInFlight(row.state))
}
