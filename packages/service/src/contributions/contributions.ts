/**
 * Contributions: from the shopper's choice to a known outcome.
 * Laws: one attempt at a time for a session; a network call never happens inside a transaction; an outcome that is not
 * known stays open and is polled until it is. What being paid means for the books is `onPaid`'s business.
 */
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { disagreement, isInFlight, observe, type PaymentState } from '../payments/payment.ts'
import type { Psp, PspPayment } from '../payments/psp.ts'
import { splitContribution, splitToJson, type StoredSplit } from '../quotes/quote.ts'
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
  readonly consent: Consent
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

export interface ContributionSources {
  readonly psp: Psp
  /** Books a paid contribution; safe to call again for the same one. */
  readonly onPaid: (contribution: ContributionRow, paidAt: Date) => Promise<void>
  /** Called whenever a session's contribution changed, after it was stored. */
  readonly onChange: (sessionId: string) => void
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

/** How long the shopper may take at the PSP. */
const pspSessionTtlMs = 30 * 60 * 1000
/** First look at the PSP by ourselves; the return and the notification are usually faster. */
const firstPollMs = 15_000
/** Waiting between two looks grows with the age of the contribution, between these bounds. */
const pollMinMs = 5_000
const pollMaxMs = 15 * 60 * 1000
const pollBatchMax = 20

/**
 * Begins paying, or goes on where another tab began. Answers the PSP's address for the shopper.
 * @throws Refusal INVALID_AMOUNT, ALREADY_CONTRIBUTED, SERVICE_UNAVAILABLE
 */
export async function startContribution(
  context: Context,
  sources: ContributionSources,
  session: SessionRow,
  choice: Choice,
): Promise<{ readonly contributionId: string; readonly pspUrl: string }> {
  checkAmount(session, choice.amountMinor)
  const earlier = await inFlightOf(context.database, session.id)
  if (earlier) {
    const sameChoice = earlier.amountMinor === choice.amountMinor && earlier.pspUrl !== null
    const current = sameChoice ? await refreshContribution(context, sources, earlier.id) : await withdraw(context, sources, earlier)
    if (isInFlight(current.state)) {
      if (sameChoice && current.state !== 'pending') return { contributionId: current.id, pspUrl: current.pspUrl! }
      throw new Refusal('ALREADY_CONTRIBUTED', 'a payment for this session is still being made')
    }
    if (current.state === 'paid') throw new Refusal('ALREADY_CONTRIBUTED', 'this session already has a contribution')
  }
  const contributionId = await insertContribution(context, session, choice, sources.psp.id)
  return openAtPsp(context, sources, session, contributionId, choice)
}

function checkAmount(session: SessionRow, amountMinor: bigint): void {
  const { minimumMinor, maximumMinor } = session.terms
  if (amountMinor < BigInt(minimumMinor) || amountMinor > BigInt(maximumMinor)) {
    throw refuseField('INVALID_AMOUNT', '/amount', `between ${minimumMinor} and ${maximumMinor} minor units`)
  }
}

async function insertContribution(context: Context, session: SessionRow, choice: Choice, psp: string): Promise<string> {
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
         consent, psp, return_url, created_at, updated_at, poll_at)
       values ($1, $2, $3, $4, $5, 'created', $6, $7, $8::json, $9::json, $10, $11, $12, $12, $13)`,
      [
        id,
        session.id,
        session.quoteId,
        session.organisationId,
        session.consumerId,
        session.currency,
        choice.amountMinor,
        splitToJson(split),
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

async function openAtPsp(
  context: Context,
  { psp, onChange }: ContributionSources,
  session: SessionRow,
  contributionId: string,
  choice: Choice,
): Promise<{ contributionId: string; pspUrl: string }> {
  const now = context.clock.now()
  const outcome = await psp.createSession(
    {
      reference: contributionId,
      money: { minor: choice.amountMinor, currency: session.currency },
      description: choice.description,
      locale: session.locale,
      returnUrl: choice.pspReturnUrl,
      expiresAt: new Date(now.getTime() + pspSessionTtlMs),
    },
    contributionId,
  )
  if (outcome.kind === 'declined' || outcome.kind === 'rejected') {
    await storeState(context, contributionId, 'failed', { failureCode: outcome.code, pollAt: null })
    throw new Refusal('SERVICE_UNAVAILABLE', 'the payment provider did not accept the payment')
  }
  if (outcome.kind === 'unknown') {
    throw new Refusal('SERVICE_UNAVAILABLE', 'the payment provider did not answer; nothing was charged')
  }
  const { pspReference, redirectUrl } = outcome.value
  await context.database.query(
    'update contribution set psp_reference = $2, psp_url = $3, updated_at = $4 where id = $1',
    [contributionId, pspReference, redirectUrl, now],
  )
  onChange(session.id)
  return { contributionId, pspUrl: redirectUrl }
}

/** Ends an attempt for good, so that another can begin; only the PSP's word that it is over counts. */
async function withdraw(
  context: Context,
  sources: ContributionSources,
  earlier: ContributionRow,
): Promise<ContributionRow> {
  const reference = earlier.pspReference
  if (reference !== null) await sources.psp.expireSession(reference, `${earlier.id}:expire`)
  return refreshContribution(context, sources, earlier.id)
}

/** Asks the PSP where the contribution stands and stores what it says. Any number of callers may do so at once. */
export async function refreshContribution(
  context: Context,
  sources: ContributionSources,
  contributionId: string,
): Promise<ContributionRow> {
  const before = await loadContribution(context.database, contributionId)
  if (!before) throw new Error(`contribution ${contributionId} is gone`)
  if (before.state === 'paid') return before
  const payment = await ask(sources.psp, before)
  if (payment === 'unknown') {
    await pollAgain(context, before)
  } else if (payment === 'never opened') {
    await storeState(context, before.id, 'failed', { failureCode: 'never_opened', pollAt: null })
  } else {
    await apply(context, sources, before, payment)
  }
  const after = await loadContribution(context.database, contributionId)
  if (after!.state !== before.state) sources.onChange(before.sessionId)
  return after!
}

/** The PSP's truth. A contribution whose PSP reference we do not know is looked for by ours. */
async function ask(psp: Psp, contribution: ContributionRow): Promise<PspPayment | 'unknown' | 'never opened'> {
  const { pspReference, id } = contribution
  const outcome = pspReference === null ? await psp.findByReference(id) : await psp.fetchPayment(pspReference)
  if (outcome.kind !== 'done' && outcome.kind !== 'pending') return 'unknown'
  return outcome.value ?? 'never opened'
}

async function apply(
  context: Context,
  sources: ContributionSources,
  before: ContributionRow,
  payment: PspPayment,
): Promise<void> {
  const wrong = disagreement({ reference: before.id, money: { minor: before.amountMinor, currency: before.currency } }, payment)
  if (wrong) {
    context.log.error('the payment provider reports another payment than was asked for', { contributionId: before.id, wrong })
    return pollAgain(context, before)
  }
  const state = observe(before.state, payment.status)
  if (state === 'paid') return sources.onPaid(before, payment.paidAt ?? context.clock.now())
  await storeState(context, before.id, state, {
    pspReference: payment.pspReference,
    pspUrl: payment.redirectUrl ?? null,
    failureCode: payment.failureCode ?? null,
    pollAt: isInFlight(state) ? nextPoll(context, before) : null,
  })
}

function nextPoll(context: Context, contribution: ContributionRow): Date {
  const now = context.clock.now().getTime()
  const ageMs = now - contribution.createdAt.getTime()
  return new Date(now + Math.min(pollMaxMs, Math.max(pollMinMs, ageMs / 4)))
}

async function pollAgain(context: Context, contribution: ContributionRow): Promise<void> {
  if (contribution.pollAt === null) return
  await context.database.query('update contribution set poll_at = $2 where id = $1 and poll_at is not null', [
    contribution.id,
    nextPoll(context, contribution),
  ])
}

interface StateChange {
  readonly pspReference?: string
  readonly pspUrl?: string | null
  readonly failureCode?: string | null
  readonly pollAt: Date | null
}

/** Never touches a paid contribution: that one is the books'. */
async function storeState(context: Context, id: string, state: PaymentState, change: StateChange): Promise<void> {
  await context.database.query(
    `update contribution set state = $2, psp_reference = coalesce(psp_reference, $3), psp_url = coalesce($4, psp_url),
       failure_code = $5, poll_at = $6, updated_at = $7 where id = $1 and state <> 'paid'`,
    [
      id,
      state,
      change.pspReference ?? null,
      change.pspUrl ?? null,
      change.failureCode ?? null,
      change.pollAt,
      context.clock.now(),
    ],
  )
}

/** Looks at contributions whose outcome is still open and whose time has come. Answers how many it looked at. */
export async function pollContributions(context: Context, sources: ContributionSources): Promise<number> {
  const now = context.clock.now()
  const due = await context.database.query<{ id: string }>(
    `update contribution set poll_at = $2 where id in (
       select id from contribution where poll_at <= $1 order by poll_at limit ${pollBatchMax} for update skip locked)
     returning id`,
    [now, new Date(now.getTime() + firstPollMs)],
  )
  for (const { id } of due) {
    await refreshContribution(context, sources, id).catch((cause) =>
      context.log.error('polling a contribution failed; it will be polled again', { contributionId: id, cause }),
    )
  }
  return due.length
}

/** A notification is only a hint to look. Unknown references are ignored. */
export async function refreshByPspReference(
  context: Context,
  sources: ContributionSources,
  pspReference: string,
): Promise<void> {
  const [row] = await context.database.query<{ id: string }>(
    'select id from contribution where psp = $1 and psp_reference = $2',
    [sources.psp.id, pspReference],
  )
  if (row) await refreshContribution(context, sources, row.id)
}

const columns = `id, session_id as "sessionId", quote_id as "quoteId", organisation_id as "organisationId",
  consumer_id as "consumerId", state, currency, amount_minor as "amountMinor", split, consent,
  psp_reference as "pspReference", psp_url as "pspUrl", return_url as "returnUrl", failure_code as "failureCode",
  created_at as "createdAt", paid_at as "paidAt", poll_at as "pollAt",
  (select a.id from funds_allocation a where a.contribution_id = contribution.id) as "allocationId"`

export async function loadContribution(database: Queryable, id: string): Promise<ContributionRow | undefined> {
  const [row] = await database.query<ContributionRow>(`select ${columns} from contribution where id = $1`, [id])
  return row
}

/** Every attempt of a session, newest first. */
export function contributionsOf(database: Queryable, sessionId: string): Promise<ContributionRow[]> {
  return database.query<ContributionRow>(
    `select ${columns} from contribution where session_id = $1 order by created_at desc, id desc`,
    [sessionId],
  )
}

async function inFlightOf(database: Queryable, sessionId: string): Promise<ContributionRow | undefined> {
  return (await contributionsOf(database, sessionId)).find((row) => isInFlight(row.state))
}
