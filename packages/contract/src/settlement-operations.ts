/**
 * The part of the table of operations that finance closes the month with; `operations.ts` takes it in.
 */
import { type TSchema, Type } from 'typebox'
import { Id } from './fields.ts'
import type { Operation } from './operations.ts'
import {
  ExportQuery,
  SettlementBreakPage,
  SettlementBreakQuery,
  Statement,
  StatementPage,
  StatementQuery,
} from './settlement-resources.ts'

const answers = <S extends TSchema>(status: number, schema: S) => ({ status, schema })

/** What can be exported, each as `.csv` and as `.ndjson`. */
export const exportNames = ['impact-records', 'profit-share-records', 'statement-lines', 'journals'] as const
export const exportFormats = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const

export const settlementOperations = {
  listStatements: {
    method: 'GET',
    path: '/v3/statements',
    summary: 'Monthly statements of your organisation and those below it, newest first',
    caller: 'apiKey',
    query: StatementQuery,
    answer: answers(200, StatementPage),
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
  getStatement: {
    method: 'GET',
    path: '/v3/statements/:id',
    summary: 'One statement',
    caller: 'apiKey',
    params: Type.Object({ id: Id('The statement') }),
    answer: answers(200, Statement),
    errors: ['NOT_FOUND'],
  },
  listSettlementBreaks: {
    method: 'GET',
    path: '/v3/settlements/breaks',
    summary:
      'Where the ledger and the payment provider’s settlement do not agree, newest first; for the root only',
    caller: 'apiKey',
    query: SettlementBreakQuery,
    answer: answers(200, SettlementBreakPage),
    errors: ['FORBIDDEN', 'UNPROCESSABLE_ENTITY'],
  },
  exportRows: {
    method: 'GET',
    path: '/v3/exports/:name',
    summary: 'Everything at once, oldest first, as a stream of CSV or newline-delimited JSON',
    caller: 'apiKey',
    params: Type.Object({
      name: Type.String({
        pattern: `^(${exportNames.join('|')})\\.(${Object.keys(exportFormats).join('|')})$`,
        description: `What and in which format: ${exportNames.join(', ')}, each as .csv and as .ndjson`,
      }),
    }),
    query: ExportQuery,
    answer: { status: 200, mediaType: Object.values(exportFormats) },
    errors: ['FORBIDDEN', 'NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
} as const satisfies Record<string, Operation>
