/**
 * Post-purchase sessions: one purchase, one quote, one client secret.
 * Everything a session shows is frozen when it is created; only what becomes of it changes.
 */
import type {
  CreatedPostPurchaseSession,
  Footprint,
  NewPostPurchaseSession,
  PostPurchaseSession,
} from '@ekko/contract/resources'
import type { ConsumerSeals } from '../consumers/consumer.ts'
import type { Context } from '../kernel/context.ts'
import type { Queryable } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import type { OrganisationRow } from '../organisations/organisation.ts'
import type { Organisations } from '../organisations/organisations.ts'
import type { Terms } from '../quotes/quote.ts'
import { makeQuote, type Quote, type QuoteSources } from '../quotes/quotes.ts'
import { resolveLocale } from './locale.ts'
import type { SessionInserts } from './session-inserts.ts'
import type { SessionTokens } from './session-token.ts'

export const clientSecretTtlMs = 60 * 60 * 1000
export const linkTtlMs = 30 * 24 * 60 * 60 * 1000

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
  readonly variant: 'embedded' | 'takeover'
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
}

const orderItemsBytesMax = 64 * 1024

/** With an id of the caller’s own, asking again answers what the first time created. */
export async function createSession(
  context: Context,
  sources: SessionSources,
  principalId: string,
  wanted: NewPostPurchaseSession,
  id?: string,
): Promise<CreatedPostPurchaseSession> {
  const organisation = await sources.organisations.find(principalId, wanted.organisationId, '/organisationId')
  const locale = resolveLocale(wanted.locale)
  const now = context.clock.now()
  const quote = await makeQuote(sources, organisation, wanted, locale, now)
  const earlier = id === undefined ? undefined : await loadSession(context.database, id)
  if (earlier) return created(sources.tokens, earlier)
  const sessionId = id ?? newId(now.getTime())
  const quoteId = newId(now.getTime())
  const expiresAt = new Date(now.getTime() + clientSecretTtlMs)
  await insertSession(sources.sessionInserts, {
    seals: sources.consumerSeals,
    wanted,
    organisation,
    quote,
    locale,
    sessionId,
    quoteId,
    now,
    expiresAt,
  })
  return created(sources.tokens, { id: sessionId, quoteId, expiresAt, footprint: quote.footprint })
}

function created(
  tokens: SessionTokens,
  { id, quoteId, expiresAt, footprint }: Pick<SessionRow, 'id' | 'quoteId' | 'expiresAt' | 'footprint'>,
): CreatedPostPurchaseSession {
  return {
    sessionId: id,
    clientSecret: tokens.clientSecret(id),
    quoteId,
    expiresAt: expiresAt.toISOString(),
    footprint,
  }
}

interface Insertion {
  readonly seals: ConsumerSeals
  readonly wanted: NewPostPurchaseSession
  readonly organisation: OrganisationRow
  readonly quote: Quote
  readonly locale: string
  readonly sessionId: string
  readonly quoteId: string
  readonly now: Date
  readonly expiresAt: Date
}

async function insertSession(inserts: SessionInserts, insertion: Insertion): Promise<void> {
  const { wanted, organisation, quote, now } = insertion
  const consumerId = newId(now.getTime())
  const orderItems = wanted.orderItems ? JSON.stringify(wanted.orderItems) : null
  if (orderItems !== null && orderItems.length > orderItemsBytesMax) {
    throw refuseField('UNPROCESSABLE_ENTITY', '/orderItems', `at most ${orderItemsBytesMax} bytes in all`)
  }
  await inserts.insert({
    sessionId: insertion.sessionId,
    quoteId: insertion.quoteId,
    consumerId,
    organisationId: organisation.id,
    ...insertion.seals.seal(consumerId, organisation.rootId, wanted.consumer),
    impactType: quote.impactType,
    locale: insertion.locale,
    currency: quote.currency,
    transactionMinor: quote.transactionMinor.toString(),
    merchant: wanted.merchant ? JSON.stringify(wanted.merchant) : null,
    orderItems,
    footprint: JSON.stringify(quote.footprint),
    terms: JSON.stringify(quote.terms),
    variant: wanted.sdkVariant ?? 'embedded',
    createdAt: now.toISOString(),
    expiresAt: insertion.expiresAt.toISOString(),
    linkExpiresAt: new Date(now.getTime() + linkTtlMs).toISOString(),
  })
}

/** The session, or undefined; asks nobody who wants to know. */
export async function loadSession(database: Queryable, sessionId: string): Promise<SessionRow | undefined> {
  const [row] = await database.query<SessionRow>(
    `select s.id, s.quote_id as "quoteId", s.organisation_id as "organisationId", q.consumer_id as "consumerId", s.variant,
       q.impact_type as "impactType", q.locale, q.currency, q.transaction_minor as "transactionMinor", q.merchant,
       q.footprint, q.terms, s.created_at as "createdAt", s.expires_at as "expiresAt",
       s.link_expires_at as "linkExpiresAt", s.page_origin as "pageOrigin", s.dismissed_at as "dismissedAt"
     from post_purchase_session s join quote q on q.id = s.quote_id where s.id = $1`,
    [sessionId],
  )
  return row
}

/** @throws Refusal NOT_FOUND when it is not the principal's or below it */
export async function findSession(
  context: Context,
  organisations: Organisations,
  principalId: string,
  sessionId: string,
): Promise<SessionRow> {
  const row = await loadSession(context.database, sessionId)
  if (!row) throw noSession()
  await organisations.find(principalId, row.organisationId).catch((cause) => {
    throw cause instanceof Refusal ? noSession() : cause
  })
  return row
}

const noSession = () => new Refusal('NOT_FOUND', 'no such session')

/**
 * The session of a client secret that was read before.
 * @throws Refusal CLIENT_SECRET_EXPIRED when it is over
 */
export async function liveSession(context: Context, sessionId: string): Promise<SessionRow> {
  const row = await loadSession(context.database, sessionId)
  if (!row) throw new Refusal('UNAUTHORIZED', 'the client secret is not of this deployment')
  if (row.expiresAt <= context.clock.now())
    throw new Refusal('CLIENT_SECRET_EXPIRED', 'the client secret is over')
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
