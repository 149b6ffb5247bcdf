/**
 * For: reconciliation: what each contribution and each reversal consisted of, to the penny.
 * Not for: adding records up; the sums are yours.
 * Law: a walk over pages ends: a page that does not move on is an error, not another round.
 */
import { EkkoConnectionError } from './errors.ts'
import { idInPath } from './path.ts'
import type { CallOptions, Transport } from './transport.ts'
import type { ImpactRecord, ImpactRecordPage, ImpactRecordQuery } from './types.ts'

const recordsPerPage = 100
const maxPages = 100_000

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
    return this.#transport.json({
      ...options,
      method: 'GET',
      path: '/v3/funds/allocations/impact',
      query: searchOf(query),
    })
  }

  /**
   * Every record of the period, page after page as you consume them; stop whenever you like. `timeoutMs` is for each page.
   *
   * @throws EkkoError as `list`, and UNREADABLE_ANSWER when the pages do not move on
   * @example for await (const record of ekko.impactRecords.iterate({ dateTimeFrom, dateTimeTo })) book(record)
   */
  async *iterate(
    query: Omit<ImpactRecordQuery, 'endingBefore'>,
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<ImpactRecord, void, undefined> {
    let cursor = query.startingAfter
    for (let pages = 0; pages < maxPages; pages++) {
      const from = cursor === undefined ? {} : { startingAfter: cursor }
      const page = await this.list({ limit: recordsPerPage, ...query, ...from }, options)
      yield* page.data
      if (!page.hasMore) return
      const last = page.data.at(-1)?.id
      if (last === undefined || last === cursor) break
      cursor = last
    }
    throw new EkkoConnectionError('The pages of records do not come to an end', { code: 'UNREADABLE_ANSWER' })
  }

  /**
   * One record: by the allocation's id, or a reversal by its own.
   *
   * @throws EkkoApiError NOT_FOUND
   */
  async retrieve(allocationOrReversalId: string, options: CallOptions = {}): Promise<ImpactRecord> {
    return this.#transport.json({
      ...options,
      method: 'GET',
      path: `/v3/funds/allocations/${idInPath(allocationOrReversalId)}/impact`,
    })
  }
}

const searchOf = (query: ImpactRecordQuery): Record<string, string | undefined> => ({
  dateTimeFrom: instant(query.dateTimeFrom),
  dateTimeTo: instant(query.dateTimeTo),
  limit: query.limit?.toString(),
  startingAfter: query.startingAfter,
  endingBefore: query.endingBefore,
  consumerReference: query.consumerReference,
  impactPartnerId: query.impactPartnerId,
  fundsOrganisationId: query.fundsOrganisationId,
})

const instant = (value: string | Date): string => (typeof value === 'string' ? value : value.toISOString())
