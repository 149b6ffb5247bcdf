// Recomputes a stored estimate from its provenance and lists what differs. This is what makes a footprint
// checkable by anybody: the stored record, the published factor set and these few lines, and no server.

import type { FactorSet } from './factor-set.ts'
import type { CarbonEstimate, NatureEstimate } from './footprint.ts'
import { estimate } from './footprint.ts'
import type { EstimateInput } from './provenance.ts'
import type { Purchase } from './purchase.ts'
import { asQuoted, HEADLINES } from './quoted-estimate.ts'

/** One value that is not what the factor set gives; `path` such as `breakdown.domesticGrams`. */
export interface Difference {
  readonly path: string
  readonly stored: unknown
  readonly recomputed: unknown
}

export type Recomputation =
  | { readonly outcome: 'same'; readonly recomputed: CarbonEstimate | NatureEstimate }
  | {
      readonly outcome: 'different'
      readonly differences: readonly Difference[]
      readonly recomputed: CarbonEstimate | NatureEstimate
    }
  | { readonly outcome: 'unreadable'; readonly message: string }

/** Which published set a stored record says it came from. */
export interface NamedFactorSet {
  readonly id: string
  readonly version: string
  readonly sha256: string
}

/** How deep a record may lie inside a quote, and how many objects are looked at. */
const MAX_DEPTH = 4
const MAX_OBJECTS = 1000

/**
 * Recomputes a stored estimate.
 *
 * A result agrees when the recomputed one, rounded to the decimals that were stored, is the same; a record may keep
 * whole grams, or square metres to two decimals. Fields that the record leaves out are not compared, but the
 * headline number must be there. A quote of the API may call the numbers by its own names (`grams`, `squareMetres`);
 * what it says of the transaction has to be what was estimated for.
 *
 * @param set the factor set that the record names
 * @param record parsed JSON: an estimate, or an answer of the API or a quote that has one inside it
 */
export function recompute(set: FactorSet, record: unknown): Recomputation {
  const stored = findEstimate(record)
  if (!stored) return unreadable('no estimate with a provenance.input was found')
  const { input } = stored.provenance
  const headlines = HEADLINES[input.kind === 'carbon' ? 'carbon' : 'nature']
  if (!headlines.some((name) => typeof stored[name] === 'number'))
    return unreadable(`the record has no number ${headlines.join(' or ')}`)
  const recomputed = estimate(set, { ...input, date: input.date ?? undefined } as Purchase)
  if (recomputed.outcome === 'refused') return unreadable(`its input is refused: ${recomputed.message}`)
  if (recomputed.outcome === 'not_applicable')
    return unreadable(`its input has no footprint: ${recomputed.reason}`)
  const differences = [
    ...compare(stored, asQuoted(recomputed, stored.equivalents), ''),
    ...compareTransaction(record, input),
  ]
  return differences.length === 0
    ? { outcome: 'same', recomputed }
    : { outcome: 'different', differences, recomputed }
}

/** The factor set that a stored record names, or null when it names none. */
export function factorSetOf(record: unknown): NamedFactorSet | null {
  const { id, version, sha256 } = findEstimate(record)?.provenance.factorSet ?? {}
  return typeof id === 'string' && typeof version === 'string' && typeof sha256 === 'string'
    ? { id, version, sha256 }
    : null
}

function unreadable(message: string): Recomputation {
  return { outcome: 'unreadable', message }
}

type Json = Record<string, unknown>

/** What a record has to look like before anything in it is believed; the rest is compared, not trusted. */
interface StoredEstimate {
  provenance: { input: EstimateInput; factorSet?: Partial<NamedFactorSet> | null }
  [field: string]: unknown
}

// Breadth first, so that the outermost estimate of a quote is the one that is checked.
function findEstimate(record: unknown): StoredEstimate | null {
  let level: unknown[] = [record]
  let looked = 0
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const objects = level.filter(isObject)
    looked += objects.length
    if (looked > MAX_OBJECTS) return null
    const found = objects.find(isStoredEstimate)
    if (found) return found
    level = objects.flatMap((object) => Object.values(object))
  }
  return null
}

function isStoredEstimate(object: Json): object is StoredEstimate {
  const { provenance } = object
  return isObject(provenance) && isObject(provenance.input)
}

// A session of the API says beside the footprint what was paid; another amount there would tell another story.
function compareTransaction(record: unknown, { amount, currency }: EstimateInput): Difference[] {
  const transaction = isObject(record) ? record.transaction : undefined
  return compare(transaction, { amount, currencyCode: currency }, 'transaction')
}

function compare(stored: unknown, recomputed: unknown, path: string): Difference[] {
  if (stored === undefined || agree(stored, recomputed, path)) return []
  if (!isObject(stored) || !isObject(recomputed) || Array.isArray(stored) !== Array.isArray(recomputed))
    return [{ path, stored, recomputed }]
  const keys = Object.keys(recomputed)
  const lengths =
    Array.isArray(stored) && stored.length !== keys.length
      ? [{ path: `${path}.length`, stored: stored.length, recomputed: keys.length }]
      : []
  const inside = keys.flatMap((key) =>
    compare(stored[key], recomputed[key], path === '' ? key : `${path}.${key}`),
  )
  return [...lengths, ...inside]
}

// Results may be stored to the gram, a tenth of an ounce or two decimals of a square metre, and agree as stored; no
// coarser, or a zero would agree with everything small. Factors are compared as they are, but for the last bits of a
// double.
function agree(stored: unknown, recomputed: unknown, path: string): boolean {
  if (stored === recomputed) return true
  if (typeof stored !== 'number' || typeof recomputed !== 'number') return false
  const difference = Math.abs(stored - recomputed)
  if (difference <= 1e-9 * Math.abs(recomputed)) return true
  const coarsest = COARSEST_DECIMALS.find(([name]) => name.test(path))?.[1]
  if (coarsest === undefined) return false
  return difference <= 0.5 * 10 ** -Math.max(coarsest, decimalsOf(stored)) * (1 + 1e-9)
}

/** With how few decimals a result may be stored, by its name. */
const COARSEST_DECIMALS: readonly [RegExp, number][] = [
  [/(^g|G)rams$/, 0],
  [/^ounces$/, 1],
  [/M2$|(^s|S)quareMetres$|^squareFeet$/, 2],
]

/** Decimals that a number is written with: 2 for 12.25, 8 for 1.5e-7, 0 for whole numbers. */
function decimalsOf(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}
