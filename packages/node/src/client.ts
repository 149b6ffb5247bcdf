/**
 * For: the one object that a merchant's server makes: `new EkkoClient({ apiKey, baseUrl })`.
 * Not for: browsers. The API key must never reach one; a session's client secret is made for that.
 * Law: making a client does nothing but check its options; nothing is sent until a method is called.
 */
import { Allocations } from './allocations.ts'
import { ApiKeys } from './api-keys.ts'
import { Brands } from './brands.ts'
import { CheckoutSessions } from './checkout-sessions.ts'
import { type ComponentOptions, fetchComponent } from './component.ts'
import { Consumers } from './consumers.ts'
import { Exports } from './exports.ts'
import { ImpactPartners } from './impact-partners.ts'
import { ImpactRecords } from './impact-records.ts'
import { ImpactPaySessions } from './impactpay-sessions.ts'
import { ManagedProjects } from './managed-projects.ts'
import { Organisations } from './organisations.ts'
import { PostPurchaseSessions } from './post-purchase-sessions.ts'
import { Products } from './products.ts'
import { ProfitShareRecords } from './profit-share-records.ts'
import { Projects } from './projects.ts'
import { Quotes } from './quotes.ts'
import { Statements } from './statements.ts'
import { createTransport, type Transport } from './transport.ts'
import { WebhookDeliveries } from './webhook-deliveries.ts'
import { WebhookEndpoints } from './webhook-endpoints.ts'
import { WebhookEvents } from './webhook-events.ts'

export interface EkkoClientOptions {
  /** `ek_test_…` or `ek_live_…`. */
  apiKey: string
  /** The deployment, for example `https://ekko.example`; a trailing `/v3` is taken off. */
  baseUrl: string
  /** Milliseconds that a call may take in all, retries and waits included; 10,000 when absent. */
  timeoutMs?: number
  /** Instead of Node's own, for a proxy or a test. */
  fetch?: typeof fetch
}

/**
 * A client for one deployment and one key. Keep one and share it: it holds no state but the settings.
 *
 * Lost connections, 429 and 5xx are tried again, at most three attempts within `timeoutMs`; a POST keeps its
 * Idempotency-Key over all of them.
 *
 * @throws TypeError for an API key or a base URL that cannot be one
 * @example
 * const ekko = new EkkoClient({ apiKey: config.ekkoApiKey, baseUrl: 'https://ekko.example' })
 * const me = await ekko.organisations.me()
 */
export class EkkoClient {
  readonly organisations: Organisations
  readonly apiKeys: ApiKeys
  readonly brands: Brands
  readonly products: Products
  readonly quotes: Quotes
  readonly checkoutSessions: CheckoutSessions
  readonly postPurchaseSessions: PostPurchaseSessions
  readonly impactPaySessions: ImpactPaySessions
  readonly impactPartners: ImpactPartners
  readonly consumers: Consumers
  readonly projects: Projects
  readonly managedProjects: ManagedProjects
  readonly impactRecords: ImpactRecords
  readonly profitShareRecords: ProfitShareRecords
  readonly allocations: Allocations
  readonly statements: Statements
  readonly exports: Exports
  readonly webhookEndpoints: WebhookEndpoints
  readonly webhookDeliveries: WebhookDeliveries
  readonly events: WebhookEvents
  readonly #transport: Transport

  constructor(options: EkkoClientOptions) {
    this.#transport = createTransport({
      apiKey: checkedKey(options.apiKey),
      baseUrl: checkedBase(options.baseUrl),
      timeoutMs: options.timeoutMs ?? 10_000,
      fetch: options.fetch ?? globalThis.fetch,
    })
    this.organisations = new Organisations(this.#transport)
    this.apiKeys = new ApiKeys(this.#transport)
    this.brands = new Brands(this.#transport)
    this.products = new Products(this.#transport)
    this.quotes = new Quotes(this.#transport)
    this.checkoutSessions = new CheckoutSessions(this.#transport)
    this.postPurchaseSessions = new PostPurchaseSessions(this.#transport)
    this.impactPaySessions = new ImpactPaySessions(this.#transport)
    this.impactPartners = new ImpactPartners(this.#transport)
    this.consumers = new Consumers(this.#transport)
    this.projects = new Projects(this.#transport)
    this.managedProjects = new ManagedProjects(this.#transport)
    this.impactRecords = new ImpactRecords(this.#transport)
    this.profitShareRecords = new ProfitShareRecords(this.#transport)
    this.allocations = new Allocations(this.#transport)
    this.statements = new Statements(this.#transport)
    this.exports = new Exports(this.#transport)
    this.webhookEndpoints = new WebhookEndpoints(this.#transport)
    this.webhookDeliveries = new WebhookDeliveries(this.#transport)
    this.events = new WebhookEvents(this.#transport)
  }

  /**
   * The session's component as HTML, to print unescaped into your own page. Never throws and never rejects: it is `''`
   * when the service is slow, down or unwilling, and `onUnavailable` hears why.
   *
   * @example const html = await ekko.component(session.clientSecret, { onUnavailable: (reason) => log.warn(reason.code) })
   */
  async component(clientSecret: string, options: ComponentOptions = {}): Promise<string> {
    return fetchComponent(this.#transport, clientSecret, options)
  }
}

const checkedKey = (apiKey: string): string => {
  if (typeof apiKey === 'string' && /^[\x21-\x7e]+$/.test(apiKey)) return apiKey
  throw new TypeError('apiKey must be a key such as ek_test_…; is the environment variable set?')
}

const checkedBase = (baseUrl: string): string => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.search && !url.hash)
    return url.href.replace(/\/+$/, '').replace(/\/v3$/, '')
  throw new TypeError('baseUrl must be an address such as https://ekko.example')
}
