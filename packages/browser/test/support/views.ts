/**
 * Views as the service would fill them, for tests and screenshots: a plain purchase, and variations on it.
 */
import { loadAssets } from '../../../service/src/pages/styles/assets.ts'
import type {
  ChooseView,
  ClosedView,
  ComponentView,
  ContinueView,
  ContributionView,
  FailedView,
  PendingView,
  ReviewView,
  SplitView,
  ThankedView,
} from '../../../service/src/pages/views.ts'

export const assets = loadAssets()
export const sessionId = '2f6d6b1f-1c6a-4e9a-9c15-7b8a0db1a2c3'
export const clientSecret = 'cs_test_2f6d6b1f1c6a4e9a9c157b8a0db1a2c3_secret_Zk3vQ9b1'

const split = (impactMinor: bigint, serviceFeeMinor: bigint, serviceFeeTaxMinor: bigint): SplitView => ({
  impactMinor,
  impactTaxMinor: 0n,
  serviceFeeMinor,
  serviceFeeTaxMinor,
})

export const contribution: ContributionView = {
  amountMinor: 200n,
  split: split(164n, 30n, 6n),
  projectNames: ['Seagrass meadows of the Solent', 'Clean cookstoves in Siaya'],
  receiptUrl: 'https://impact.example/receipts/r_1',
}

const offer = {
  environment: 'sandbox',
  locale: 'en-GB',
  impactType: 'carbon',
  merchantName: 'Harbour Books',
  footprint: {
    central: 19_234,
    low: 7_480,
    high: 47_300,
    equivalents: [
      { id: 'petrol_car_distance', value: 116.9, unit: 'km' },
      { id: 'smartphone_charges', value: 1551, unit: 'count' },
      { id: 'uk_rail_passenger_distance', value: 542, unit: 'km' },
    ],
  },
  currency: 'GBP',
  suggestions: [
    { amountMinor: 100n, split: split(77n, 19n, 4n) },
    { amountMinor: 200n, split: split(164n, 30n, 6n) },
    { amountMinor: 500n, split: split(425n, 62n, 13n) },
  ],
  minimumMinor: 50n,
  maximumMinor: 25_000n,
  projects: [
    {
      id: '0d6f2c52-0a07-4d68-9a84-0c36a3d1b001',
      name: 'Seagrass meadows of the Solent',
      partnerName: 'Sample Coast Trust',
      place: 'Hampshire',
      countryCode: 'GB',
      shortDescription: 'Replants seagrass from locally gathered seed and follows its growth for five years.',
      standard: null,
      registry: null,
      deliveryNote: 'Planting expected by 2027',
      picture: 'coast',
      sample: true,
    },
    {
      id: '0d6f2c52-0a07-4d68-9a84-0c36a3d1b002',
      name: 'Clean cookstoves in Siaya',
      partnerName: 'Sample Hearth Cooperative',
      place: 'Siaya County',
      countryCode: 'KE',
      shortDescription:
        'Builds stoves that need half the firewood, made and looked after by local workshops.',
      standard: 'Sample Standard',
      registry: 'SR-1042',
      deliveryNote: null,
      picture: 'stove',
      sample: true,
    },
  ],
  methodUrl: 'https://impact.example/method',
} as const satisfies Partial<ComponentView>

export const component: ComponentView = {
  ...offer,
  origin: 'https://impact.example',
  sessionId,
  variant: 'embedded',
  state: 'ready',
  appearance: null,
  stylesheetPath: assets.paths.component,
  payUrl: 'https://impact.example/pay/il_4fK9',
}

export const natureComponent: ComponentView = {
  ...component,
  impactType: 'nature',
  footprint: {
    central: 14.2,
    low: 4.1,
    high: 38.6,
    equivalents: [
      { id: 'parking_bays', value: 1.23, unit: 'count' },
      { id: 'a4_sheets', value: 227, unit: 'count' },
    ],
  },
}

const page = {
  ...offer,
  appearance: null,
  stylesheetPath: assets.paths.payment,
  returnUrl: 'https://harbour-books.example/orders/1042',
  pageUrl: 'https://impact.example/pay/il_4fK9',
} as const

export const choose: ChooseView = { ...page, step: 'choose', problem: null, typed: '' }
const chosen = { ...page, amountMinor: 200n, split: split(164n, 30n, 6n) } as const
export const review: ReviewView = {
  ...chosen,
  step: 'review',
  consentDigest: 'a'.repeat(64),
  payActionUrl: 'https://impact.example/pay/il_4fK9/payment',
}
export const goOn: ContinueView = {
  ...chosen,
  step: 'continue',
  continueUrl: 'https://psp.example/checkout/1',
}
export const pending: PendingView = { ...chosen, step: 'pending', refreshSeconds: 5 }
export const thanked: ThankedView = {
  ...page,
  step: 'thanked',
  contribution,
  receiptMailUrl: 'https://impact.example/receipts/r_4fK9/mail',
}
export const failed: FailedView = { ...page, step: 'failed', amountMinor: 200n }
export const closed = (step: ClosedView['step']): ClosedView => ({ ...page, step })
