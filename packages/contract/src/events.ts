/**
 * What a webhook says. The documented fields come first, in every event; the additive ones follow.
 * Amounts are positive in both directions: `eventType` says which way the money went.
 */
import { type Static, Type } from 'typebox'
import { ReversalKind } from './allocation-resources.ts'
import { Id } from './fields.ts'
import { EventType } from './webhook-resources.ts'

export const ImpactPaymentEvent = Type.Object({
  footprintId: Id('The quote’s id'),
  organisationId: Id('Whose payment this was'),
  brandId: Id('The organisation’s brand'),
  productId: Id('The organisation’s product'),
  customerId: Type.String({
    description: 'consumer.reference as it was sent; empty once the consumer was erased',
  }),
  eventType: EventType,
  timestamp: Type.String({ format: 'date-time', description: 'When this body was prepared' }),
  payment: Type.Object({
    amount: Type.Number({ description: 'Major units; what the consumer paid, or gets back' }),
    currencyCode: Type.String(),
    serviceFee: Type.Number({ description: 'Part of the amount that is the service fee, without its tax' }),
  }),
  carbon: Type.Object({
    unit: Type.Literal('grams'),
    quote: Type.Number({ description: 'Estimated footprint; 0 for nature sessions' }),
    compensated: Type.Number({
      description: 'Grams of credits that this payment bought, or this reversal took back',
    }),
  }),
  eventId: Id('The same in every delivery of this event; also the webhook-id header'),
  sequence: Type.Integer({ description: 'Counts up from 1 for each allocation' }),
  quoteId: Id('The quote'),
  sessionId: Type.Union([Id('The session'), Type.Null()]),
  fundsAllocationId: Id('The allocation'),
  reversalId: Type.Union([
    Id('The reversal; on an IMPACT_PAYMENT the one that the provider undid, so that the money stands again'),
    Type.Null(),
  ]),
  reversalKind: Type.Union([ReversalKind, Type.Null()]),
  nature: Type.Optional(
    Type.Object({
      unit: Type.Literal('squareMetres'),
      quote: Type.Number({ description: 'Estimated area of intact nature lost for a year' }),
    }),
  ),
  test: Type.Optional(
    Type.Literal(true, {
      description: 'You asked for this test event; no money moved and its ids are invented',
    }),
  ),
})

export const EventPage = Type.Object({ hasMore: Type.Boolean(), data: Type.Array(ImpactPaymentEvent) })

/** One JSON Schema for each type: what a receiver may rely on. */
export const eventSchemas = {
  IMPACT_PAYMENT: schemaOf('IMPACT_PAYMENT', 'A contribution was paid'),
  IMPACT_PAYMENT_REVERSAL: schemaOf(
    'IMPACT_PAYMENT_REVERSAL',
    'A contribution was given back, whole or in part',
  ),
} as const satisfies Record<EventType, object>

function schemaOf(eventType: EventType, description: string): Record<string, unknown> {
  const eventTypes = { eventType: { const: eventType } }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: eventType,
    description,
    ...ImpactPaymentEvent,
    properties: { ...ImpactPaymentEvent.properties, ...eventTypes },
  }
}

export type ImpactPaymentEvent = Static<typeof ImpactPaymentEvent>
export type EventPage = Static<typeof EventPage>
export type { EventType } from './webhook-resources.ts'
