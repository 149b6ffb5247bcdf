// A factor set that an operator brings along: it has to state what the published sets are known for, and its licence
// has to allow the use. Pure; node-factor-sets.ts reads the file. Law: in doubt about a licence the set is refused,
// for an estimate that was published cannot be taken back.

import type { FactorSet } from './factor-set.ts'
import { openFactorSet } from './factor-set.ts'
import type { FactorSetFile } from './factor-set-file.ts'
import { FactorSetError } from './factor-set-file.ts'

/**
 * Opens an operator's own set.
 *
 * Beyond what every set has (id, version, licence, base year), it states `priceBasis` (`purchaser`), `currency` (`USD`)
 * and `usage` (`permitted` or `forbidden`). A set that is `forbidden`, or whose licence reserves commercial use or
 * derivatives, is opened only if `licensedTo` says to whom its owner has licensed it.
 *
 * @throws FactorSetError saying what is not stated, or why the licence does not allow the use
 */
export function openOwnFactorSet(value: unknown, sha256: string): FactorSet {
  const set = openFactorSet(value, sha256)
  const name = `${set.identity.id}@${set.identity.version}`
  const missing = MUST_STATE.filter((key) => set.file[key] === undefined)
  if (missing.length > 0) throw new FactorSetError(`${name} does not state its ${missing.join(', ')}`)
  const reservation = reservationOf(set.file)
  if (reservation !== null && !set.file.licensedTo?.trim()) {
    const remedy = 'a set that its owner has licensed to you says so in licensedTo'
    throw new FactorSetError(`${name} may not be used: ${reservation}; ${remedy}`)
  }
  return set
}

const MUST_STATE = ['usage', 'priceBasis', 'currency'] as const

/** Marks in licence names (`CC-BY-NC-4.0`) and the words they stand for. */
const RESERVED: readonly [RegExp, string][] = [
  [/(?<![a-z])nc(?![a-z])|non-?\s?commercial/i, 'reserves commercial use'],
  [/(?<![a-z])nd(?![a-z])|no-?\s?deriv/i, 'forbids derivatives'],
]

/** Why a set may not be used by just anybody, or null. */
function reservationOf({ licence, usage }: FactorSetFile): string | null {
  if (usage === 'forbidden') return 'it says that its use is forbidden'
  const reserved = RESERVED.find(([mark]) => mark.test(licence))
  return reserved ? `its licence ${licence} ${reserved[1]}` : null
}
