/**
 * The second table: each operation of the contract, and the use case that answers it. The whole API on one page.
 */
import type { OperationName, operations } from '@ekko/contract/operations'
import type { Static, TSchema } from 'typebox'
import { eraseConsumer } from '../consumers/consumers.ts'
import { contributionsOf } from '../contributions/contributions.ts'
import type { Principal } from '../organisations/api-key.ts'
import type { Services } from '../services.ts'
import {
  createSession,
  dismissSession,
  findSession,
  liveSession,
  recordPageOrigin,
} from '../sessions/sessions.ts'
import { accessHandlers } from './access-handlers.ts'
import { allocationHandlers } from './allocation-handlers.ts'
import { offerHandlers } from './offer-handlers.ts'
import { openApiDocument } from './openapi.ts'
import { operatorHandlers } from './operator-handlers.ts'
import { shownOrganisation } from './organisation-answers.ts'
import { showSession, showState } from './session-answers.ts'
import { settlementHandlers } from './settlement-handlers.ts'
import { v2Handlers } from './v2-handlers.ts'
import { webhookHandlers } from './webhook-handlers.ts'

/** What a request has come down to once it is authenticated and its shape is checked. */
export interface Call {
  /** The organisation that the API key belongs to; empty for other callers. */
  readonly principalId: string
  /** Whoever asks with the key; nobody, who may do nothing, for other callers. */
  readonly principal: Principal
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
      body: await shownOrganisation(
        services,
        await services.organisations.create(principalId, body, codes, newId),
      ),
    }
  },

  async getOwnOrganisation(services, { principalId }) {
    return { body: await shownOrganisation(services, await services.organisations.load(principalId)) }
  },

  async getOrganisation(services, { principalId, params }) {
    return {
      body: await shownOrganisation(services, await services.organisations.find(principalId, params.id)),
    }
  },

  async createPostPurchaseSession(services, { principalId, body, newId }) {
    return { body: await createSession(services.context, services, principalId, body, newId) }
  },

  async getPostPurchaseSession(services, { principalId, params }) {
    const { context, organisations } = services
    const session = await findSession(context, organisations, principalId, params.id, 'post_purchase')
    const attempts = await contributionsOf(context.database, session.id)
    return { body: showSession(session, attempts, context.clock.now()) }
  },

  async eraseConsumer({ context, organisations }, { principalId, body }) {
    return { body: await eraseConsumer(context, organisations, principalId, body) }
  },

  ...offerHandlers,
  ...allocationHandlers,
  ...settlementHandlers,

  ...webhookHandlers,
  ...accessHandlers,
  ...operatorHandlers,
  ...v2Handlers,

  async getComponent(services, { sessionId, query, origin }) {
    const wish = { ...query, styles: query.styles ?? 'link' }
    const { html, state, isFirstView } = await services.component(sessionId, wish)
    if (isFirstView && isWebOrigin(origin))
      await recordPageOrigin(services.context.database, sessionId, origin)
    return { body: html, headers: { 'ekko-state': state } }
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

function isWebOrigin(origin: string | undefined): origin is string {
  return origin !== undefined && /^https?:\/\/[^/]{1,255}$/.test(origin)
}
