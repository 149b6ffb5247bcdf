/**
 * What partners and projects say of themselves, for the claims guard: what is about to be stored, and what is stored.
 * Law: a text with a banned wording is not stored.
 */
import type { Queryable } from '../kernel/database.ts'
import { refuseClaims } from '../wording/claim-refusal.ts'

interface ProjectTexts {
  readonly name: string
  readonly shortDescription: string
  readonly longDescription: string
}

/** @throws Refusal CLAIM_REFUSED */
export function refuseProjectClaims({ name, shortDescription, longDescription }: ProjectTexts): void {
  refuseClaims({ '/name': name, '/shortDescription': shortDescription, '/longDescription': longDescription })
}

/** @throws Refusal CLAIM_REFUSED */
export function refusePartnerClaims({ name, description }: { name: string; description: string }): void {
  refuseClaims({ '/name': name, '/description': description })
}

export interface StoredText {
  /** Where to find it, for people. */
  readonly where: string
  readonly text: string
}

/** A deployment has tens of projects; brands are counted in thousands. */
const storedTextsMax = 200_000

/** Of partners, projects and brands, for `ekko claims check`. */
export function loadStoredTexts(database: Queryable): Promise<StoredText[]> {
  return database.query<StoredText>(
    `select 'project ' || id || ' ' || key as where, value as text
     from project, lateral (values ('name', name), ('shortDescription', short_description),
       ('longDescription', long_description)) as each (key, value)
     union all
     select 'impact partner ' || id || ' ' || key, value
     from impact_partner, lateral (values ('name', name), ('description', description)) as each (key, value)
     union all
     select 'organisation ' || id || ' tradingName', trading_name from organisation
     limit $1`,
    [storedTextsMax],
  )
}
