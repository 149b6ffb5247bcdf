/**
 * The second table: each operation of the contract, and the use case that answers it. The whole API on one page.
 */
import type { OperationName, operations } from '@ekko/contract/operations'
import type { ComponentState, PostPurchaseSession } from '@ekko/contract/resources'
import type { Static, TSchema } from 'typebox'
import { reverseAllocation } from '../allocations/reversals.ts'
import { shownState } from '../contributions/contribution.ts'
import { type ContributionRow, contributionsOf } from '../contributions/contributions.ts'
import { toMajor } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { OrganisationRow } from '../organisations/organisation.ts'
import { showOrganisation } from '../organisations/organisations.ts'
import { showProject } from '../projects/projects.ts'
import { getImpactRecord, listImpactRecords } from '../reconciliation/records.ts'
import type { Services } from '../services.ts'
import {
  createSession,
  dismissSession,
  findSession,
  liveSession,
  recordPageOrigin,
  type SessionRow,
  statusOf,
} from '../sessions/sessions.ts'
import { openApiDocument } from './openapi.ts'
import { webhookHandlers } from './webhook-handlers.ts'

/** What a request has come down to once it is authenticated and its shape is checked. */
export interface Call {
  /** The organisation that the API key belongs to; empty for other callers. */
  readonly principalId: string
  /** The session that the client secret was made for; empty for other callers. */
  readonly sessionId: string
  readonly body: unknown
  readonly query: unknown
  readonly params: unknown
  /** For what the request creates, when it came with an idempotency key. */
  readonly newId?: string
  /** Of the page that asks, as the browser says. */
  readonly origin: string | undefined
}

export interface Answer {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

type Table = typeof operations
type Part<Name extends OperationName, Key extends 'body' | 'query' | 'params'> = Table[Name] extends {
  readonly [K in Key]: infer Schema extends TSchema
}
  ? Static<Schema>
  : unknown
type TypedCall<Name extends OperationName> = Omit<Call, 'body' | 'query' | 'params'> & {
  readonly body: Part<Name, 'body'>
  readonly query: Part<Name, 'query'>
  readonly params: Part<Name, 'params'>
}
export type Handlers = {
  readonly [Name in OperationName]: (services: Services, call: TypedCall<Name>) => Promise<Answer>
}

export const handlers: Handlers = {
  async createOrganisation(services, { principalId, body, newId }) {
    const { mccs, countries } = services.factorSet
    const codes = { isMcc: (mcc: string) => mccs.has(mcc), isCountry: (code: string) => countries.has(code) }
    return {
      body: await shown(services, await services.organisations.create(principalId, body, codes, newId)),
    }
  },

  async getOwnOrganisation(services, { principalId }) {
    return { body: await shown(services, await services.organisations.load(principalId)) }
  },

  async getOrganisation(services, { principalId, params }) {
    return { body: await shown(services, await services.organisations.find(principalId, params.id)) }
  },

  async createPostPurchaseSession(services, { principalId, body, newId }) {
    return { body: await createSession(services.context, services, principalId, body, newId) }
  },

  async getPostPurchaseSession(services, { principalId, params }) {
    const { context, organisations } = services
    const session = await findSession(context, organisations, principalId, params.id)
    const attempts = await contributionsOf(context.database, session.id)
    return { body: showSession(session, attempts, context.clock.now()) }
  },

  async listProjects(services, { principalId, query }) {
    const { rootId, currency } = await services.organisations.load(principalId)
    const all = await services.projects.list(rootId, currency)
    const wanted = all.filter((project) => !query.projectId || project.id === query.projectId.toLowerCase())
    if (query.projectId && wanted.length === 0) throw new Refusal('NOT_FOUND', 'no such project')
    return { body: wanted.map((project) => showProject(project, currency)) }
  },

  async listImpactRecords({ context, organisations }, { principalId, query }) {
    return { body: await listImpactRecords(context, organisations, principalId, query) }
  },

  async getImpactRecord({ context }, { principalId, params }) {
    return { body: await getImpactRecord(context, principalId, params.id) }
  },

  async reverseAllocation(services, { principalId, params, body, newId }) {
    return { body: await reverseAllocation(services.context, services, principalId, params.id, body, newId) }
  },

  ...webhookHandlers,

  async getComponent(services, { sessionId, query, origin }) {
    const styles = query.styles ?? 'link'
    const { html, state, isFirstView } = await services.component(sessionId, styles)
    if (isFirstView && isWebOrigin(origin))
      await recordPageOrigin(services.context.database, sessionId, origin)
    return { body: html, headers: { 'ekko-state': state, 'access-control-expose-headers': 'ekko-state' } }
  },

  async getComponentState({ context }, { sessionId }) {
    const session = await liveSession(context, sessionId)
    return {
      body: showState(session, await contributionsOf(context.database, session.id), context.clock.now()),
    }
  },

  async dismissComponent({ context, onChange }, { sessionId }) {
    const session = await liveSession(context, sessionId)
    await dismissSession(context.database, session.id, context.clock.now())
    onChange(session.id)
    return {}
  },

  async getOpenApi({ context }) {
    return { body: openApiDocument(context.origin) }
  },
}

async function shown({ projects }: Services, organisation: OrganisationRow) {
  return showOrganisation(organisation, await projects.partners(organisation.rootId))
}

function isWebOrigin(origin: string | undefined): origin is string {
  return origin !== undefined && /^https?:\/\/[^/]{1,255}$/.test(origin)
}

function showSession(
  session: SessionRow,
  attempts: readonly ContributionRow[],
  now: Date,
): PostPurchaseSession {
  const contributed = attempts.some((attempt) => attempt.state === 'paid')
  return {
    sessionId: session.id,
    organisationId: session.organisationId,
    quoteId: session.quoteId,
    sdkVariant: session.variant,
    impactType: session.impactType,
    locale: session.locale,
    status: statusOf(session, contributed, now),
    createdAt: session.createdAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    transaction: {
      amount: toMajor(session.transactionMinor, session.currency),
      currencyCode: session.currency,
    },
    footprint: session.footprint,
    contributions: attempts.map((attempt) => ({
      ...showAttempt(attempt),
      fundsAllocationId: attempt.allocationId,
      createdAt: attempt.createdAt.toISOString(),
    })),
  }
}

function showState(session: SessionRow, attempts: readonly ContributionRow[], now: Date): ComponentState {
  const { state, attempt } = shownState(attempts, {
    linkExpired: session.linkExpiresAt <= now,
    dismissed: session.dismissedAt !== null,
  })
  return { sessionId: session.id, state, contribution: attempt ? showAttempt(attempt) : null }
}

function showAttempt({ id, state, amountMinor, currency }: ContributionRow) {
  return { contributionId: id, status: state, amount: toMajor(amountMinor, currency), currencyCode: currency }
}
