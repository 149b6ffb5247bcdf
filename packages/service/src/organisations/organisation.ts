/**
 * Pure rules of organisations: who may see whom, and how the service fee is passed down a path of the tree.
 */
import { ppmWhole } from '../kernel/rate.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { ProductTerms } from './product.ts'

export const organisationDepthMax = 8

/** An organisation as the domains need it. */
export interface OrganisationRow {
  readonly id: string
  readonly parentId: string | null
  readonly rootId: string
  /** Ids from the root down to this one. */
  readonly path: readonly string[]
  readonly reference: string | null
  readonly tradingName: string
  readonly legalName: string
  readonly address: Readonly<Record<string, string | null | undefined>>
  readonly currency: string
  readonly website: string | null
  readonly billing: Readonly<Record<string, string | null | undefined>> | null
  readonly mcc: string | null
  readonly serviceFeePpm: number
  /** Along the path, root first: what each has of its parent’s part of the fee. The root has all of it. */
  readonly relativeSharesPpm: readonly number[]
  readonly status: string
  /** True when it or one above it is deactivated. */
  readonly isDeactivated: boolean
  readonly brandId: string
  readonly productId: string
  readonly appearance: Readonly<Record<string, unknown>>
  /** Null: the trading name. */
  readonly brandName: string | null
  readonly logoUrl: string | null
  readonly product: ProductTerms
}

export const deactivated = () =>
  new Refusal('ORGANISATION_DEACTIVATED', 'the organisation, or one above it, is deactivated')

/** Nothing new is taken in its name; what was paid for goes on. @throws Refusal ORGANISATION_DEACTIVATED */
export function refuseDeactivated({ isDeactivated }: Pick<OrganisationRow, 'isDeactivated'>): void {
  if (isDeactivated) throw deactivated()
}

/** The name that shoppers know it by. */
export function shownName({
  brandName,
  tradingName,
}: Pick<OrganisationRow, 'brandName' | 'tradingName'>): string {
  return brandName ?? tradingName
}

/** An organisation sees itself and its descendants; never a sibling, never an ancestor. */
export function maySee(principalId: string, organisation: Pick<OrganisationRow, 'path'>): boolean {
  return organisation.path.includes(principalId)
}

/** Share of the whole service fee that reaches the end of the path, before its own children take theirs. */
export function proportionalShare(relativeSharesPpm: readonly number[]): number {
  const below = relativeSharesPpm.slice(1)
  const product = below.reduce((share, ppm) => share * BigInt(ppm), 1n)
  return Number(product) / Number(BigInt(ppmWhole) ** BigInt(below.length))
}
