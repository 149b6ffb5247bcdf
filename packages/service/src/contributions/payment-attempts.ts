/**
 * Attempts to pay: from the shopper's choice to a known outcome.
 * Laws: one attempt at a time for a session; a network call never happens inside a transaction; an outcome that is not
 * known stays open and is asked for until it is. What being paid means for the books is `onPaid`'s business.
 */
import type { Context } from '../kernel/context.ts'
import { isId } from '../kernel/id.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import { disagreement, isInFlight, observe } from '../payments/payment.ts'
import type { Outcome, Psp, PspPayment, PspSession } from '../payments/psp.ts'
import type { SessionRow } from '../sessions/sessions.ts'
import {
  type Choice,
  type ContributionRow,
  idOfPspReference,
  inFlightOf,
  insertContribution,
  loadContribution,
  pollAt,
  storeReference,
  storeState,
  takeDue,
} from './contributions.ts'

export interface ContributionSources {
  readonly psp: Psp
  /** Books a paid contribution; safe to call again for the same one. */
  readonly onPaid: (contribution: ContributionRow, paidAt: Date) => Promise<void>
  /** Called whenever a session's contribution changed, after it was stored. */
  readonly onChange: (sessionId: string) => void
}

/** How long the shopper may take at the PSP. */
const pspSessionTtlMs = 30 * 60 * 1000
/** An attempt that the PSP has never heard of is over when even a late call to open it would come to nothing. */
const neverOpenedMs = pspSessionTtlMs + 60_000
/** Waiting between two looks grows with the age of the contribution, between these bounds. */
const pollMinMs = 5_000
const pollMaxMs = 15 * 60 * 1000

export interface StartedAttempt {
  readonly contributionId: string
  /** The PSP's page, where the shopper pays. */
  readonly pspUrl: string
}

type Where = Pick<Choice, 'description' | 'pspReturnUrl'>

/**
 * Begins paying, or goes on where another tab began.
 * @throws Refusal INVALID_AMOUNT, ALREADY_CONTRIBUTED, SERVICE_UNAVAILABLE
 */
export async function startContribution(
  context: Context,
  sources: ContributionSources,
  session: SessionRow,
  choice: Choice,
): Promise<StartedAttempt> {
  checkAmount(session, choice.amountMinor)
  const earlier = await inFlightOf(context.database, session.id)
  if (earlier) {
    const resumed = await resume(context, sources, session, earlier, choice)
    if (resumed) return resumed
  }
  const contributionId = await insertContribution(context, session, choice, sources.psp.id)
  const inserted = await loadContribution(context.database, contributionId)
  return openAtPsp(context, sources, session, inserted!, choice)
}

function checkAmount(session: SessionRow, amountMinor: bigint): void {
  const { minimumMinor, maximumMinor } = session.terms
  if (amountMinor < BigInt(minimumMinor) || amountMinor > BigInt(maximumMinor)) {
    throw refuseField('INVALID_AMOUNT', '/amount', `between ${minimumMinor} and ${maximumMinor} minor units`)
  }
}

/**
 * Goes on with the attempt under way when it is for the same amount; otherwise ends it, so that another can begin.
 * Only the PSP's word that an attempt is over counts. One that has no PSP reference yet is opened first: opening it again
 * is the same call with the same key, and after that there is something to ask about and to end.
 * @returns where to go on, or undefined when a new attempt may begin
 */
async function resume(
  context: Context,
  sources: ContributionSources,
  session: SessionRow,
  earlier: ContributionRow,
  choice: Choice,
): Promise<StartedAttempt | undefined> {
  const isSame = earlier.amountMinor === choice.amountMinor
  if (earlier.pspReference === null && ageMsOf(context, earlier) < pspSessionTtlMs) {
    const opened = await openAtPsp(context, sources, session, earlier, choice)
    if (isSame) return opened
  }
  const known = await loadContribution(context.database, earlier.id)
  if (!isSame && known!.pspReference !== null) {
    await sources.psp.expireSession(known!.pspReference, `${earlier.id}:expire`)
  }
  const current = await refreshContribution(context, sources, earlier.id)
  if (current.state === 'paid')
    throw new Refusal('ALREADY_CONTRIBUTED', 'this session already has a contribution')
  if (!isInFlight(current.state)) return undefined
  if (isSame && current.state !== 'pending' && current.pspUrl !== null) {
    return { contributionId: current.id, pspUrl: current.pspUrl }
  }
  throw new Refusal('ALREADY_CONTRIBUTED', 'a payment for this session is still being made')
}

/** The same attempt is opened under the same key, whichever tab asks; in another language that is another call. */
async function openAtPsp(
  context: Context,
  { psp, onChange }: ContributionSources,
  session: SessionRow,
  contribution: ContributionRow,
  { description, pspReturnUrl }: Where,
): Promise<StartedAttempt> {
  const { id, amountMinor, currency, createdAt } = contribution
  const asked = await psp.createSession(
    {
      reference: id,
      money: { minor: amountMinor, currency },
      description,
      locale: session.locale,
      returnUrl: pspReturnUrl,
      expiresAt: new Date(createdAt.getTime() + pspSessionTtlMs),
    },
    id,
  )
  const isRefused = asked.kind === 'declined' || asked.kind === 'rejected'
  const outcome = isRefused ? await openedBefore(psp, contribution, asked) : asked
  if (outcome.kind === 'declined' || outcome.kind === 'rejected') {
    await storeState(context, contribution, 'failed', { failureCode: outcome.code, pollAt: null })
    throw new Refusal('SERVICE_UNAVAILABLE', 'the payment provider did not accept the payment')
  }
  if (outcome.kind === 'unknown') {
    throw new Refusal('SERVICE_UNAVAILABLE', 'the payment provider did not answer; nothing was charged')
  }
  const { pspReference, redirectUrl } = outcome.value
  await storeReference(context, id, pspReference, redirectUrl)
  onChange(session.id)
  return { contributionId: id, pspUrl: redirectUrl }
}

/** A refusal says nothing of an earlier call, whose answer went to another tab or got lost: what it opened counts. */
async function openedBefore(
  psp: Psp,
  { id, createdAt }: ContributionRow,
  refusal: Outcome<PspSession>,
): Promise<Outcome<PspSession>> {
  const found = await psp.findByReference(id, createdAt)
  if (found.kind !== 'done') return { kind: 'unknown', cause: 'the look-up of the payment did not succeed' }
  if (found.value === undefined) return refusal
  const { pspReference, redirectUrl } = found.value
  return redirectUrl === undefined
    ? { kind: 'unknown', cause: 'nobody can pay there any more' }
    : { kind: 'done', value: { pspReference, redirectUrl } }
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
  const answer = await ask(sources.psp, before)
  if (answer.kind === 'done' && answer.value) await apply(context, sources, before, answer.value)
  else if (answer.kind === 'done' && ageMsOf(context, before) >= neverOpenedMs)
    await storeState(context, before, 'expired', { failureCode: 'never_opened', pollAt: null })
  else await pollLater(context, before)
  const after = await loadContribution(context.database, contributionId)
  if (after!.state !== before.state) sources.onChange(before.sessionId)
  return after!
}

/**
 * The PSP's truth; `done` with undefined when it has never heard of the payment. One whose PSP reference we lack is looked
 * for by ours. It cannot be had from a provider that was here before.
 */
async function ask(
  psp: Psp,
  { id, psp: askedOf, pspReference, createdAt }: ContributionRow,
): Promise<Outcome<PspPayment | undefined>> {
  if (askedOf !== psp.id) return { kind: 'unknown', cause: 'a provider that was here before' }
  return pspReference === null ? psp.findByReference(id, createdAt) : psp.fetchPayment(pspReference)
}

async function apply(
  context: Context,
  sources: ContributionSources,
  before: ContributionRow,
  payment: PspPayment,
): Promise<void> {
  const money = { minor: before.amountMinor, currency: before.currency }
  const wrong = disagreement({ reference: before.id, money }, payment)
  if (wrong) {
    const about = { contributionId: before.id, wrong }
    context.log.error('the payment provider reports another payment than was asked for', about)
    return pollLater(context, before)
  }
  const state = observe(before.state, payment.status)
  if (state === 'paid') {
    // Found by our own reference: a backup was restored that is older than the provider's answer.
    if (before.pspReference === null) await storeReference(context, before.id, payment.pspReference, null)
    const cardCostActualMinor = payment.cardCostMinor ?? before.cardCostActualMinor
    return sources.onPaid({ ...before, cardCostActualMinor }, payment.paidAt ?? context.clock.now())
  }
  await storeState(context, before, state, {
    pspReference: payment.pspReference,
    pspUrl: payment.redirectUrl ?? null,
    failureCode: payment.failureCode ?? null,
    pollAt: isInFlight(state) ? nextPoll(context, before) : null,
  })
}

async function pollLater(context: Context, contribution: ContributionRow): Promise<void> {
  await pollAt(context.database, contribution.id, nextPoll(context, contribution))
}

function nextPoll(context: Context, contribution: ContributionRow): Date {
  const waitMs = Math.min(pollMaxMs, Math.max(pollMinMs, ageMsOf(context, contribution) / 4))
  return new Date(context.clock.now().getTime() + waitMs)
}

function ageMsOf(context: Context, { createdAt }: ContributionRow): number {
  return context.clock.now().getTime() - createdAt.getTime()
}

/** Looks at contributions whose outcome is still open and whose time has come. Answers how many it looked at. */
export async function pollContributions(context: Context, sources: ContributionSources): Promise<number> {
  const due = await takeDue(context.database, sources.psp.id, context.clock.now())
  for (const id of due) {
    await refreshContribution(context, sources, id).catch((cause) =>
      context.log.error('polling a contribution failed; it will be polled again', {
        contributionId: id,
        cause,
      }),
    )
  }
  return due.length
}

/**
 * The id of the contribution that a payment at the provider is for; undefined when it is not one of ours.
 * The provider may have called the payment by a name that we do not know, and then says what it is for.
 * @throws Refusal SERVICE_UNAVAILABLE when it does not answer, so that whoever told us tells us again
 */
export async function contributionOfPayment(
  context: Context,
  { psp }: ContributionSources,
  pspReference: string,
): Promise<string | undefined> {
  const known = await idOfPspReference(context.database, psp.id, pspReference)
  if (known !== undefined) return known
  const payment = await psp.fetchPayment(pspReference)
  if (payment.kind === 'unknown')
    throw new Refusal('SERVICE_UNAVAILABLE', 'the payment provider did not answer')
  if (!('value' in payment)) return undefined
  const { pspReference: named, reference } = payment.value
  return (await idOfPspReference(context.database, psp.id, named)) ?? idAtPsp(context, psp, reference)
}

/** Our own reference, when that is what it is. */
async function idAtPsp({ database }: Context, psp: Psp, reference: string): Promise<string | undefined> {
  const contribution = isId(reference) ? await loadContribution(database, reference) : undefined
  return contribution?.psp === psp.id ? contribution.id : undefined
}
