/**
 * For: closing a month: breaks of the settlement, statements and exports.
 * Not for: single records, see `types-allocations.ts`.
 * Law: every type equals its schema in the contract; test/types.drift.ts fails to compile when one of them moves alone.
 */

export interface SettlementBreak {
  id: string
  psp: string
  reason: string
  /** The reason in words. */
  meaning: string
  state: 'open' | 'resolved' | 'dismissed'
  currencyCode: string
  /** What does not agree; what the provider gave more is positive. */
  amount: number
  lineReference: string | null
  lineType: string | null
  pspReference: string | null
  journalId: string | null
  journalKind: string | null
  batch: string | null
  note: string | null
  foundAt: string
  endedAt: string | null
}

export interface SettlementBreakPage {
  hasMore: boolean
  data: SettlementBreak[]
}

export interface SettlementBreakQuery {
  state?: SettlementBreak['state']
  reason?: string
  /** 1 to 100, 25 by default. */
  limit?: number
  startingAfter?: string
}

export interface StatementLine {
  kind: string
  /** The kind in words. */
  meaning: string
  currencyCode: string
  count: number
  amount: number
}

export interface Statement {
  id: string
  organisationId: string
  organisationReference: string | null
  tradingName: string
  /** A month, for example `2026-03`. */
  period: string
  from: string
  until: string
  closedAt: string
  /** The last seal of the ledger that it looked at. */
  sealedUpTo: number
  currencyCode: string
  settlementModel: 'net_split' | 'gross_split' | 'invoice'
  settlementDue: string
  lines: StatementLine[]
  /** Profit shares to be paid; `converted` is null in the same currency and where no rate was imported. */
  payouts: {
    currencyCode: string
    amount: number
    converted: {
      currencyCode: string
      amount: number
      rate: number
      rateDate: string
      rateSource: string
    } | null
  }[]
  previousHash: string
  hash: string
}

export interface StatementPage {
  hasMore: boolean
  data: Statement[]
}

export interface StatementQuery {
  organisationId?: string
  period?: string
  /** 1 to 100, 25 by default. */
  limit?: number
  startingAfter?: string
}

export type ExportName =
  `${'impact-records' | 'profit-share-records' | 'statement-lines' | 'journals'}.${'csv' | 'ndjson'}`

export interface ExportQuery {
  dateTimeFrom?: string | Date
  dateTimeTo?: string | Date
  organisationId?: string
  period?: string
}
