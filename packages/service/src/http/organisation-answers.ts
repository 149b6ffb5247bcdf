/** An organisation as the API answers it: with the impact partners of its tree. */
import type { OrganisationRow } from '../organisations/organisation.ts'
import { showOrganisation } from '../organisations/organisations.ts'
import type { Services } from '../services.ts'

export async function shownOrganisation({ projects }: Services, organisation: OrganisationRow) {
  const partners = await projects.partners(organisation.rootId)
  return showOrganisation(
    organisation,
    partners.map(({ id, name }) => ({ id, name })),
  )
}
