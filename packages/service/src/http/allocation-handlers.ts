/** The part of the second table that is about allocations and the records of them; `handlers.ts` takes it in. */
import type { allocationOperations } from '@ekko/contract/allocation-operations'
import type { NewAllocation } from '@ekko/contract/allocation-resources'
import { allocateCollected } from '../allocations/collected-allocations.ts'
import { reverseAllocation } from '../allocations/reversals.ts'
import { refuseField } from '../kernel/refusal.ts'
import { readMailAddress } from '../receipts/mail-address.ts'
import { queueReceiptMail } from '../receipts/receipt-mails.ts'
import { getProfitShareRecord, listProfitShareRecords } from '../reconciliation/profit-shares.ts'
import { getImpactRecord, listImpactRecords } from '../reconciliation/records.ts'
import type { Services } from '../services.ts'
import type { Handlers } from './handlers.ts'

export const allocationHandlers: Pick<Handlers, keyof typeof allocationOperations> = {
  async createAllocation(services, { principalId, body, newId }) {
    const { context } = services
    const address = receiptAddress(services, body)
    const allocation = await allocateCollected(context, services, principalId, body, {
      id: newId,
      ...(address !== undefined && {
        alongside: async (tx, allocationId) => {
          await queueReceiptMail(tx, context, allocationId, address)
        },
      }),
    })
    return { body: allocation }
  },

  async reverseAllocation(services, { principalId, params, body, newId }) {
    return { body: await reverseAllocation(services.context, services, principalId, params.id, body, newId) }
  },

  async listImpactRecords({ context, organisations }, { principalId, query }) {
    return { body: await listImpactRecords(context, organisations, principalId, query) }
  },

  async getImpactRecord({ context }, { principalId, params }) {
    return { body: await getImpactRecord(context, principalId, params.id) }
  },

  async listProfitShareRecords({ context, organisations }, { principalId, query }) {
    return { body: await listProfitShareRecords(context, organisations, principalId, query) }
  },

  async getProfitShareRecord({ context }, { principalId, params }) {
    return { body: await getProfitShareRecord(context, principalId, params.id) }
  },
}

/** Where the tax receipt goes; undefined when none is wanted. */
function receiptAddress(
  { mailer }: Services,
  { issueTaxReceipt, consumerEmail }: NewAllocation,
): string | undefined {
  if (!issueTaxReceipt) return undefined
  if (mailer === null) {
    const why = 'this deployment sends no e-mail; put the contribution on your own receipt instead'
    throw refuseField('UNPROCESSABLE_ENTITY', '/issueTaxReceipt', why)
  }
  const address = consumerEmail == null ? undefined : readMailAddress(consumerEmail)
  if (address === undefined) {
    const why = consumerEmail == null ? 'is required for a tax receipt' : 'not an e-mail address'
    throw refuseField('UNPROCESSABLE_ENTITY', '/consumerEmail', why)
  }
  return address
}
