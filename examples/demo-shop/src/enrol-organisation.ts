/**
 * For: the shop's own organisation, below the one that the API key belongs to.
 * Not for: when to ask; enrolment.ts decides.
 */
import { EkkoApiError, type EkkoClient, type NewOrganisation } from '@ekko/node'
import type { EnrolmentParts } from './enrolment.ts'

const callLimit = { timeoutMs: 5_000 }

/** The id in the state file if the service still knows it, otherwise that of a new organisation. */
export const enrolOrganisation = async ({ client, state, log }: EnrolmentParts): Promise<string> => {
  const known = state.read().organisationId
  if (known && (await exists(client, known))) return known
  // Another service, or the same one emptied: the endpoint is gone with the organisation, and so is the old key.
  if (known)
    await state.change(({ organisationId: _organisation, endpoint: _endpoint, ...rest }) => ({
      ...rest,
      installationId: crypto.randomUUID(),
    }))
  const me = await client.organisations.me(callLimit)
  const idempotencyKey = `${state.read().installationId}-organisation`
  const made = await client.organisations.create(shopUnder(me.organisationId), {
    ...callLimit,
    idempotencyKey,
  })
  await state.change((now) => ({ ...now, organisationId: made.organisationId }))
  log(`Enrolled as organisation ${made.organisationId} under ${me.tradingName}.`)
  return made.organisationId
}

const exists = async (client: EkkoClient, organisationId: string): Promise<boolean> => {
  try {
    await client.organisations.retrieve(organisationId, callLimit)
    return true
  } catch (error) {
    if (error instanceof EkkoApiError && error.status === 404) return false
    throw error
  }
}

/** Merchant category 5992 is florists; the shop is given half of what its parent has of the service fee. */
const shopUnder = (parentOrganisationId: string): NewOrganisation => ({
  parentOrganisationId,
  tradingName: 'Loam & Kiln',
  legalName: 'Loam and Kiln (demonstration)',
  address: {
    line1: '1 Sample Yard',
    city: 'Stoke-on-Trent',
    postalCode: 'ST1 1AA',
    countryCode: 'GBR',
  },
  currencyCode: 'GBP',
  mcc: '5992',
  relativeProfitShare: 0.5,
  organisationReference: 'demo-shop',
})
