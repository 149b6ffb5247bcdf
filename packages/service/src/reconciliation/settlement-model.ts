/**
 * Pure: the three ways in which money that an organisation collected itself is settled with the root: who holds what, and
 * who owes whom. What the hosted page collects is held by the root whatever the model, which then owes the profit shares.
 */
interface SettlementModel {
  readonly meaning: string
  /** Who gives the organisations of the hierarchy their profit shares. */
  readonly sharesPaidBy: 'organisation' | 'root'
  readonly due: 'with each purchase' | 'on invoice'
}

export const settlementModels = {
  net_split: {
    meaning: 'The hierarchy keeps its profit shares at once and passes on the rest',
    sharesPaidBy: 'organisation',
    due: 'with each purchase',
  },
  gross_split: {
    meaning: 'Everything is passed on; the root returns the profit shares',
    sharesPaidBy: 'root',
    due: 'with each purchase',
  },
  invoice: {
    meaning: 'The organisation keeps everything; the root invoices it, less the profit shares',
    sharesPaidBy: 'organisation',
    due: 'on invoice',
  },
} as const satisfies Record<string, SettlementModel>

export type SettlementModelName = keyof typeof settlementModels

export interface Collected {
  /** Minor units that the organisation took from its consumers, less what it gave back. */
  readonly totalMinor: bigint
  /** What of it is profit shares of organisations below the root. */
  readonly sharesMinor: bigint
}

/** Minor units that the organisation owes the root for what it collected; negative when the root owes it. */
export function owedToRoot(model: SettlementModelName, { totalMinor, sharesMinor }: Collected): bigint {
  return settlementModels[model].sharesPaidBy === 'root' ? totalMinor : totalMinor - sharesMinor
}
