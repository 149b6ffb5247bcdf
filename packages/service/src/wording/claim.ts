/**
 * The claims guard: which wordings must not be said to a shopper, why, by what rule, and what to say instead.
 * Pure, and needs nothing but this folder, so it can be used on any text. The wordings of each language are in wording-*.ts.
 * It finds wordings, not meanings: what it lets through is not thereby lawful. docs/explanation/wording.md says more.
 */
import { allowedSentences } from './allowed.ts'
import { type Folded, fold } from './folding.ts'
import { type Wording, wordingsOf } from './wording.ts'

export type ClaimKind = 'neutral' | 'positive' | 'generic' | 'offset' | 'tree' | 'label'

interface Claim {
  readonly reason: string
  readonly sources: readonly string[]
  /** What to say instead. */
  readonly suggestion: string
}

const directive = 'Directive (EU) 2024/825, applied since 27 September 2026'
const cma = 'UK CMA, Green Claims Code'

export const claims: Readonly<Record<ClaimKind, Claim>> = {
  neutral: {
    reason:
      'it says that a product or purchase has no effect on the climate, which a contribution cannot bring about',
    sources: [
      `${directive}: Directive 2005/29/EC, Annex I, point 4c`,
      cma,
      'UK ASA, advice on carbon neutral claims',
    ],
    suggestion: 'Estimated footprint of this kind of purchase: about 12 kg CO2e, likely 6 to 24 kg',
  },
  positive: {
    reason:
      'it says that a product or purchase does the climate good, which a contribution cannot bring about',
    sources: [`${directive}: Directive 2005/29/EC, Annex I, point 4c`, cma],
    suggestion: 'Contribute to X. Your contribution does not change the footprint of your purchase.',
  },
  generic: {
    reason: 'it praises in general terms, without saying what exactly is better and how that was shown',
    sources: [`${directive}: Directive 2005/29/EC, Annex I, point 4a`, cma],
    suggestion: 'say the fact itself: the project’s name, place, standard and registry id',
  },
  offset: {
    reason:
      'it says that paying makes up for emissions; a contribution leaves the footprint of the purchase as it is',
    sources: [
      `${directive}: Directive 2005/29/EC, Annex I, point 4c`,
      cma,
      'US FTC, 16 CFR 260.5: say so when reductions come two years or later',
    ],
    suggestion: 'Contribute to X. Your contribution does not change the footprint of your purchase.',
  },
  tree: {
    reason:
      'it says that the purchase itself did something in nature, when money is given and delivery comes later',
    sources: [cma, 'US FTC, 16 CFR 260.5: say so when reductions come two years or later'],
    suggestion: 'GBP 1.00 goes to X; GBP 0.79 reaches the project after fees; delivery expected by 2027',
  },
  label: {
    reason: 'it shows a sustainability label of one’s own making',
    sources: [`${directive}: Directive 2005/29/EC, Annex I, point 2a`],
    suggestion: 'name the standard and the registry id, with a link',
  },
}

export interface Finding {
  readonly kind: ClaimKind
  /** BCP 47, of the wording that was met; the text itself may be in another language. */
  readonly language: string
  /** As it stands in the text. */
  readonly found: string
  /** Where that begins in the text. */
  readonly at: number
}

/** Longer texts are checked in full; only so many findings are told. */
const findingsMax = 50
/** The shortest wording has so many, in any language. */
const lettersMin = 3

/** Every banned wording in the text, in whatever language, in the order of the text. */
export function claimsIn(text: string): Finding[] {
  if ((text.match(/\p{L}/gu)?.length ?? 0) < lettersMin) return []
  const folded = fold(text)
  const found = wordingsOf().flatMap((wording) => findAll(wording, folded, text))
  const spoken = found.filter((finding) => !allowedSentences.has(sentenceAround(folded, finding.at)))
  return distinct(spoken).slice(0, findingsMax)
}

/** The finding as one sentence, with its reason and its source. */
export function explainClaim({ kind, found }: Finding): string {
  const { reason, sources, suggestion } = claims[kind]
  return `“${found}” may not be said: ${reason} (${sources.join('; ')}). Instead: ${suggestion}`
}

function findAll({ kind, language, pattern }: Wording, { text, at }: Folded, original: string): Finding[] {
  return Array.from(text.matchAll(pattern), (match) => {
    const start = at[match.index]!
    const last = at[match.index + match[0].length - 1]!
    const end = last + String.fromCodePoint(original.codePointAt(last)!).length
    return { kind, language, found: original.slice(start, end), at: start }
  })
}

/** Folded, without its end; this is how the allowed ones are kept. */
function sentenceAround({ text, at }: Folded, place: number): string {
  const middle = at.indexOf(place)
  const start = text.lastIndexOf('|', middle) + 1
  const end = text.indexOf('|', middle)
  return text.slice(start, end === -1 ? undefined : end).trim()
}

/** The same words can be a wording of several languages; the first that is told is enough. */
function distinct(findings: readonly Finding[]): Finding[] {
  const inOrder = [...findings].sort(
    (one, other) => one.at - other.at || other.found.length - one.found.length,
  )
  let told = -1
  return inOrder.filter((finding) => {
    if (finding.at < told) return false
    told = finding.at + finding.found.length
    return true
  })
}
