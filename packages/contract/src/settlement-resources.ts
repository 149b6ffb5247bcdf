/**
 * What crosses the API to close a month: breaks of the settlement, statements and exports.
 */
import { type Static, Type } from 'typebox'
import { Amount, CurrencyCode, Id, Instant, nullable } from './fields.ts'

export const SettlementBreak = Type.Object({
  id: Id('The break, the cursor'),
  psp: Type.String({ description: 'The payment provider' }),
  reason: Type.String({ description: 'Why it does not agree; see the guide on closing the month' }),
  meaning: Type.String({ description: 'The reason in words' }),
  state: Type.Union([Type.Literal('open'), Type.Literal('resolved'), Type.Literal('dismissed')]),
  currencyCode: CurrencyCode,
  amount: Amount('What does not agree; what the provider gave more is positive'),
  lineReference: nullable(Type.String({ description: 'The provider’s name for the settlement line' })),
  lineType: nullable(Type.String()),
  pspReference: nullable(Type.String({ description: 'The provider’s name for the payment' })),
  journalId: nullable(Id('The journal that no line came for')),
  journalKind: nullable(Type.String()),
  batch: nullable(Type.String({ description: 'The payout that its lines do not add up to' })),
  note: nullable(Type.String({ description: 'Why somebody dismissed it' })),
  foundAt: Instant('When it was found'),
  endedAt: nullable(Instant('When it matched after all, or was dismissed')),
})

export const SettlementBreakPage = Type.Object({
  hasMore: Type.Boolean(),
  data: Type.Array(SettlementBreak),
})

const pageLimit = Type.Optional(
  Type.String({ pattern: '^[0-9]{1,3}$', description: '1 to 100, 25 by default' }),
)

const Month = Type.String({
  pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$',
  description: 'A month, for example 2026-03',
})

export const SettlementBreakQuery = Type.Object({
  state: Type.Optional(SettlementBreak.properties.state),
  reason: Type.Optional(Type.String({ pattern: '^[a-z_]{1,40}$', description: 'Only this reason' })),
  limit: pageLimit,
  startingAfter: Type.Optional(Id('The last break of the page before')),
})

export const StatementLine = Type.Object({
  kind: Type.String({ description: 'A kind of activity, or an account of the ledger' }),
  meaning: Type.String({ description: 'The kind in words' }),
  currencyCode: CurrencyCode,
  count: Type.Integer({ description: 'How many journals, allocations and reversals it is the sum of' }),
  amount: Amount('The sum; what went back is negative'),
})

export const Statement = Type.Object({
  id: Id('The statement, the cursor'),
  organisationId: Id('Whose'),
  organisationReference: nullable(Type.String()),
  tradingName: Type.String(),
  period: Month,
  from: Instant('Journals recorded from here'),
  until: Instant('and before here; what came late for an earlier month is in it too'),
  closedAt: Instant('When it was closed; it never changes after that'),
  sealedUpTo: Type.Integer({ description: 'The last seal of the ledger that it looked at' }),
  currencyCode: CurrencyCode,
  settlementModel: Type.Union([
    Type.Literal('net_split'),
    Type.Literal('gross_split'),
    Type.Literal('invoice'),
  ]),
  settlementDue: Type.String({ description: 'When what the organisation collected is settled' }),
  lines: Type.Array(StatementLine),
  payouts: Type.Array(
    Type.Object({
      currencyCode: CurrencyCode,
      amount: Amount('Profit shares to be paid'),
      converted: nullable(
        Type.Object({
          currencyCode: CurrencyCode,
          amount: Amount('The same in the organisation’s currency'),
          rate: Type.Number({ description: 'Units of it for one of the other' }),
          rateDate: Type.String({ description: 'The day of the rate' }),
          rateSource: Type.String({ description: 'Who published it' }),
        }),
      ),
    }),
    { description: 'Each currency; converted is null in the same currency and where no rate was imported' },
  ),
  previousHash: Type.String({ description: 'Of the statement before, in hex; zeros for the first' }),
  hash: Type.String({
    description: 'SHA-256 of the previous hash and of this object as JSON without both hashes',
  }),
})

export const StatementPage = Type.Object({ hasMore: Type.Boolean(), data: Type.Array(Statement) })

export const StatementQuery = Type.Object({
  organisationId: Type.Optional(Id('Only this organisation')),
  period: Type.Optional(Month),
  limit: pageLimit,
  startingAfter: Type.Optional(Id('The last statement of the page before')),
})

export const ExportQuery = Type.Object({
  dateTimeFrom: Type.Optional(Type.String({ description: 'ISO 8601, inclusive; records and journals only' })),
  dateTimeTo: Type.Optional(Type.String({ description: 'ISO 8601, exclusive; records and journals only' })),
  organisationId: Type.Optional(Id('Only this organisation; not for journals')),
  period: Type.Optional(Month),
})

export const ExportedStatementLine = Type.Object({
  statementId: Id('The statement'),
  organisationId: Id('Whose'),
  organisationReference: nullable(Type.String()),
  period: Month,
  line: Type.Integer({ description: 'Its place in the statement' }),
  kind: StatementLine.properties.kind,
  currencyCode: CurrencyCode,
  count: StatementLine.properties.count,
  amount: StatementLine.properties.amount,
})

export const ExportedPosting = Type.Object({
  sealNumber: Type.Integer({ description: 'The journal’s place in the sealed ledger' }),
  journalId: Id('The journal'),
  kind: Type.String({ description: 'What moved the money' }),
  cause: Type.String({ description: 'What the journal books, by its kind and id' }),
  effectiveAt: Instant('When the money moved'),
  recordedAt: Instant('When it was booked'),
  line: Type.Integer({ description: 'The posting’s place in its journal' }),
  account: Type.String({ description: 'The kind of account' }),
  ownerId: Id('Whose account'),
  currencyCode: CurrencyCode,
  amount: Amount('Debit positive, credit negative'),
})

export type SettlementBreak = Static<typeof SettlementBreak>
export type SettlementBreakPage = Static<typeof SettlementBreakPage>
export type SettlementBreakQuery = Static<typeof SettlementBreakQuery>
export type StatementLine = Static<typeof StatementLine>
export type Statement = Static<typeof Statement>
export type StatementPage = Static<typeof StatementPage>
export type StatementQuery = Static<typeof StatementQuery>
export type ExportedStatementLine = Static<typeof ExportedStatementLine>
export type ExportedPosting = Static<typeof ExportedPosting>
export type ExportQuery = Static<typeof ExportQuery>
