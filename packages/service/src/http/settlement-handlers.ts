/**
 * The part of the second table that finance closes the month with: statements, breaks and exports; `handlers.ts` takes it in.
 */
import { exportFormats, type settlementOperations } from '@ekko/contract/settlement-operations'
import { listBreaks } from '../reconciliation/breaks.ts'
import { type ExportFormat, type ExportName, openExport } from '../reconciliation/exports.ts'
import { getStatement, listStatements } from '../reconciliation/statements.ts'
import type { Handlers } from './handlers.ts'

export const settlementHandlers: Pick<Handlers, keyof typeof settlementOperations> = {
  async listStatements({ context, organisations }, { principalId, query }) {
    return { body: await listStatements(context, organisations, principalId, query) }
  },

  async getStatement({ context }, { principalId, params }) {
    return { body: await getStatement(context, principalId, params.id) }
  },

  async listSettlementBreaks({ context }, { principalId, query }) {
    return { body: await listBreaks(context, principalId, query) }
  },

  async exportRows({ context, organisations }, { principalId, params, query }) {
    const [name, format] = params.name.split('.') as [ExportName, ExportFormat]
    return {
      body: await openExport(context, organisations, principalId, name, format, query),
      headers: {
        'content-type': `${exportFormats[format]}; charset=utf-8`,
        'content-disposition': `attachment; filename="${params.name}"`,
      },
    }
  },
}
