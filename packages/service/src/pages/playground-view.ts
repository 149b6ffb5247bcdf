/**
 * What the playground shows: the component's view of an invented purchase, in each way that it can look. Pure.
 * Not for tests of amounts: the figures are plausible and stand for nothing.
 */
import { samplePartners } from '../projects/sample-projects.ts'
import { languages } from '../sessions/locale.ts'
import { alphaTwoOf } from './country-name.ts'
import { pictureNamed } from './pictures.ts'
import type { ComponentView, ProjectView, SplitView } from './views.ts'
import { wordsFor } from './words.ts'

/** Each thing that can be varied, with the usual choice first. */
export const choices = {
  state: ['ready', 'loading', 'pending', 'thanked', 'failed', 'dismissed', 'expired', 'unavailable'],
  variant: ['embedded', 'takeover'],
  impact: ['carbon', 'nature'],
  locale: languages,
  theme: ['light', 'dark'],
  width: ['390', '820', '1280'],
} as const

export type Aspect = keyof typeof choices
export type Choice = { readonly [Name in Aspect]: (typeof choices)[Name][number] }

/** What the query asks for; anything that is not offered is the usual choice. */
export function readChoice(query: URLSearchParams): Choice {
  const entries = Object.entries(choices).map(([name, offered]) => [
    name,
    offered.find((value) => value === query.get(name)) ?? offered[0],
  ])
  return Object.fromEntries(entries) as Choice
}

/** States that only the SDK has, before there is a component and when there will be none. */
export function isSdkState(state: Choice['state']): state is 'loading' | 'unavailable' {
  return state === 'loading' || state === 'unavailable'
}

export function sampleView(choice: Choice, origin: string, stylesheetPath: string): ComponentView {
  const { state, variant, impact, locale } = choice
  const payUrl = `${origin}/playground/nowhere`
  const projects = sampleProjects(impact, locale)
  return {
    environment: 'sandbox',
    locale,
    impactType: impact,
    merchantName: 'Loam & Kiln',
    footprint: impact === 'carbon' ? carbonFootprint : natureFootprint,
    currency: 'GBP',
    suggestions: [
      { amountMinor: 100n, split: split(77n, 19n, 4n) },
      { amountMinor: 200n, split: split(164n, 30n, 6n) },
      { amountMinor: 500n, split: split(425n, 62n, 13n) },
    ],
    minimumMinor: 50n,
    maximumMinor: 25_000n,
    projects,
    methodUrl: `${origin}/method`,
    origin,
    sessionId: '00000000-0000-4000-8000-000000000000',
    variant,
    state: isSdkState(state) ? 'ready' : state,
    appearance: { theme: choice.theme },
    stylesheetPath,
    payUrl,
    contribution: {
      amountMinor: 200n,
      split: split(164n, 30n, 6n),
      projectNames: projects.map(({ name }) => name),
      receiptUrl: payUrl,
    },
  }
}

const carbonFootprint = {
  central: 19_234,
  low: 7_480,
  high: 47_300,
  equivalents: [
    { id: 'petrol_car_distance', value: 116.9, unit: 'km' },
    { id: 'smartphone_charges', value: 1_551, unit: 'count' },
  ],
}
const natureFootprint = {
  central: 14.2,
  low: 4.1,
  high: 38.6,
  equivalents: [
    { id: 'parking_bays', value: 1.23, unit: 'count' },
    { id: 'a4_sheets', value: 227, unit: 'count' },
  ],
}

function split(impactMinor: bigint, serviceFeeMinor: bigint, serviceFeeTaxMinor: bigint): SplitView {
  return { impactMinor, impactTaxMinor: 0n, serviceFeeMinor, serviceFeeTaxMinor }
}

/** The sandbox's own sample projects, as a session would offer them. */
function sampleProjects(impact: Choice['impact'], locale: string): ProjectView[] {
  const type = impact === 'carbon' ? 'carbonCredits' : 'contribution'
  return samplePartners.flatMap((partner) =>
    partner.projects
      .filter((project) => project.type === type)
      .map((project) => {
        const picture = pictureNamed(project.image)
        return {
          id: project.name,
          name: project.name,
          partnerName: partner.name,
          place: '',
          countryCode: alphaTwoOf(project.country),
          shortDescription: project.shortDescription,
          standard: project.standard,
          registry: null,
          deliveryNote: wordsFor(locale).deliveryExpected({ year: String(project.deliveryYear) }),
          sample: true,
          ...(picture && { picture }),
        }
      }),
  )
}
