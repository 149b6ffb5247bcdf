/**
 * Pure: what an organisation offers beyond what is usual: which projects, which amounts, which experience. The service fee
 * is a column of its own. Law: what a product leaves open stays as usual, so that an empty one changes nothing.
 */

export interface ProductAmounts {
  readonly suggestedMinor: readonly number[]
  readonly minimumMinor: number | null
  readonly maximumMinor: number | null
}

/** As it is stored with the organisation. */
export interface ProductTerms {
  /** In the order they are offered. */
  readonly projectIds?: readonly string[]
  /** By currency. */
  readonly amounts?: Readonly<Record<string, ProductAmounts>>
  readonly sdkVariant?: 'embedded' | 'takeover'
  readonly impactType?: 'carbon' | 'nature'
}

interface Amounts {
  readonly suggestionsMinor: readonly number[]
  readonly minimumMinor: number
  readonly maximumMinor: number
}

/** The product's projects in its order; all of them where it names none, or none that there still is. */
export function projectsOfProduct<Project extends { readonly id: string }>(
  all: readonly Project[],
  { projectIds }: ProductTerms,
): readonly Project[] {
  const chosen = (projectIds ?? []).flatMap((id) => all.find((project) => project.id === id) ?? [])
  return chosen.length > 0 ? chosen : all
}

/** The product's amounts; the usual minimum stands where it is higher, because costs would take too much of less. */
export function amountsOfProduct(usual: Amounts, { amounts }: ProductTerms, currency: string): Amounts {
  const own = amounts?.[currency]
  if (!own) return usual
  const minimumMinor = Math.max(usual.minimumMinor, own.minimumMinor ?? 0)
  const maximumMinor = Math.max(minimumMinor, own.maximumMinor ?? usual.maximumMinor)
  const fitting = own.suggestedMinor.filter((minor) => minor >= minimumMinor && minor <= maximumMinor)
  const suggestionsMinor = fitting.length > 0 ? fitting : [minimumMinor]
  return { suggestionsMinor, minimumMinor, maximumMinor }
}
