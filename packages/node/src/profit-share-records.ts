/**
 * For: reconciliation of the service fee: who in the hierarchy gets which part of it, allocation by allocation.
 * Not for: what reaches the projects; impact records tell that.
 */
import { idInPath } from './path.ts'
import { walkPages } from './record-pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ProfitShareRecord, ProfitShareRecordPage, ProfitShareRecordQuery } from './types-allocations.ts'

export class ProfitShareRecords {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * One page, newest first.
   *
   * @throws EkkoApiError UNPROCESSABLE_ENTITY (a date, a limit or a cursor), NOT_FOUND (an organisation)
   */
  async list(query: ProfitShareRecordQuery, options: CallOptions = {}): Promise<ProfitShareRecordPage> {
    return this.#transport.get('/v3/funds/allocations/profit-share', options, query)
  }

  /**
   * Every record of the period, page after page as you consume them; stop whenever you like. `timeoutMs` is for each page.
   *
   * @throws EkkoError as `list`, and UNREADABLE_ANSWER when the pages do not move on
   */
  iterate(
    query: Omit<ProfitShareRecordQuery, 'endingBefore'>,
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<ProfitShareRecord, void, undefined> {
    return walkPages(query, (page) => this.list(page, options), 'id')
  }

  /**
   * One record: by the allocation's id, or a reversal by its own.
   *
   * @throws EkkoApiError NOT_FOUND
   */
  async retrieve(allocationOrReversalId: string, options: CallOptions = {}): Promise<ProfitShareRecord> {
    return this.#transport.get(
      `/v3/funds/allocations/${idInPath(allocationOrReversalId)}/profit-share`,
      options,
    )
  }
}
