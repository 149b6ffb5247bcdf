/**
 * Which projects funds can be allocated to under a quote: those whose credits it locked the price of, and those of the
 * partners that contributions go to.
 */
import type { Project, QuoteProjectQuery } from '@ekko/contract/project-resources'
import type { OrganisationRow } from '../organisations/organisation.ts'
import { type Projects, showProject } from '../projects/projects.ts'
import type { QuoteRow } from './quote-rows.ts'
import { partnersOf } from './quoted-offer.ts'

export async function quoteProjects(
  projects: Projects,
  { rootId }: OrganisationRow,
  { terms, currency }: QuoteRow,
  query: QuoteProjectQuery,
): Promise<Project[]> {
  const all = await projects.list(rootId, currency)
  const partnerIds = partnersOf(terms)
  const offered = terms.projects.flatMap(({ projectId, tonnePriceMinor }) => {
    const row = all.find(({ id }) => id === projectId)
    if (!row) return []
    return tonnePriceMinor === null ? row : { ...row, unitPriceMinor: BigInt(tonnePriceMinor) }
  })
  const further = all.filter(
    ({ id, type, impactPartnerId }) =>
      type === 'contribution' &&
      partnerIds.includes(impactPartnerId) &&
      !terms.projects.some(({ projectId }) => projectId === id),
  )
  return [...offered, ...further]
    .filter(({ type }) => query.type === undefined || type === query.type)
    .filter(({ impactPartnerId }) => isOf(impactPartnerId, query.impactPartnerId))
    .map((row) => showProject(row, currency))
}

function isOf(impactPartnerId: string, wanted: string | undefined): boolean {
  return wanted === undefined || impactPartnerId === wanted.toLowerCase()
}
