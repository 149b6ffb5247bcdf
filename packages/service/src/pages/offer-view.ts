/**
 * Pure: from what the domains keep to what the pages show. Everything shown before paying comes from here, so that the
 * component, the hosted page and the consent that is stored say the same.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import type { ContributionRow } from '../contributions/contributions.ts'
import type { Environment } from '../kernel/context.ts'
import { ppmWhole } from '../kernel/rate.ts'
import { type OrganisationRow, shownName } from '../organisations/organisation.ts'
import type { ProjectRow } from '../projects/projects.ts'
import { cardCostOf } from '../quotes/card-cost.ts'
import { rangeOf } from '../quotes/estimator.ts'
import { paymentCostOf } from '../quotes/payment-cost.ts'
import { type Split, splitContribution, splitFromJson, type Terms, totalGrams } from '../quotes/quote.ts'
import type { SessionRow } from '../sessions/sessions.ts'
import { alphaTwoOf } from './country-name.ts'
import { pictureNamed } from './pictures.ts'
import type { Appearance } from './styles/appearance.ts'
import type { ContributionView, FootprintView, ProjectView, SplitView, SuggestionView } from './views.ts'
import { wordsFor } from './words.ts'

/** What the doors read from the domains before they can show anything of a session. */
export interface OfferSource {
  readonly session: SessionRow
  readonly organisation: OrganisationRow
  readonly projects: readonly ProjectRow[]
  readonly factorSet: FactorSet
  readonly environment: Environment
  /** Where “How this is estimated” leads: the session’s own page, which leads on to the method. */
  readonly methodUrl: string
}

type ChosenAmounts = Pick<ContributionView, 'amountMinor' | 'split'>

export interface Offer {
  readonly environment: Environment
  readonly locale: string
  readonly impactType: 'carbon' | 'nature'
  readonly merchantName: string
  readonly appearance: Appearance | null
  readonly footprint: FootprintView
  readonly currency: string
  readonly suggestions: readonly SuggestionView[]
  readonly minimumMinor: bigint
  readonly maximumMinor: bigint
  readonly projects: readonly ProjectView[]
  readonly methodUrl: string
}

export function offerView(source: OfferSource): Offer {
  const { session, organisation, environment, methodUrl } = source
  const { terms } = session
  return {
    environment,
    locale: session.locale,
    impactType: session.impactType,
    merchantName: session.merchant?.name ?? shownName(organisation),
    appearance: appearanceOf(organisation),
    footprint: { ...rangeOf(session.footprint), equivalents: session.footprint.equivalents },
    currency: session.currency,
    suggestions: terms.suggestionsMinor.map((minor) => suggestion(session, BigInt(minor))),
    minimumMinor: BigInt(terms.minimumMinor),
    maximumMinor: BigInt(terms.maximumMinor),
    projects: projectViews(source),
    methodUrl,
  }
}

function appearanceOf({ appearance }: OrganisationRow): Appearance | null {
  return Object.keys(appearance).length > 0 ? (appearance as Appearance) : null
}

function suggestion(session: SessionRow, amountMinor: bigint): SuggestionView {
  const split = splitContribution(amountMinor, session.terms, session.quoteId)
  const view = { amountMinor, split: splitView(split, session.terms) }
  return session.terms.kind === 'credit' ? { ...view, fundsGrams: totalGrams(split.lines) } : view
}

/** @param actualMinor what the card payment did cost, once that is known */
export function splitView(
  split: Split,
  terms: Terms,
  cardMinor = cardCostOf(split.total, terms.cardPrice),
  actualMinor: bigint | null = null,
): SplitView {
  const { card, beyondFee, sharePpm, isHigh } = paymentCostOf(split, actualMinor ?? cardMinor, terms)
  return {
    impactMinor: split.impact,
    impactTaxMinor: split.impactTax,
    serviceFeeMinor: split.serviceFee,
    serviceFeeTaxMinor: split.serviceFeeTax,
    cardCost: {
      minor: card,
      isActual: actualMinor !== null,
      beyondFeeMinor: beyondFee,
      highShare: isHigh ? sharePpm / ppmWhole : null,
    },
  }
}

/** What somebody chose, as it was frozen then. */
export function chosenView(contribution: ContributionRow, terms: Terms): ChosenAmounts {
  const { amountMinor, cardCostMinor, cardCostActualMinor } = contribution
  const split = splitFromJson(contribution.split)
  return { amountMinor, split: splitView(split, terms, cardCostMinor, cardCostActualMinor) }
}

/** In the order of the terms, which is the order in which they were offered. */
function projectViews({ session, projects, factorSet }: OfferSource): ProjectView[] {
  const words = wordsFor(session.locale)
  return session.terms.projects.flatMap(({ projectId }) => {
    const project = projects.find(({ id }) => id === projectId)
    if (!project) return []
    const countryCode = alphaTwoOf(project.country)
    const picture = pictureNamed(project.image)
    return {
      id: project.id,
      name: project.name,
      partnerName: project.partnerName,
      place: countryCode ? '' : (factorSet.countries.get(project.country)?.name ?? project.region),
      countryCode,
      shortDescription: project.shortDescription,
      standard: project.standard,
      registry: project.registry,
      deliveryNote:
        project.deliveryYear === null ? null : words.deliveryExpected({ year: String(project.deliveryYear) }),
      sample: project.sample,
      ...(picture && { picture }),
    }
  })
}

/** @param receiptUrl of a paid contribution */
export function contributionView(
  contribution: ContributionRow,
  terms: Terms,
  projects: readonly ProjectView[],
  receiptUrl: string | null,
): ContributionView {
  const names = contribution.split.lines.flatMap(
    ({ projectId }) => projects.find(({ id }) => id === projectId)?.name ?? [],
  )
  return {
    ...chosenView(contribution, terms),
    projectNames: names,
    ...(receiptUrl !== null && { receiptUrl }),
  }
}
