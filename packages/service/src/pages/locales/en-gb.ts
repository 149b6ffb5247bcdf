/**
 * British English, the language that every other falls back to. Plain and short: each sentence is a promise to somebody.
 */
import type { Words } from '../words.ts'

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' })
/** Units that the comparisons come in. `one` is true where a plural would be wrong. */
const units: Readonly<Record<string, (count: string, one: boolean) => string>> = {
  km: (count) => `${count} km`,
  m: (count, one) => `${count} ${one ? 'metre' : 'metres'}`,
  mi: (count, one) => `${count} ${one ? 'mile' : 'miles'}`,
  ft: (count, one) => `${count} ${one ? 'foot' : 'feet'}`,
  l: (count, one) => `${count} ${one ? 'litre' : 'litres'}`,
  us_gal: (count, one) => `${count} US ${one ? 'gallon' : 'gallons'}`,
}

/** The comparisons of the footprint package; `amount` is a count, or a length or volume with its unit. */
const comparisons: Readonly<Record<string, (amount: string, one: boolean) => string>> = {
  petrol_car_distance: (amount) => `driving ${amount} in an average petrol car`,
  us_passenger_car_distance: (amount) => `driving ${amount} in an average car in the United States`,
  uk_rail_passenger_distance: (amount) => `travelling ${amount} by train`,
  petrol_burned: (amount) => `burning ${amount} of petrol`,
  gasoline_burned: (amount) => `burning ${amount} of gasoline`,
  smartphone_charges: (amount, one) => `charging a smartphone ${one ? 'once' : `${amount} times`}`,
  urban_tree_seedlings_grown_10_years: (amount, one) =>
    `what ${amount} urban tree ${one ? 'seedling' : 'seedlings'} can take up in ten years`,
  us_passenger_car_years: (amount, one) =>
    `driving an average car in the United States for ${one ? 'a year' : `${amount} years`}`,
  parking_bays: (amount, one) => `${amount} parking ${one ? 'bay' : 'bays'}`,
  olympic_swimming_pools: (amount, one) => `${amount} Olympic swimming ${one ? 'pool' : 'pools'}`,
  tennis_courts: (amount, one) => `${amount} tennis ${one ? 'court' : 'courts'}`,
  football_pitches: (amount, one) => `${amount} football ${one ? 'pitch' : 'pitches'}`,
  table_tennis_tables: (amount, one) => `${amount} table tennis ${one ? 'table' : 'tables'}`,
  a4_sheets: (amount, one) => `${amount} ${one ? 'sheet' : 'sheets'} of A4 paper`,
  payment_cards: (amount, one) => `${amount} payment ${one ? 'card' : 'cards'}`,
}

function equivalent(id: string, unit: string, count: string, one: boolean): string | undefined {
  return comparisons[id]?.(units[unit]?.(count, one) ?? count, one)
}

const project = (count: number) => (count === 1 ? 'the project' : 'the projects')

export const enGb: Words = {
  locale: 'en-GB',
  direction: 'ltr',

  testMode: 'Test mode: no real money',
  opensInNewTab: '(opens in a new tab)',

  footprintHeading: (impactType) =>
    impactType === 'carbon'
      ? 'Estimated footprint of this kind of purchase'
      : 'Estimated effect on nature of this kind of purchase',
  about: (amount) => `about ${amount}`,
  figureMeaning: (impactType) => (impactType === 'carbon' ? '' : 'of intact nature lost for a year'),
  likely: (low, high) => `likely ${low} to ${high}`,
  equivalent,
  equivalents: (impactType, found) =>
    impactType === 'carbon'
      ? `Roughly the same as ${found.join(', or ')}.`
      : `Roughly the area of ${found.join(', or ')}.`,
  methodLink: 'How this is estimated',

  offerHeading: (count) =>
    count === 1 ? 'Contribute to an environmental project' : 'Contribute to environmental projects',
  offerLead: (merchantName) => `This is voluntary. Your order with ${merchantName} is complete either way.`,
  doesNotChange: 'Your contribution does not change the footprint of your purchase.',
  amountLegend: 'Choose an amount',
  reaches: (money, count) => `${money} reaches ${project(count)}`,
  pays: (weight) => `pays for credits of about ${weight}`,
  otherAmount: 'Another amount',
  otherAmountLabel: (currency) => `Amount in ${currency}`,
  otherAmountHint: (minimum, maximum) => `From ${minimum} to ${maximum}`,
  amountProblem: (problem, minimum, maximum, decimals) =>
    ({
      nothing_chosen: 'Choose an amount.',
      not_a_number: `Enter an amount in numbers, for example ${minimum}.`,
      too_many_decimals:
        decimals === 0
          ? 'Enter an amount without decimals.'
          : `Enter an amount with no more than ${decimals} decimals.`,
      too_small: `The smallest contribution is ${minimum}.`,
      too_large: `The largest contribution is ${maximum}.`,
    })[problem],
  problemHeading: 'There is a problem',

  projectsHeading: () => 'Where it goes',
  runBy: (partner) => `Run by ${partner}`,
  sample: 'Sample project',
  sampleNote: 'Sample projects are invented, for trying things out.',

  decline: 'No thanks',
  contribute: 'Contribute',
  beforeYouPay: 'Opens a secure payment page in a new tab. You pay nothing until you confirm there.',
  waiting: 'The payment page opened in another tab. This page will follow when you are done there.',
  fallbackLink: 'See the estimated footprint of this purchase and contribute',
  close: 'Continue',

  total: 'You pay',
  totalPaid: 'You paid',
  splitHeading: 'Where your money goes',
  splitImpact: (names) => `To ${list.format(names)}`,
  splitImpactTax: 'Sales tax on that',
  splitServiceFee: 'Service fee',
  splitServiceFeeTax: 'Sales tax on the fee',

  pendingHeading: 'Your payment is being confirmed',
  pendingBody:
    'This usually takes a moment. You do not need to do anything, and you will not be charged twice.',
  checkAgain: 'Check again',
  thankedHeading: (money) => `Thank you for contributing ${money}`,
  thankedBody: (impact, names) => `${impact} goes to ${list.format(names)}.`,
  receiptLink: 'Your receipt',
  failedHeading: 'The payment did not go through',
  failedBody: 'No contribution was made. Your order is not affected.',
  tryAgain: 'Try again',
  dismissedHeading: 'No contribution made',
  dismissedBody: 'Nothing was added to your order.',
  changedYourMind: 'Contribute after all',
  expiredHeading: 'This offer has ended',
  expiredBody: 'Contributions to this order are closed. Your order is not affected.',
  unavailableHeading: 'This page is not available',
  unavailableBody: 'The link may be incomplete or no longer in use. Nothing was charged.',

  pageTitle: (merchantName) =>
    merchantName ? `Contribution after your order with ${merchantName}` : 'Contribution',
  chooseHeading: 'Choose your contribution',
  chooseLead: (merchantName) =>
    `This is voluntary and separate from your order with ${merchantName}. Your order is complete either way.`,
  review: 'Review contribution',
  reviewHeading: 'Review your contribution',
  reviewLead: (merchantName) => `A one-off payment, separate from your order with ${merchantName}.`,
  changeAmount: 'Change amount',
  pay: (money) => `Pay ${money}`,
  consent: (facts) => {
    const parts = [
      `${facts.impact} to ${list.format(facts.projectNames)}`,
      facts.impactTax && `${facts.impactTax} sales tax on that`,
      `${facts.serviceFee} service fee`,
      facts.serviceFeeTax && `${facts.serviceFeeTax} sales tax on the fee`,
    ].filter((part) => part !== null)
    return (
      `By choosing “Pay ${facts.total}” you agree to a one-off payment of ${facts.total}: ${list.format(parts)}. ` +
      `It is voluntary and separate from your order with ${facts.merchantName}. ` +
      'Your contribution does not change the footprint of your purchase.'
    )
  },
  continueHeading: 'Your payment has been started',
  continueBody: 'Go on where you left off. You pay once only.',
  continueToPayment: 'Continue to payment',
  backToShop: (merchantName) => (merchantName ? `Back to ${merchantName}` : 'Back to the shop'),
  closePage: 'You can close this page.',
}
