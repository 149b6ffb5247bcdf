/**
 * The fields that objects of the API are made of, as JSON Schema: ids, amounts, codes, instants, texts.
 * Amounts are decimal numbers in major units of their currency; ids are UUIDs; countries ISO 3166-1 alpha-3.
 */
import { type TSchema, Type } from 'typebox'

export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])

export const omissible = <S extends TSchema>(schema: S) => Type.Optional(nullable(schema))

export const text = (description: string, maxLength = 255) =>
  Type.String({ minLength: 1, maxLength, description })

export const looseText = (description: string, maxLength = 255) => Type.String({ maxLength, description })

const uuidPattern = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'

export const Id = (description: string) => Type.String({ format: 'uuid', pattern: uuidPattern, description })

export const CountryCode = Type.String({
  pattern: '^[A-Z]{3}$',
  description: 'ISO 3166-1 alpha-3, for example GBR',
})

export const CurrencyCode = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, for example GBP' })

export const Mcc = Type.String({ pattern: '^[0-9]{4}$', description: 'Merchant category code, four digits' })

export const Amount = (description: string) =>
  Type.Number({ description: `${description}, in major units of the currency` })

export const Instant = (description: string) => Type.String({ format: 'date-time', description })

export const Rate = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })

export const Limit = Type.Optional(
  Type.String({ pattern: '^[0-9]{1,3}$', description: '1 to 100, 25 by default' }),
)
