/** The chart of accounts: each kind, which side it normally stands on, and who owns an account of that kind. */
interface AccountEntry {
  readonly normalSide: 'debit' | 'credit'
  readonly owner: string
  readonly meaning: string
}

export const chart = {
  psp_clearing: {
    normalSide: 'debit',
    owner: 'collecting organisation',
    meaning: 'Taken by the payment provider, not yet settled',
  },
  merchant_receivable: {
    normalSide: 'debit',
    owner: 'collecting organisation',
    meaning: 'Collected by an organisation itself, and owed by it',
  },
  bank: {
    normalSide: 'debit',
    owner: 'collecting organisation',
    meaning: 'Paid out by the payment provider to the bank',
  },
  project_payable: { normalSide: 'credit', owner: 'project', meaning: 'Owed to a project for credits' },
  partner_payable: {
    normalSide: 'credit',
    owner: 'impact partner',
    meaning: 'Owed to an impact partner for contributions',
  },
  service_fee: {
    normalSide: 'credit',
    owner: 'root organisation',
    meaning: 'What the root keeps of service fees',
  },
  profit_share_payable: {
    normalSide: 'credit',
    owner: 'organisation',
    meaning: 'Owed to an organisation of the hierarchy',
  },
  sales_tax_payable: {
    normalSide: 'credit',
    owner: 'collecting organisation',
    meaning: 'Sales tax owed to the authorities',
  },
  dispute_suspense: {
    normalSide: 'debit',
    owner: 'collecting organisation',
    meaning: 'Taken by a scheme that has not decided a dispute yet',
  },
  chargeback_loss: {
    normalSide: 'debit',
    owner: 'collecting organisation',
    meaning: 'Taken from us beyond what an allocation had left; no project ever bears it',
  },
  psp_cost: {
    normalSide: 'debit',
    owner: 'collecting organisation',
    meaning: 'What the payment provider charges for payments and disputes',
  },
} as const satisfies Record<string, AccountEntry>

export type AccountKind = keyof typeof chart
