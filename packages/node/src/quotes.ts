/**
 * For: estimating a purchase and locking what a contribution to it costs, without showing anything of ours.
 * Not for: components and hosted pages; their sessions make a quote by themselves.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { NewQuote, Project, Quote, QuoteProjectQuery } from './types-offers.ts'

export class Quotes {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * The carbon footprint of a purchase, and credits for it at a locked price. Allocate under its `quoteId` afterwards.
   *
   * @throws EkkoApiError FOOTPRINT_NOT_APPLICABLE, PROJECTS_UNAVAILABLE, INVALID_AMOUNT, UNSUPPORTED_CURRENCY, …
   * @example
   * const quote = await ekko.quotes.carbon({
   *   organisationId, consumer: { reference: 'consumer_123', countryCode: 'GBR' },
   *   transaction: { amount: 47.97, currencyCode: 'GBP' },
   * })
   */
  async carbon(quote: NewQuote, options: CallOptions = {}): Promise<Quote> {
    return this.#transport.post('/v3/quotes/carbon', quote, options)
  }

  /** The nature footprint of a purchase, and what becomes of a contribution. @throws EkkoApiError as `carbon` */
  async nature(quote: NewQuote, options: CallOptions = {}): Promise<Quote> {
    return this.#transport.post('/v3/quotes/nature', quote, options)
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(quoteId: string, options: CallOptions = {}): Promise<Quote> {
    return this.#transport.get(`/v3/quotes/${idInPath(quoteId)}`, options)
  }

  /**
   * The projects that funds can be allocated to under it.
   *
   * @throws EkkoApiError NOT_FOUND
   */
  async projects(
    quoteId: string,
    query: QuoteProjectQuery = {},
    options: CallOptions = {},
  ): Promise<Project[]> {
    return this.#transport.get(`/v3/quotes/${idInPath(quoteId)}/projects`, options, query)
  }
}
