/**
 * The part of the table of operations that is about allocations and the records of them; `operations.ts` takes it in.
 */
import { type TSchema, Type } from 'typebox'
import { Allocation, NewAllocation, NewReversal, Reversal } from './allocation-resources.ts'
import { Id } from './fields.ts'
import type { Operation } from './operations.ts'
import {
  ImpactRecord,
  ImpactRecordPage,
  ImpactRecordQuery,
  ProfitShareRecord,
  ProfitShareRecordPage,
  ProfitShareRecordQuery,
} from './record-resources.ts'

const ById = (description: string) => Type.Object({ id: Id(description) })
const answers = <S extends TSchema>(status: number, schema: S) => ({ status, schema })

export const allocationOperations = {
  createAllocation: {
    method: 'POST',
    path: '/v3/funds/allocations',
    summary: 'Allocate money that you collected yourself to projects and impact partners, under a quote',
    caller: 'apiKey',
    body: NewAllocation,
    answer: answers(201, Allocation),
    errors: [
      'NOT_FOUND',
      'INVALID_AMOUNT',
      'UNPROCESSABLE_ENTITY',
      'PROJECTS_UNAVAILABLE',
      'QUOTE_EXPIRED',
      'MAX_ALLOCATIONS_REACHED',
    ],
  },
  reverseAllocation: {
    method: 'POST',
    path: '/v3/funds/allocations/:id/reverse',
    summary:
      'Take an allocation back, whole or in part; what was paid on the hosted page is refunded to the consumer',
    caller: 'apiKey',
    params: ById('The allocation'),
    body: NewReversal,
    bodyOptional: true,
    answer: answers(201, Reversal),
    errors: ['NOT_FOUND', 'CONFLICT', 'ALREADY_REVERSED', 'INVALID_AMOUNT'],
  },
  listImpactRecords: {
    method: 'GET',
    path: '/v3/funds/allocations/impact',
    summary: 'Reconciliation records of allocations and reversals, newest first',
    caller: 'apiKey',
    query: ImpactRecordQuery,
    answer: answers(200, ImpactRecordPage),
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
  getImpactRecord: {
    method: 'GET',
    path: '/v3/funds/allocations/:id/impact',
    summary: 'The reconciliation record of one allocation, or of one reversal by its own id',
    caller: 'apiKey',
    params: ById('The allocation or the reversal'),
    answer: answers(200, ImpactRecord),
    errors: ['NOT_FOUND'],
  },
  listProfitShareRecords: {
    method: 'GET',
    path: '/v3/funds/allocations/profit-share',
    summary: 'How the service fee of each allocation and reversal is shared over the hierarchy, newest first',
    caller: 'apiKey',
    query: ProfitShareRecordQuery,
    answer: answers(200, ProfitShareRecordPage),
    errors: ['NOT_FOUND', 'UNPROCESSABLE_ENTITY'],
  },
  getProfitShareRecord: {
    method: 'GET',
    path: '/v3/funds/allocations/:id/profit-share',
    summary: 'How the service fee of one allocation is shared, or of one reversal by its own id',
    caller: 'apiKey',
    params: ById('The allocation or the reversal'),
    answer: answers(200, ProfitShareRecord),
    errors: ['NOT_FOUND'],
  },
} as const satisfies Record<string, Operation>
