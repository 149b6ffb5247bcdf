/**
 * The part of the second table that is compatibility with version 2: its names in, the use cases of v3, its names out.
 * Law: nothing is decided here; what v2 did not say is what v3 takes when it is absent.
 */
import type { NewV2Brand, v2Operations } from '@ekko/contract/v2-operations'
import { newId as newIdAt } from '../kernel/id.ts'
import { findByBrand } from '../organisations/brands.ts'
import { findByProduct } from '../organisations/products.ts'
import { createSession } from '../sessions/sessions.ts'
import { codesOf } from './access-handlers.ts'
import type { Handlers } from './handlers.ts'

export const v2Handlers: Pick<Handlers, keyof typeof v2Operations> = {
  async createV2Brand(services, { principalId, body, newId }) {
    const { context, organisations } = services
    const parent = body.brandOwner
      ? await findByBrand(context, organisations, principalId, body.brandOwner)
      : await organisations.load(principalId)
    const wanted = { ...organisationOf(body), parentOrganisationId: parent.id }
    const { brandId, productId } = await organisations.create(principalId, wanted, codesOf(services), newId)
    return { body: { brandId, productId } }
  },

  async createV2ImpactPaySession(services, { principalId, body, newId }) {
    const { context, organisations } = services
    const organisation = await findByProduct(context, organisations, principalId, body.productId)
    const { sessionId, clientSecret } = await createSession(
      context,
      services,
      principalId,
      {
        organisationId: organisation.id,
        consumer: {
          reference: body.customerId ?? `unnamed-${newIdAt(context.clock.now().getTime())}`,
          // Version 2 said nothing of where consumers are.
          countryCode: organisation.address.countryCode!,
        },
        transaction: { amount: body.amount.value, currencyCode: body.amount.currencyCode },
      },
      newId,
    )
    return { body: { sessionId, impactPaySessionId: sessionId, clientSecret } }
  },
}

/** An organisation of v3 has one address: where it trades, because that is where purchases are. */
function organisationOf({ tradingName, tradingAddress, currency, ...brand }: NewV2Brand) {
  const { street, country, ...address } = tradingAddress
  return {
    tradingName,
    legalName: tradingName,
    address: { line1: street, ...address, countryCode: country },
    currencyCode: currency,
    billing: brand.brandBilling ? { currencyCode: currency } : null,
    organisationReference: brand.brandReference ?? null,
    mcc: brand.mcc ?? null,
  }
}
