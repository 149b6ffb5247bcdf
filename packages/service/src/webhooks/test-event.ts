/**
 * The body of a test event: every field of its type, with invented ids. Pure.
 * Law: it says of itself that it is a test, so that nobody books it.
 */
import type { EventType, ImpactPaymentEvent } from '@ekko/contract/events'

/** @param newId makes each invented id */
export function testEventBody(
  eventType: EventType,
  eventId: string,
  organisationId: string,
  preparedAt: Date,
  newId: () => string,
): ImpactPaymentEvent {
  const quoteId = newId()
  return {
    footprintId: quoteId,
    organisationId,
    brandId: newId(),
    productId: newId(),
    customerId: 'test',
    eventType,
    timestamp: preparedAt.toISOString(),
    payment: { amount: 1.2, currencyCode: 'GBP', serviceFee: 0.2 },
    carbon: { unit: 'grams', quote: 12_000, compensated: 5_000 },
    eventId,
    sequence: 1,
    quoteId,
    sessionId: newId(),
    fundsAllocationId: eventId,
    reversalId: eventType === 'IMPACT_PAYMENT_REVERSAL' ? newId() : null,
    reversalKind: eventType === 'IMPACT_PAYMENT_REVERSAL' ? 'refund' : null,
    test: true,
  }
}
