/**
 * Sessions: one purchase, one quote, and either a client secret for a page of the merchant's, before or after the purchase,
 * or a link to the hosted page.
 * Everything a session shows is frozen when it is created; only what becomes of it changes.
 */
import type { Footprint } from '@ekko/contract/quote-resources'
import type {
  CreatedPostPurchaseSession,
  NewPostPurchaseSession,
  PostPurchaseSession,
} from '@ekko/contract/session-resources'
import type { ConsumerSeals } from '../consumers/consumer.ts'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { type OrganisationRow, refuseDeactivated } from '../organisations/organisation.ts'
import type { Organisations } from '../organisations/organisations.ts'
import type { Terms } from '../quotes/quote.ts'
import { quoteInsertion } from '../quotes/quote-inserts.ts'
import { quoteTtlMs } from '../quotes/quote-rows.ts'
import { makeQuote, type Quote, type QuoteSources } from '../quotes/quotes.ts'
import { resolveLocale } from './locale.ts'
import type { SessionInserts } from './session-inserts.ts'
import type { SessionTokens } from './session-token.ts'

export const clientSecretTtlMs = 60 * 60 * 1000
export const linkTtlMs = quoteTtlMs

export type SessionKind = 'post_purchase' | 'checkout' | 'impactpay'

export interface SessionSources extends QuoteSources {
  readonly organisations: Organisations
  readonly tokens: SessionTokens
  readonly sessionInserts: SessionInserts
  readonly consumerSeals: ConsumerSeals
}

/** Everything that is frozen, and what became of it. */
export interface SessionRow {
  readonly id: string
  readonly quoteId: string
  readonly organisationId: string
  readonly consumerId: string
  readonly kind: SessionKind
  /** Of post-purchase sessions only. */
  readonly variant: 'embedded' | 'takeover' | null
  readonly impactType: 'carbon' | 'nature'
  readonly locale: string
  readonly currency: string
  readonly transactionMinor: bigint
  readonly merchant: NewPostPurchaseSession['merchant']
  readonly footprint: Footprint
  readonly terms: Terms
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly linkExpiresAt: Date
  readonly pageOrigin: string | null
  readonly dismissedAt: Date | null
  /** True when its organisation, or one above it, is deactivated. */
  readonly isDeactivated: boolean
}

/** A post-purchase session. With an id of the caller’s own, asking again answers what the first time created. */
export async function createSession(
  context: Context,
  sources: SessionSources,
  principalId: string,
  wanted: NewPostPurchaseSession,
  id?: string,
): Promise<CreatedPostPurchaseSession> {
  const form = { kind: 'post_purchase', variant: wanted.sdkVariant ?? null } as const
  const session = await openSession(context, sources, principalId, wanted, form, id)
  return {
    sessionId: session.id,
    clientSecret: sources.tokens.clientSecret(session.id),
    quoteId: session.quoteId,
    expiresAt: session.expiresAt.toISOString(),
    footprint: session.footprint,
  }
}

/** What was frozen for a session that was opened just now, or before under the same id. */
export type OpenedSession = Pick<
  SessionRow,
  'id' | 'quoteId' | 'currency' | 'transactionMinor' | 'footprint' | 'terms' | 'expiresAt' | 'linkExpiresAt'
>

export type WantedSession = Omit<NewPostPurchaseSession, 'sdkVariant'>
/** Without a variant, a post-purchase session has what its organisation’s product says. */
export type SessionForm = Pick<SessionRow, 'kind' | 'variant'>

/** With an id of the caller’s own, asking again answers the session that the first time opened. */
export async function openSession(
  context: Context,
  sources: SessionSources,
  principalId: string,
  wanted: WantedSession,
  form: SessionForm,
  id?: string,
): Promise<OpenedSession> {
  const organisation = await sources.organisations.find(principalId, wanted.organisationId, '/organisationId')
  const locale = resolveLocale(wanted.locale)
  const now = context.clock.now()
  const quote = await makeQuote(sources, organisation, wanted, locale, now)
  const earlier = id === undefined ? undefined : await loadSession(context.database, id)
  if (earlier) return earlier
  const session: OpenedSession = {
    ...quote,
    id: id ?? newId(now.getTime()),
    quoteId: newId(now.getTime()),
    expiresAt: new Date(now.getTime() + clientSecretTtlMs),
    linkExpiresAt: new Date(now.getTime() + linkTtlMs),
  }
  await insertSession(sources, { wanted, organisation, quote, locale, session, form, now })
  return session
}

interface Insertion {
  readonly wanted: WantedSession
  readonly organisation: OrganisationRow
  readonly quote: Quote
  readonly locale: string
  readonly session: OpenedSession
  readonly form: SessionForm
  readonly now: Date
}

async function insertSession(
  { sessionInserts, consumerSeals }: SessionSources,
  { wanted, organisation, quote, locale, session, form, now }: Insertion,
): Promise<void> {
  const quoted = {
    quote,
    quoteId: session.quoteId,
    consumerId: newId(now.getTime()),
    organisation,
    locale,
    createdAt: now,
  }
  await sessionInserts.insert({
    ...quoteInsertion(consumerSeals, wanted, quoted),
    sessionId: session.id,
    kind: form.kind,
    variant:
      form.kind === 'post_purchase' ? (form.variant ?? organisation.product.sdkVariant ?? 'embedded') : null,
    expiresAt: session.expiresAt.toISOString(),
    linkExpiresAt: session.linkExpiresAt.toISOString(),
  })
}

/** The session, or undefined; asks nobody who wants to know. */
export async function loadSession(database: Queryable, sessionId: string): Promise<SessionRow | undefined> {
  const [row] = await database.query<SessionRow>(
    `select s.id, s.quote_id as "quoteId", s.organisation_id as "organisationId", q.consumer_id as "consumerId", s.kind, s.variant,
       q.impact_type as "impactType", q.locale, q.currency, q.transaction_minor as "transactionMinor", q.merchant,
       q.footprint, q.terms, s.created_at as "createdAt", s.expires_at as "expiresAt",
       s.link_expires_at as "linkExpiresAt", s.page_origin as "pageOrigin", s.dismissed_at as "dismissedAt",
       exists (select from organisation o join organisation a on a.id = any (o.path)
               where o.id = s.organisation_id and a.status <> 'active') as "isDeactivated"
     from post_purchase_session s join quote q on q.id = s.quote_id where s.id = $1`,
    [sessionId],
  )
  return row
}

/** @throws Refusal NOT_FOUND when it is of another kind, or not the principal's or below it */
export async function findSession(
  context: Context,
  organisations: Organisations,
  principalId: string,
  sessionId: string,
  kind: SessionKind,
): Promise<SessionRow> {
  const row = await loadSession(context.database, sessionId)
  if (row?.kind !== kind) throw noSession()
  await organisations.find(principalId, row.organisationId).catch((cause) => {
    throw cause instanceof Refusal ? noSession() : cause
  })
  return row
}

const noSession = () => new Refusal('NOT_FOUND', 'no such session')

/**
 * The session of a client secret that was read before.
 * @throws Refusal CLIENT_SECRET_EXPIRED when it is over, ORGANISATION_DEACTIVATED
 */
export async function liveSession(context: Context, sessionId: string): Promise<SessionRow> {
  const row = await loadSession(context.database, sessionId)
  if (!row) throw new Refusal('UNAUTHORIZED', 'the client secret is not of this deployment')
  if (row.expiresAt <= context.clock.now())
    throw new Refusal('CLIENT_SECRET_EXPIRED', 'the client secret is over')
  refuseDeactivated(row)
  return row
}

/** Remembers the first page that showed the component: the payment page leads back there and nowhere else. */
export async function recordPageOrigin(
  database: Queryable,
  sessionId: string,
  origin: string,
): Promise<void> {
  await database.query(
    'update post_purchase_session set page_origin = $2 where id = $1 and page_origin is null',
    [sessionId, origin],
  )
}

export async function dismissSession(database: Queryable, sessionId: string, now: Date): Promise<void> {
  await database.query(
    'update post_purchase_session set dismissed_at = $2 where id = $1 and dismissed_at is null',
    [sessionId, now],
  )
}

export type SessionStatus = PostPurchaseSession['status']

/** Where a session stands; a contribution outweighs everything else. */
export function statusOf(session: SessionRow, contributed: boolean, now: Date): SessionStatus {
  if (contributed) return 'contributed'
  if (session.dismissedAt) return 'dismissed'
  return session.linkExpiresAt <= now ? 'expired' : 'open'
}
