/**
 * For: the operator's projects with price and stock, and what they did with the money. It needs a key of the root organisation.
 * Not for: merchants; `projects` lists what contributions can go to.
 */
import { idInPath } from './path.ts'
import { walkPages } from './record-pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type {
  Delivery,
  DeliveryPage,
  DeliveryQuery,
  ManagedProject,
  ManagedProjectPage,
  ManagedProjectQuery,
  NewDelivery,
  NewProject,
  ProjectChanges,
} from './types-operator.ts'

const path = '/v3/operator/projects'

export class ManagedProjects {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Offers a project from now on.
   *
   * @throws EkkoApiError FORBIDDEN, NOT_FOUND (no such partner), CLAIM_REFUSED, UNKNOWN_COUNTRY, UNSUPPORTED_CURRENCY, …
   */
  async create(project: NewProject, options: CallOptions = {}): Promise<ManagedProject> {
    return this.#transport.post(path, project, options)
  }

  /** One page, newest first, retired ones too. @throws EkkoApiError FORBIDDEN, UNPROCESSABLE_ENTITY */
  async list(query: ManagedProjectQuery = {}, options: CallOptions = {}): Promise<ManagedProjectPage> {
    return this.#transport.get(path, options, query)
  }

  /** Every project, page after page as you consume them. @throws EkkoError as `list`, and UNREADABLE_ANSWER */
  iterate(
    query: ManagedProjectQuery = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<ManagedProject, void, undefined> {
    return walkPages(query, (page) => this.list(page, options), 'id')
  }

  /** @throws EkkoApiError FORBIDDEN, NOT_FOUND */
  async retrieve(projectId: string, options: CallOptions = {}): Promise<ManagedProject> {
    return this.#transport.get(`${path}/${idInPath(projectId)}`, options)
  }

  /**
   * Changes what is named; `status: 'retired'` takes the project off offer.
   *
   * @throws EkkoApiError as `create`, and CONFLICT
   */
  async update(
    projectId: string,
    changes: ProjectChanges,
    options: CallOptions = {},
  ): Promise<ManagedProject> {
    return this.#transport.patch(`${path}/${idInPath(projectId)}`, changes, options)
  }

  /**
   * Records that credits were retired or money was paid out.
   *
   * @throws EkkoApiError FORBIDDEN, NOT_FOUND, UNSUPPORTED_CURRENCY, INVALID_AMOUNT, UNPROCESSABLE_ENTITY, CONFLICT
   * @example
   * await ekko.managedProjects.recordDelivery(projectId, {
   *   kind: 'disbursed', on: '2026-04-02', amount: 1_250, currencyCode: 'GBP', reference: 'payment 4711',
   * })
   */
  async recordDelivery(
    projectId: string,
    delivery: NewDelivery,
    options: CallOptions = {},
  ): Promise<Delivery> {
    return this.#transport.post(deliveriesOf(projectId), delivery, options)
  }

  /** One page of what a project did, latest first. @throws EkkoApiError FORBIDDEN, NOT_FOUND, UNPROCESSABLE_ENTITY */
  async deliveries(
    projectId: string,
    query: DeliveryQuery = {},
    options: CallOptions = {},
  ): Promise<DeliveryPage> {
    return this.#transport.get(deliveriesOf(projectId), options, query)
  }

  /** Every delivery, page after page as you consume them. @throws EkkoError as `deliveries`, and UNREADABLE_ANSWER */
  iterateDeliveries(
    projectId: string,
    query: DeliveryQuery = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<Delivery, void, undefined> {
    return walkPages(query, (page) => this.deliveries(projectId, page, options), 'id')
  }
}

const deliveriesOf = (projectId: string): string => `${path}/${idInPath(projectId)}/deliveries`
