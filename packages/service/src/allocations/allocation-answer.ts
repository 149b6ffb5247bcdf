/** Pure: the lines of an allocation or a reversal as the API shows them: amounts in the direction of the money, rates as they are. */
import type { Allocation } from '@ekko/contract/allocation-resources'
import { toMajor } from '../kernel/money.ts'
import { ppmWhole } from '../kernel/rate.ts'
import type { Amounts } from './allocation.ts'

interface Rates {
  readonly currency: string
  readonly impactTaxPpm: number
  readonly serviceFeeTaxPpm: number
}

/** @param direction -1 when the money goes back */
export function showLines(
  { lines }: Pick<Amounts, 'lines'>,
  { currency, impactTaxPpm, serviceFeeTaxPpm }: Rates,
  direction: 1n | -1n,
): Pick<Allocation, 'credits' | 'contribution'> {
  const major = (minor: bigint) => toMajor(minor * direction, currency) + 0
  const shown = lines.map((line) => ({
    ...line,
    amounts: {
      impactAmount: major(line.impact),
      impactSalesTaxAmount: major(line.impactTax),
      impactSalesTaxRate: impactTaxPpm / ppmWhole,
      serviceFeeAmount: major(line.serviceFee),
      serviceFeeSalesTaxAmount: major(line.serviceFeeTax),
      serviceFeeSalesTaxRate: serviceFeeTaxPpm / ppmWhole,
    },
  }))
  return {
    credits: shown
      .filter(({ kind }) => kind === 'credit')
      .map(({ projectId, amounts }) => ({ projectId: projectId!, ...amounts })),
    contribution: shown
      .filter(({ kind }) => kind === 'contribution')
      .map(({ impactPartnerId, projectId, amounts }) => ({ impactPartnerId, projectId, ...amounts })),
  }
}
