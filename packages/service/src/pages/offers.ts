/** Reads from the domains what the pages need of a session. */
import { receiptUrl } from '../receipts/receipt-token.ts'
import type { OfferServices } from '../services.ts'
import { payUrl } from '../sessions/session-token.ts'
import type { SessionRow } from '../sessions/sessions.ts'
import type { OfferSource } from './offer-view.ts'

export async function offerSource(services: OfferServices, session: SessionRow): Promise<OfferSource> {
  const { context, factorSet } = services
  const organisation = await services.organisations.load(session.organisationId)
  const projects = await services.projects.list(organisation.rootId, session.currency)
  return {
    session,
    organisation,
    projects,
    factorSet,
    environment: context.environment,
    methodUrl: `${payUrlOf(services, session.id)}/why`,
  }
}

/** Address of the session's hosted payment page. */
export function payUrlOf({ context, tokens }: OfferServices, sessionId: string): string {
  return payUrl(context.origin, tokens, sessionId)
}

/** Address of the receipt of an allocation. */
export function receiptUrlOf({ context, receiptTokens }: OfferServices, allocationId: string): string {
  return receiptUrl(context.origin, receiptTokens, allocationId)
}
