/**
 * For: the organisations that your API key may see: its own and those below it.
 * Not for: how one looks and what it offers, see `brands` and `products`; nor for its keys, see `apiKeys`.
 */
import { idInPath } from './path.ts'
import { walkPages } from './record-pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type {
  AllowList,
  AllowListChanges,
  OrganisationChanges,
  OrganisationPage,
  OrganisationQuery,
} from './types-access.ts'
import type { NewOrganisation, Organisation } from './types-organisations.ts'

const path = '/v3/organisations'

export class Organisations {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Creates an organisation below yours. Do this once for each merchant, and keep the id.
   *
   * @throws EkkoApiError NOT_FOUND (no such parent), UNKNOWN_MCC, UNKNOWN_COUNTRY, UNSUPPORTED_CURRENCY, UNPROCESSABLE_ENTITY
   * @example
   * const { organisationId } = await ekko.organisations.create({
   *   parentOrganisationId, tradingName: 'Loam & Kiln', legalName: 'Loam and Kiln Ltd', currencyCode: 'GBP', mcc: '5992',
   *   address: { line1: '1 Potter’s Row', city: 'Stoke-on-Trent', postalCode: 'ST1 1AA', countryCode: 'GBR' },
   * })
   */
  async create(organisation: NewOrganisation, options: CallOptions = {}): Promise<Organisation> {
    return this.#transport.post(path, organisation, options)
  }

  /**
   * One page of those below yours, newest first.
   *
   * @throws EkkoApiError NOT_FOUND (the parent), UNPROCESSABLE_ENTITY
   * @example const { data } = await ekko.organisations.list({ organisationReference: 'merchant-4711' })
   */
  async list(query: OrganisationQuery = {}, options: CallOptions = {}): Promise<OrganisationPage> {
    return this.#transport.get(path, options, query)
  }

  /** Every organisation below yours, page after page as you consume them. @throws EkkoError as `list`, and UNREADABLE_ANSWER */
  iterate(
    query: OrganisationQuery = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<Organisation, void, undefined> {
    return walkPages(query, (page) => this.list(page, options), 'organisationId')
  }

  /** @throws EkkoApiError NOT_FOUND, also for an organisation that is not yours to see */
  async retrieve(organisationId: string, options: CallOptions = {}): Promise<Organisation> {
    return this.#transport.get(pathOf(organisationId), options)
  }

  /** The organisation that the API key belongs to: the parent of what you create. */
  async me(options: CallOptions = {}): Promise<Organisation> {
    return this.#transport.get(`${path}/me`, options)
  }

  /**
   * Changes what is named.
   *
   * @throws EkkoApiError NOT_FOUND, UNKNOWN_MCC, UNKNOWN_COUNTRY, CLAIM_REFUSED, UNPROCESSABLE_ENTITY
   */
  async update(
    organisationId: string,
    changes: OrganisationChanges,
    options: CallOptions = {},
  ): Promise<Organisation> {
    return this.#transport.patch(pathOf(organisationId), changes, options)
  }

  /** Stops it and all below it: keys and open sessions are not served, nothing new is taken. @throws EkkoApiError NOT_FOUND */
  async deactivate(organisationId: string, options: CallOptions = {}): Promise<Organisation> {
    return this.#transport.post(`${pathOf(organisationId)}/deactivate`, undefined, options)
  }

  /** Lets it work again. @throws EkkoApiError NOT_FOUND */
  async activate(organisationId: string, options: CallOptions = {}): Promise<Organisation> {
    return this.#transport.post(`${pathOf(organisationId)}/activate`, undefined, options)
  }

  /** Which addresses its keys may be used from. @throws EkkoApiError NOT_FOUND */
  async allowList(organisationId: string, options: CallOptions = {}): Promise<AllowList> {
    return this.#transport.get(`${pathOf(organisationId)}/allow-list`, options)
  }

  /**
   * Changes that list, or switches it on or off. You cannot shut yourself out.
   *
   * @throws EkkoApiError NOT_FOUND, UNPROCESSABLE_ENTITY
   * @example await ekko.organisations.updateAllowList(organisationId, { enabled: true, ranges: ['203.0.113.0/24'] })
   */
  async updateAllowList(
    organisationId: string,
    changes: AllowListChanges,
    options: CallOptions = {},
  ): Promise<AllowList> {
    return this.#transport.patch(`${pathOf(organisationId)}/allow-list`, changes, options)
  }
}

const pathOf = (organisationId: string): string => `${path}/${idInPath(organisationId)}`
