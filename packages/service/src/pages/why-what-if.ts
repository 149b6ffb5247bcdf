/**
 * The question “what if it had been another kind of shop, or another country?”: read from the query, answered with the same
 * factor set, the same amount and the same day. Pure. Whatever was typed, there is an answer or a sentence that says why not.
 */
import type { FactorSet } from '@ekko/footprint/factor-set'
import { type CarbonEstimate, estimate, type NatureEstimate } from '@ekko/footprint/footprint'
import type { EstimateInput } from '@ekko/footprint/provenance'
import type { Purchase } from '@ekko/footprint/purchase'
import type { Words } from './words.ts'

export interface Question {
  /** As it was asked; may be anything. */
  readonly country: string
  readonly kind: string
}

export type Answer =
  | { readonly outcome: 'estimated'; readonly estimate: CarbonEstimate | NatureEstimate }
  | { readonly outcome: 'not_applicable' | 'refused'; readonly message: string }

const shownCharsMax = 40

/** Undefined while nothing is asked; a field that is left out or empty stays as it is in the purchase. */
export function readQuestion(query: URLSearchParams, { country, mcc }: EstimateInput): Question | undefined {
  const asked = [query.get('country'), query.get('kind')]
  if (asked.every((value) => value === null)) return undefined
  const [wantedCountry, wantedKind] = asked.map((value) => value?.trim() ?? '')
  return { country: wantedCountry || country, kind: wantedKind || mcc }
}

export function answerTo(
  set: FactorSet,
  input: EstimateInput,
  { country, kind }: Question,
  { why }: Words,
): Answer {
  if (!set.countries.has(country))
    return { outcome: 'refused', message: why.unknownCountry({ given: short(country) }) }
  if (!set.mccs.has(kind)) return { outcome: 'refused', message: why.unknownKind({ given: short(kind) }) }
  const purchase = { ...input, date: input.date ?? undefined, country, mcc: kind } as Purchase
  const result = estimate(set, purchase)
  if (result.outcome === 'estimated') return { outcome: 'estimated', estimate: result }
  if (result.outcome === 'refused')
    return { outcome: 'refused', message: why.cannotEstimate({ reason: result.message }) }
  return { outcome: 'not_applicable', message: why.notApplicable({ kind }) }
}

function short(given: string): string {
  return given.length > shownCharsMax ? `${given.slice(0, shownCharsMax)}…` : given
}
