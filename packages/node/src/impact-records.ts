/**
 * For: reconciliation: what each contribution and each reversal consisted of, to the penny.
 * Not for: adding records up; the sums are yours.
 */
import { idInPath } from './path.ts'
import { walkPages } from './record-pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ImpactRecord, ImpactRecordPage, ImpactRecordQuery } from './types-allocations.ts'

export class ImpactRecords {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * One page, newest first.
   *
   * @throws EkkoApiError UNPROCESSABLE_ENTITY (a date or a limit), NOT_FOUND (a cursor or an organisation)
   * @example const page = await ekko.impactRecords.list({ dateTimeFrom: new Date(0), dateTimeTo: new Date(), limit: 10 })
   */
  async list(query: ImpactRecordQuery, options: CallOptions = {}): Promise<ImpactRecordPage> {
    return this.#transport.get('/v3/funds/allocations/impact', options, query)
  }

  /**
   * Every record of the period, page after page as you consume them; stop whenever you like. `timeoutMs` is for each page.
   *
   * @throws EkkoError as `list`, and UNREADABLE_ANSWER when the pages do not move on
   * @example for await (const record of ekko.impactRecords.iterate({ dateTimeFrom, dateTimeTo })) book(record)
   */
  iterate(
    query: Omit<ImpactRecordQuery, 'endingBefore'>,
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<ImpactRecord, void, undefined> {
    return walkPages(query, (page) => this.list(page, options), 'id')
  }

  /**
   * One record: by the allocation's id, or a reversal by its own.
   *
   * @throws EkkoApiError NOT_FOUND
   */
  async retrieve(allocationOrReversalId: string, options: CallOptions = {}): Promise<ImpactRecord> {
    return this.#transport.get(`/v3/funds/allocations/${idInPath(allocationOrReversalId)}/impact`, options)
  }
}
