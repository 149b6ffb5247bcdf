/**
 * What crosses the API about a consumer, and about forgetting one.
 */
import { type Static, Type } from 'typebox'
import { CountryCode, Id, Instant, looseText, omissible, text } from './fields.ts'

export const Consumer = Type.Object({
  reference: text('Your own id for the consumer'),
  countryCode: CountryCode,
  postalCode: omissible(looseText('Postal code', 32)),
  city: omissible(looseText('City or town')),
  state: omissible(looseText('State or region')),
})

export const NewConsumerErasure = Type.Object({
  organisationId: omissible(Id('Whose consumer: your own organisation when absent, or one below it')),
  consumer: Type.Object({ reference: text('As you sent it with the sessions') }),
})

export const ConsumerErasure = Type.Object({
  organisationId: Id('Whose consumer it was'),
  erasedSessions: Type.Integer({
    description: 'How many sessions knew the consumer; 0 when none does, or not any more',
  }),
  erasedAt: Instant('When'),
})

export type NewConsumerErasure = Static<typeof NewConsumerErasure>
export type ConsumerErasure = Static<typeof ConsumerErasure>
