/** Profit-share records: the reconciliation records, in the same order and with the same cursors, told by who gets the fee. */
import type {
  ProfitShareRecord,
  ProfitShareRecordPage,
  ProfitShareRecordQuery,
} from '@ekko/contract/record-resources'
import type { Context } from '../kernel/context.ts'
import type { Organisations } from '../organisations/organisations.ts'
import { profitShareOf } from './profit-share.ts'
import { getImpactRecord, listImpactRecords } from './records.ts'

/** @throws Refusal UNPROCESSABLE_ENTITY for times, limits and cursors that make no sense; NOT_FOUND for a foreign organisation */
export async function listProfitShareRecords(
  context: Context,
  organisations: Organisations,
  principalId: string,
  query: ProfitShareRecordQuery,
): Promise<ProfitShareRecordPage> {
  const { hasMore, data } = await listImpactRecords(context, organisations, principalId, {
    ...query,
    // Filters of the other list, which this one does not have.
    consumerReference: undefined,
    impactPartnerId: undefined,
  } as ProfitShareRecordQuery)
  return { hasMore, data: data.map(profitShareOf) }
}

/** @throws Refusal NOT_FOUND */
export async function getProfitShareRecord(
  context: Context,
  principalId: string,
  id: string,
): Promise<ProfitShareRecord> {
  return profitShareOf(await getImpactRecord(context, principalId, id))
}
