/**
 * A quote as a file, in the API’s own shape, with everything that `ekko footprint verify` needs and nothing about the
 * consumer. Pure.
 */
import type { Footprint } from '@ekko/contract/quote-resources'
import { toMajor } from '../kernel/money.ts'
import type { SessionRow } from '../sessions/sessions.ts'

export interface QuoteRecord {
  readonly quoteId: string
  readonly impactType: 'carbon' | 'nature'
  readonly createdAt: string
  readonly transaction: { readonly amount: number; readonly currencyCode: string }
  readonly footprint: Footprint
}

export function recordOf(
  session: Pick<
    SessionRow,
    'quoteId' | 'impactType' | 'createdAt' | 'transactionMinor' | 'currency' | 'footprint'
  >,
): QuoteRecord {
  const { quoteId, impactType, createdAt, transactionMinor, currency, footprint } = session
  return {
    quoteId,
    impactType,
    createdAt: createdAt.toISOString(),
    transaction: { amount: toMajor(transactionMinor, currency), currencyCode: currency },
    footprint,
  }
}

/** Holds letters, digits, hyphens and a dot only, because the id is a UUID of ours. */
export function fileNameOf({ quoteId }: QuoteRecord): string {
  return `ekko-quote-${quoteId}.json`
}
