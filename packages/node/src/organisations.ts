/**
 * For: the organisations that your API key may see: its own and those below it.
 * Not for: brands, products and logins; the operator's hub keeps those.
 */
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { NewOrganisation, Organisation } from './types.ts'

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
    return this.#transport.json({ ...options, method: 'POST', path: '/v3/organisations', body: organisation })
  }

  /** @throws EkkoApiError NOT_FOUND, also for an organisation that is not yours to see */
  async retrieve(organisationId: string, options: CallOptions = {}): Promise<Organisation> {
    return this.#transport.json({
      ...options,
      method: 'GET',
      path: `/v3/organisations/${idInPath(organisationId)}`,
    })
  }

  /** The organisation that the API key belongs to: the parent of what you create. */
  async me(options: CallOptions = {}): Promise<Organisation> {
    return this.#transport.json({ ...options, method: 'GET', path: '/v3/organisations/me' })
  }
}
