/** Everything the doors (API, pages, jobs) hand on to the domains: the use cases with what they need, put together once. */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { bookContribution } from './allocations/allocations.ts'
import type { ContributionSources } from './contributions/payment-attempts.ts'
import { type EventFeed, eventFeed } from './events/feeds.ts'
import type { Context } from './kernel/context.ts'
import { Metrics } from './kernel/metrics.ts'
import { type ApiKeys, apiKeysIn } from './organisations/api-keys.ts'
import { type Organisations, organisationsIn } from './organisations/organisations.ts'
import type { Psp } from './payments/psp.ts'
import { type Projects, projectsIn } from './projects/projects.ts'
import { type Rates, ratesIn } from './quotes/rates.ts'
import { type SessionInserts, sessionInsertsIn } from './sessions/session-inserts.ts'
import { type SessionTokens, sessionTokens } from './sessions/session-token.ts'
import { queueMeasures } from './webhooks/measures.ts'

/** What is read to offer a contribution. */
export interface OfferServices {
  readonly context: Context
  readonly organisations: Organisations
  readonly projects: Projects
  readonly factorSet: FactorSet
  readonly rates: Rates
  readonly tokens: SessionTokens
}

export interface Services extends OfferServices, ContributionSources {
  readonly apiKeys: ApiKeys
  readonly sessionInserts: SessionInserts
  readonly events: EventFeed
  readonly metrics: Metrics
  /** The session's component as HTML. @throws Refusal CLIENT_SECRET_EXPIRED, UNAUTHORIZED */
  readonly component: RenderComponent
}

export type RenderComponent = (sessionId: string, styles: 'link' | 'adopted') => Promise<RenderedComponent>

export interface RenderedComponent {
  readonly html: string
  readonly state: string
  /** True until a page was seen to show it. */
  readonly isFirstView: boolean
}

export function offerServices(context: Context, factorSet: FactorSet): OfferServices {
  const { database, clock, environment, keys } = context
  return {
    context,
    organisations: organisationsIn(database, clock),
    projects: projectsIn(database, clock),
    factorSet,
    rates: ratesIn(database, clock),
    tokens: sessionTokens(keys.master, environment),
  }
}

export interface Outside {
  readonly psp: Psp
  readonly component: RenderComponent
  /** Called with a session's id whenever what became of it changed. */
  readonly onChange: (sessionId: string) => void
}

export function servicesFor(offer: OfferServices, outside: Outside): Services {
  const { context } = offer
  return {
    ...offer,
    ...outside,
    sessionInserts: sessionInsertsIn(context.database),
    apiKeys: apiKeysIn(context.database, context.clock, context.environment),
    events: eventFeed(context),
    metrics: metricsOf(context),
    onPaid: (contribution, paidAt) => bookContribution(context, contribution, paidAt),
  }
}

function metricsOf(context: Context): Metrics {
  const metrics = new Metrics()
  queueMeasures(metrics, context)
  return metrics
}
