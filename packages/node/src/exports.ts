/**
 * For: everything of one kind at once, as a stream of CSV or newline-delimited JSON, to write to a file as it comes.
 * Not for: reading it; nor for a few rows, which the lists answer.
 * Law: nothing is gathered in memory; a stream that breaks off is an error, so a file that was written whole is whole.
 */
import type { CallOptions, Transport } from './transport.ts'
import type { ExportName, ExportQuery } from './types-statements.ts'

export class Exports {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Resolves once the service begins to answer; `timeoutMs` is for that, the stream itself may take as long as it takes.
   *
   * @throws EkkoApiError FORBIDDEN (journals are the root's), NOT_FOUND (an organisation), UNPROCESSABLE_ENTITY
   * @example await pipeline(await ekko.exports.open('impact-records.csv', { dateTimeFrom }), createWriteStream('records.csv'))
   */
  async open(
    name: ExportName,
    query: ExportQuery = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const instant = (value: string | Date | undefined) =>
      value instanceof Date ? value.toISOString() : value
    const { dateTimeFrom, dateTimeTo, ...rest } = query
    return this.#transport.stream({
      ...options,
      method: 'GET',
      path: `/v3/exports/${encodeURIComponent(name)}`,
      query: { ...rest, dateTimeFrom: instant(dateTimeFrom), dateTimeTo: instant(dateTimeTo) },
    })
  }
}
