/**
 * Allocations and reversals as they cross the API. What is written of them is in `record-resources.ts`.
 */
import { type Static, Type } from 'typebox'
import { Amount, CurrencyCode, Id, Instant, looseText, nullable, omissible, Rate } from './fields.ts'

const LineAmounts = {
  impactAmount: Amount('To the project or partner'),
  impactSalesTaxAmount: Amount('Sales tax on it'),
  impactSalesTaxRate: Rate('Rate of that tax'),
  serviceFeeAmount: Amount('Service fee'),
  serviceFeeSalesTaxAmount: Amount('Sales tax on the service fee'),
  serviceFeeSalesTaxRate: Rate('Rate of that tax'),
}

const CreditLine = Type.Object({ projectId: Id('The project'), ...LineAmounts })

const ContributionLine = Type.Object({
  impactPartnerId: Id('The partner'),
  projectId: nullable(Id('The project shown; null where the partner distributes the money')),
  ...LineAmounts,
})

const idsMax = 20

export const NewAllocation = Type.Object({
  organisationId: Id('Whose consumer contributed: the organisation of the quote'),
  quoteId: Id('From a quote, or from any session'),
  currencyCode: omissible(CurrencyCode),
  idempotencyKey: omissible(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x20-\\x7e]+$',
      description: 'The same as the header Idempotency-Key, and equal to it where both are sent',
    }),
  ),
  credits: omissible(
    Type.Object({
      amount: omissible(
        Amount('What is spent in all, fee and taxes included; what the quote says when absent'),
      ),
      projectIds: omissible(
        Type.Array(Id('A project'), {
          minItems: 1,
          maxItems: idsMax,
          description: 'Which projects share it evenly; those of the quote when absent',
        }),
      ),
    }),
  ),
  contribution: omissible(
    Type.Object({
      amount: Amount('What is given in all, fee and taxes included'),
      impactPartnerIds: omissible(
        Type.Array(Id('An impact partner'), {
          minItems: 1,
          maxItems: idsMax,
          description: 'Which partners share it evenly; those of the quote when absent',
        }),
      ),
    }),
  ),
  issueTaxReceipt: omissible(
    Type.Boolean({ description: 'Have the receipt sent to the consumer by e-mail; false when absent' }),
  ),
  consumerEmail: omissible(
    Type.String({
      maxLength: 254,
      description: 'Where it goes, and required then; forgotten once the e-mail has left',
    }),
  ),
})

export const AllocationWarning = Type.Object({
  code: Type.Union(
    [
      Type.Literal('PROJECT_NOT_IN_QUOTE'),
      Type.Literal('PROJECT_NOT_AVAILABLE'),
      Type.Literal('PARTNER_NOT_IN_QUOTE'),
    ],
    { description: 'What was asked for and could not be done as asked' },
  ),
  path: Type.String({ description: 'Where in the request' }),
  message: Type.String({ description: 'Where the money went instead' }),
})

export const Allocation = Type.Object({
  fundsAllocationId: Id('The allocation'),
  organisationId: Id('Whose consumer contributed'),
  quoteId: Id('The quote'),
  currencyCode: CurrencyCode,
  totalAmount: Amount('All of it: impact, service fee and taxes'),
  allocatedAt: Instant('When'),
  credits: Type.Array(CreditLine),
  contribution: Type.Array(ContributionLine),
  taxLiability: Type.Literal('platform'),
  issueTaxReceipt: Type.Boolean({ description: 'Whether the receipt is sent to the consumer' }),
  warnings: Type.Array(AllocationWarning, {
    description: 'Empty when everything was done as asked',
  }),
})

export const NewReversal = Type.Object({
  amount: omissible(Amount('How much of the total to give back; all that is left when absent')),
  reason: omissible(looseText('Why, for your own records', 500)),
  initiatedBy: omissible(
    Type.Union([Type.Literal('merchant'), Type.Literal('consumer'), Type.Literal('operator')], {
      description:
        'Who caused it, `merchant` when absent. The service fee and its tax stay paid when the consumer did',
    }),
  ),
})

export const ReversalKind = Type.Union(
  [Type.Literal('refund'), Type.Literal('void'), Type.Literal('chargeback')],
  {
    description:
      'How the money went back: a void before it was settled, a refund after, or a chargeback that was lost',
  },
)

export const Reversal = Type.Object({
  fundsAllocationId: Id('What is reversed'),
  reversalId: Id('This reversal'),
  reversalKind: ReversalKind,
  status: Type.Union([Type.Literal('done'), Type.Literal('pending')], {
    description: 'pending while the payment provider has not said that the refund is accepted',
  }),
  currencyCode: CurrencyCode,
  totalAmount: Amount('What goes back to the consumer, negative'),
  credits: Type.Array(CreditLine),
  contribution: Type.Array(ContributionLine),
  taxLiability: Type.Literal('platform'),
})

export type NewAllocation = Static<typeof NewAllocation>
export type AllocationWarning = Static<typeof AllocationWarning>
export type Allocation = Static<typeof Allocation>
export type NewReversal = Static<typeof NewReversal>
export type Reversal = Static<typeof Reversal>
