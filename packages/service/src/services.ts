/** Everything the doors (API, pages, jobs) hand on to the domains: the use cases with what they need, put together once. */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { contributionBookings } from './allocations/allocations.ts'
import { ConsumerSeals } from './consumers/consumer.ts'
import type { ContributionSources } from './contributions/payment-attempts.ts'
import { type EventFeed, eventFeed } from './events/feeds.ts'
import type { Capability } from './kernel/capability.ts'
import type { Context } from './kernel/context.ts'
import { Metrics } from './kernel/metrics.ts'
import { sealMeasures } from './ledger/seal-rounds.ts'
import { type ApiKeys, apiKeysIn } from './organisations/api-keys.ts'
import type { AppearanceFaults } from './organisations/brands.ts'
import { type Organisations, organisationsIn } from './organisations/organisations.ts'
import type { Psp } from './payments/psp.ts'
import { type Projects, projectsIn } from './projects/projects.ts'
import { type CostPolicy, usualCostPolicy } from './quotes/payment-cost.ts'
import { type QuoteInserts, quoteInsertsIn } from './quotes/quote-inserts.ts'
import { usualPayoutDays } from './quotes/quoted-offer.ts'
import { type Rates, ratesIn } from './quotes/rates.ts'
import type { Mailer } from './receipts/mailer.ts'
import type { ComposeMail } from './receipts/receipt-mails.ts'
import { receiptTokens } from './receipts/receipt-token.ts'
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
  readonly costPolicy: CostPolicy
  /** Within how many days impact partners get what was contributed, as shoppers in the United States are told. */
  readonly payoutDays: number
  readonly tokens: SessionTokens
  readonly receiptTokens: Capability
}

export interface Services extends OfferServices, ContributionSources {
  readonly apiKeys: ApiKeys
  readonly quoteInserts: QuoteInserts
  readonly sessionInserts: SessionInserts
  readonly consumerSeals: ConsumerSeals
  readonly events: EventFeed
  readonly metrics: Metrics
  /** What sends e-mail; null where the operator has set nothing up for it. */
  readonly mailer: Mailer | null
  readonly receiptMail: ComposeMail
  /** The session's component as HTML. @throws Refusal CLIENT_SECRET_EXPIRED, UNAUTHORIZED */
  readonly component: RenderComponent
  readonly appearanceFaults: AppearanceFaults
  /** Called whenever an organisation, a key, an allow-list, a brand, a product or a project was changed. */
  readonly onAccessChange: () => void
}

export type RenderComponent = (sessionId: string, wish: ComponentWish) => Promise<RenderedComponent>

/** What the page that shows it may ask for; the session knows the rest. */
export interface ComponentWish {
  readonly styles: 'link' | 'adopted'
  /** `checkout` for a checkout session, and only there; nothing of the kind is asked for when absent. */
  readonly variant?: 'embedded' | 'takeover' | 'checkout'
  /** BCP 47, as it came. */
  readonly locale?: string
}

export interface RenderedComponent {
  readonly html: string
  readonly state: string
  /** True until a page was seen to show it. */
  readonly isFirstView: boolean
}

export function offerServices(
  context: Context,
  factorSet: FactorSet,
  costPolicy: CostPolicy = usualCostPolicy,
  payoutDays = usualPayoutDays,
): OfferServices {
  const { database, clock, environment, keys } = context
  return {
    context,
    organisations: organisationsIn(database, clock),
    projects: projectsIn(database, clock),
    factorSet,
    rates: ratesIn(database, clock),
    costPolicy,
    payoutDays,
    tokens: sessionTokens(keys.master, environment),
    receiptTokens: receiptTokens(keys.master),
  }
}

export interface Outside {
  readonly psp: Psp
  readonly mailer: Mailer | null
  readonly component: RenderComponent
  readonly receiptMail: ComposeMail
  /** Called with a session's id whenever what became of it changed. */
  readonly onChange: (sessionId: string) => void
  readonly appearanceFaults: AppearanceFaults
  readonly onAccessChange: () => void
}

export function servicesFor(offer: OfferServices, outside: Outside): Services {
  const { context } = offer
  return {
    ...offer,
    ...outside,
    quoteInserts: quoteInsertsIn(context.database),
    sessionInserts: sessionInsertsIn(context.database),
    consumerSeals: new ConsumerSeals(context.keys.master),
    apiKeys: apiKeysIn(context.database, context.clock, context.environment),
    events: eventFeed(context),
    metrics: metricsOf(context),
    onPaid: contributionBookings(context),
  }
}

function metricsOf(context: Context): Metrics {
  const metrics = new Metrics()
  queueMeasures(metrics, context)
  sealMeasures(metrics, context)
  return metrics
}
