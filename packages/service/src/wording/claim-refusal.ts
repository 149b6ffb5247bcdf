/** Banned wordings as a refusal: each field at fault with its reason, its source and what to say instead. Pure. */
import { type Issue, Refusal } from '../kernel/refusal.ts'
import { type ClaimKind, claimsIn, explainClaim } from './claim.ts'

/**
 * A name is what somebody is called: “Green & Sons” praises nobody. What it says of the climate counts all the same.
 */
const kindsInNames: ReadonlySet<ClaimKind> = new Set(['neutral', 'positive', 'offset', 'tree', 'label'])

/** Texts by JSON pointer. @throws Refusal CLAIM_REFUSED */
export function refuseClaims(texts: Readonly<Record<string, string>>): void {
  refuse(texts, () => true)
}

/** The same for names of companies and brands. @throws Refusal CLAIM_REFUSED */
export function refuseClaimsInNames(names: Readonly<Record<string, string>>): void {
  refuse(names, (kind) => kindsInNames.has(kind))
}

function refuse(texts: Readonly<Record<string, string>>, counts: (kind: ClaimKind) => boolean): void {
  const issues = Object.entries(texts).flatMap(([path, text]): Issue[] =>
    claimsIn(text)
      .filter(({ kind }) => counts(kind))
      .map((finding) => ({ path, message: explainClaim(finding) })),
  )
  if (issues.length > 0)
    throw new Refusal('CLAIM_REFUSED', 'a text makes a claim that may not be made; see issues', issues)
}
