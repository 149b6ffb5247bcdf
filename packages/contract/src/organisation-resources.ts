/**
 * An organisation as it crosses the API. What changes one, its keys, brand and product are in `access-resources.ts`.
 */
import { type Static, Type } from 'typebox'
import { CountryCode, CurrencyCode, Id, looseText, Mcc, nullable, omissible, Rate, text } from './fields.ts'

export const Address = Type.Object({
  line1: text('First line'),
  line2: omissible(looseText('Second line')),
  line3: omissible(looseText('Third line')),
  city: text('City or town'),
  postalCode: text('Postal code', 32),
  state: omissible(looseText('State or region')),
  countryCode: CountryCode,
})

export const Billing = Type.Object({
  companyRegistrationNumber: omissible(looseText('Number in the company register', 64)),
  currencyCode: omissible(CurrencyCode),
  email: omissible(looseText('Where invoices go', 254)),
  taxNumber: omissible(looseText('VAT or tax number', 64)),
})

export const NewOrganisation = Type.Object({
  parentOrganisationId: Id('The organisation that this one is created under'),
  tradingName: text('Name that consumers know'),
  legalName: text('Name in the register'),
  address: Address,
  currencyCode: CurrencyCode,
  website: omissible(Type.String({ maxLength: 2048, pattern: '^https?://', description: 'Web address' })),
  billing: omissible(Billing),
  mcc: omissible(Mcc),
  relativeProfitShare: omissible(
    Rate(
      'Share of what the parent has of the service fee that is passed down to this organisation; 0 by default',
    ),
  ),
  organisationReference: omissible(looseText('Your own reference, for example a merchant id')),
})

export const Organisation = Type.Object({
  organisationId: Id('The organisation'),
  parentOrganisationId: nullable(Id('Its parent; null for the root')),
  organisationReference: nullable(Type.String()),
  tradingName: Type.String(),
  legalName: Type.String(),
  address: Type.Object({
    line1: Type.String(),
    line2: Type.String(),
    line3: Type.String(),
    city: Type.String(),
    postalCode: Type.String(),
    state: Type.String(),
    countryCode: Type.String(),
  }),
  currencyCode: CurrencyCode,
  website: nullable(Type.String()),
  billing: nullable(
    Type.Object({
      companyRegistrationNumber: nullable(Type.String()),
      currencyCode: nullable(Type.String()),
      email: nullable(Type.String()),
      taxNumber: nullable(Type.String()),
    }),
  ),
  mcc: nullable(Mcc),
  relativeProfitShare: Rate('Share of the parent’s part of the service fee'),
  proportionalProfitShare: Rate('Share of the whole service fee, before its own children take theirs'),
  serviceFeePercentage: Rate('Service fee as a share of the impact amount'),
  status: Type.Object({ value: Type.String({ description: 'active' }), message: nullable(Type.String()) }),
  impactPartners: Type.Array(Type.Object({ id: Id('Impact partner'), name: Type.String() })),
  calculationTypes: Type.Array(Type.String({ description: 'carbon or nature' })),
  brandId: Id('How the organisation looks'),
  productId: Id('What the organisation offers'),
})

export type Address = Static<typeof Address>
export type NewOrganisation = Static<typeof NewOrganisation>
export type Organisation = Static<typeof Organisation>
