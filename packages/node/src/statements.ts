/**
 * For: closing the month: the statements of each organisation, and where the provider's settlement does not agree.
 * Not for: closing a month, which the service does by itself three days after it ended.
 */
import { idInPath } from './path.ts'
import { walkPages } from './record-pages.ts'
import type { CallOptions, Transport } from './transport.ts'
import type {
  SettlementBreak,
  SettlementBreakPage,
  SettlementBreakQuery,
  Statement,
  StatementPage,
  StatementQuery,
} from './types-statements.ts'

export class Statements {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * One page, newest first.
   *
   * @throws EkkoApiError UNPROCESSABLE_ENTITY (a limit), NOT_FOUND (an organisation)
   * @example const { data } = await ekko.statements.list({ period: '2026-03' })
   */
  async list(query: StatementQuery = {}, options: CallOptions = {}): Promise<StatementPage> {
    return this.#transport.get('/v3/statements', options, query)
  }

  /** Every statement, page after page as you consume them. @throws EkkoError as `list`, and UNREADABLE_ANSWER */
  iterate(
    query: StatementQuery = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<Statement, void, undefined> {
    return walkPages(query, (page) => this.list(page, options), 'id')
  }

  /** @throws EkkoApiError NOT_FOUND */
  async retrieve(statementId: string, options: CallOptions = {}): Promise<Statement> {
    return this.#transport.get(`/v3/statements/${idInPath(statementId)}`, options)
  }

  /**
   * One page of breaks, newest first; the root organisation's only.
   *
   * @throws EkkoApiError FORBIDDEN, UNPROCESSABLE_ENTITY
   */
  async breaks(query: SettlementBreakQuery = {}, options: CallOptions = {}): Promise<SettlementBreakPage> {
    return this.#transport.get('/v3/settlements/breaks', options, query)
  }

  /** Every break, page after page as you consume them. @throws EkkoError as `breaks`, and UNREADABLE_ANSWER */
  iterateBreaks(
    query: SettlementBreakQuery = {},
    options: Omit<CallOptions, 'idempotencyKey'> = {},
  ): AsyncGenerator<SettlementBreak, void, undefined> {
    return walkPages(query, (page) => this.breaks(page, options), 'id')
  }
}
