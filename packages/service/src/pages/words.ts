/**
 * What the pages say, as one shape that every language fills. Functions take text that is formatted already.
 * A new language is a new file in `locales/` and a line here; nothing else knows which languages there are.
 * The wording keeps to what may be claimed: an estimate with a range, and where the money goes. `component.test.ts` holds every rendered text to that.
 */
import { enGb } from './locales/en-gb.ts'
import type { AmountProblem, ImpactType } from './views.ts'

export interface Words {
  /** BCP 47; also the `lang` of what is rendered. */
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'

  readonly testMode: string
  readonly opensInNewTab: string

  readonly footprintHeading: (impactType: ImpactType) => string
  readonly about: (amount: string) => string
  /** What the figure measures, where its unit does not say so. */
  readonly figureMeaning: (impactType: ImpactType) => string
  readonly likely: (low: string, high: string) => string
  /** One familiar comparison; undefined leaves it to the fall-back with the plain unit. */
  readonly equivalent: (id: string, unit: string, count: string, isOne: boolean) => string | undefined
  readonly equivalents: (impactType: ImpactType, comparisons: readonly string[]) => string
  readonly methodLink: string

  readonly offerHeading: (projectCount: number) => string
  readonly offerLead: (merchantName: string) => string
  readonly doesNotChange: string
  readonly amountLegend: string
  readonly reaches: (money: string, projectCount: number) => string
  readonly pays: (weight: string) => string
  readonly otherAmount: string
  readonly otherAmountLabel: (currency: string) => string
  readonly otherAmountHint: (minimum: string, maximum: string) => string
  readonly amountProblem: (
    problem: AmountProblem,
    minimum: string,
    maximum: string,
    decimals: number,
  ) => string
  readonly problemHeading: string

  readonly projectsHeading: (projectCount: number) => string
  readonly runBy: (partner: string) => string
  readonly sample: string
  readonly sampleNote: string

  readonly decline: string
  readonly contribute: string
  readonly beforeYouPay: string
  readonly waiting: string
  readonly fallbackLink: string
  readonly close: string

  readonly total: string
  readonly totalPaid: string
  readonly splitHeading: string
  readonly splitImpact: (projectNames: readonly string[]) => string
  readonly splitImpactTax: string
  readonly splitServiceFee: string
  readonly splitServiceFeeTax: string

  readonly pendingHeading: string
  readonly pendingBody: string
  readonly checkAgain: string
  readonly thankedHeading: (money: string) => string
  readonly thankedBody: (impact: string, projectNames: readonly string[]) => string
  readonly receiptLink: string
  readonly failedHeading: string
  readonly failedBody: string
  readonly tryAgain: string
  readonly dismissedHeading: string
  readonly dismissedBody: string
  readonly changedYourMind: string
  readonly expiredHeading: string
  readonly expiredBody: string
  readonly unavailableHeading: string
  readonly unavailableBody: string

  readonly pageTitle: (merchantName: string | null) => string
  readonly chooseHeading: string
  readonly chooseLead: (merchantName: string) => string
  readonly review: string
  readonly reviewHeading: string
  readonly reviewLead: (merchantName: string) => string
  readonly changeAmount: string
  readonly pay: (money: string) => string
  readonly consent: (facts: ConsentFacts) => string
  readonly continueHeading: string
  readonly continueBody: string
  readonly continueToPayment: string
  readonly backToShop: (merchantName: string | null) => string
  readonly closePage: string
}

/** All that a consumer agrees to, formatted. Null stands for nothing. */
export interface ConsentFacts {
  readonly total: string
  readonly impact: string
  readonly impactTax: string | null
  readonly serviceFee: string
  readonly serviceFeeTax: string | null
  readonly projectNames: readonly string[]
  readonly merchantName: string
}

const catalogues: readonly Words[] = [enGb]

/** The catalogue of the language, else of its base language, else British English. */
export function wordsFor(locale: string): Words {
  const wanted = locale.toLowerCase()
  const base = wanted.split('-')[0]
  return (
    catalogues.find((words) => words.locale.toLowerCase() === wanted) ??
    catalogues.find((words) => words.locale.toLowerCase().split('-')[0] === base) ??
    enGb
  )
}
