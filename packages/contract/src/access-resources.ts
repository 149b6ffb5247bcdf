/**
 * What crosses the API to run a tree of organisations: keys, allow-lists, changes of organisations, brands and products.
 */
import { type Static, Type } from 'typebox'
import {
  Amount,
  CurrencyCode,
  Id,
  Instant,
  Limit,
  looseText,
  nullable,
  omissible,
  Rate,
  text,
} from './fields.ts'
import { NewOrganisation, Organisation } from './organisation-resources.ts'
import { ImpactType } from './quote-resources.ts'
import { type Scope, scopes } from './scopes.ts'
import { SdkVariant } from './session-resources.ts'

// -- API keys and allow-lists --

const rangesMax = 100
const scopesMax = 20

const Ranges = Type.Array(
  Type.String({
    minLength: 2,
    maxLength: 90,
    description:
      'An address, a CIDR block or two addresses with a hyphen between them; IPv4 or IPv6, for example 203.0.113.0/24',
  }),
  { maxItems: rangesMax, description: 'Where requests may come from' },
)
const Switch = Type.Boolean({ description: 'While true, only the listed addresses are let in' })

export const AllowList = Type.Object({ enabled: Switch, ranges: Ranges })
export const AllowListChanges = Type.Object({
  enabled: Type.Optional(Switch),
  ranges: Type.Optional(Ranges),
})

const Scopes = Type.Array(
  Type.Unsafe<Scope>(
    Type.Union(
      scopes.map((scope) => Type.Literal(scope)),
      { description: 'An area of the API, to read it or to write it; writing includes reading' },
    ),
  ),
  {
    minItems: 1,
    maxItems: scopesMax,
    description: 'What the key may do; null for everything that its organisation may',
  },
)
const KeyName = text('What it is for, in your own words', 100)

export const ApiKey = Type.Object({
  id: Id('The key'),
  organisationId: Id('Whose key it is'),
  name: nullable(Type.String({ description: 'What it is for' })),
  hint: Type.String({ description: 'How it begins and ends, to recognise it by' }),
  scopes: nullable(Scopes),
  allowList: AllowList,
  status: Type.Union([Type.Literal('active'), Type.Literal('expiring'), Type.Literal('expired')], {
    description: 'expiring: works until expiresAt',
  }),
  createdAt: Instant('When it was created'),
  expiresAt: nullable(Instant('When it stops working; null for never')),
  lastUsedAt: nullable(Instant('When it last let a request in, at most an hour out; null for never')),
  replacedById: nullable(Id('The key that it was rolled into')),
})

export const CreatedApiKey = Type.Object({
  ...ApiKey.properties,
  key: Type.String({ description: 'The key itself; shown once' }),
})

export const NewApiKey = Type.Object({
  organisationId: omissible(Id('Whose key: your own organisation when absent, or one below it')),
  name: omissible(KeyName),
  scopes: omissible(Scopes),
  allowList: Type.Optional(AllowListChanges),
  expiresAt: omissible(Instant('When it stops working by itself; never when absent')),
})

export const ApiKeyChanges = Type.Object({
  name: omissible(KeyName),
  scopes: omissible(Scopes),
  allowList: Type.Optional(AllowListChanges),
})

export const NewKeyRoll = Type.Object({
  graceHours: Type.Union([Type.Literal(12), Type.Literal(24), Type.Literal(36), Type.Literal(72)], {
    description: 'How long the old key goes on working, hours',
  }),
})

export const ApiKeyPage = Type.Object({ hasMore: Type.Boolean(), data: Type.Array(ApiKey) })

export const ApiKeyQuery = Type.Object({
  organisationId: Type.Optional(Id('Only of this organisation')),
  limit: Limit,
  startingAfter: Type.Optional(Id('The last key of the page before')),
})

// -- organisations --

const { tradingName, legalName, address, website, billing, mcc, relativeProfitShare, organisationReference } =
  NewOrganisation.properties

export const OrganisationChanges = Type.Object({
  tradingName: Type.Optional(tradingName),
  legalName: Type.Optional(legalName),
  address: Type.Optional(address),
  website,
  billing,
  mcc,
  relativeProfitShare,
  organisationReference,
})

export const OrganisationPage = Type.Object({
  hasMore: Type.Boolean(),
  data: Type.Array(Organisation),
})

export const OrganisationQuery = Type.Object({
  parentOrganisationId: Type.Optional(Id('Only those right below this one')),
  organisationReference: Type.Optional(looseText('Only with this reference of yours')),
  status: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('deactivated')])),
  limit: Limit,
  startingAfter: Type.Optional(Id('The last organisation of the page before')),
})

// -- brands and products --

const Colour = Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'For example #1a5f7a' })
const Colours = Type.Object(
  { accent: Type.Optional(Colour), background: Type.Optional(Colour), text: Type.Optional(Colour) },
  { additionalProperties: false, description: 'What is left out is neutral' },
)
const literals = <const T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      { description },
    ),
  )

export const Appearance = Type.Object(
  {
    theme: Type.Optional(literals(['auto', 'light', 'dark'], 'auto follows the page')),
    colours: Type.Optional(Colours),
    darkColours: Type.Optional(Colours),
    radius: Type.Optional(Type.Integer({ minimum: 0, maximum: 24, description: 'Of corners, pixels' })),
    font: Type.Optional(
      literals(['system', 'serif', 'mono', 'inherit'], 'inherit takes the font of the page around'),
    ),
    density: Type.Optional(literals(['comfortable', 'compact'], 'How much room is between things')),
  },
  { additionalProperties: false, description: 'How component and hosted page look' },
)

export const Brand = Type.Object({
  brandId: Id('The brand'),
  organisationId: Id('Whose brand'),
  name: Type.String({ description: 'Name that shoppers are shown; the trading name unless one was given' }),
  logoUrl: nullable(
    Type.String({ description: 'https. For your own pages: ours load nothing from elsewhere' }),
  ),
  appearance: Appearance,
  corrections: Type.Array(
    Type.String({ description: 'A colour that is corrected when shown, because it would not read well' }),
  ),
})

export const BrandChanges = Type.Object({
  name: omissible(text('Name that shoppers are shown; null for the trading name')),
  logoUrl: omissible(
    Type.String({ maxLength: 2048, pattern: '^https://', description: 'Address of a picture, https' }),
  ),
  appearance: Type.Optional(Appearance),
})

const suggestionsMax = 5
const currenciesMax = 40
const projectsMax = 4

const ProductAmounts = Type.Array(
  Type.Object({
    currencyCode: CurrencyCode,
    suggested: Type.Array(Amount('Suggested to the consumer; nothing is preselected'), {
      minItems: 1,
      maxItems: suggestionsMax,
    }),
    minimum: omissible(Amount('The least; a higher one stands where costs would take too much')),
    maximum: omissible(Amount('The most')),
  }),
  { maxItems: currenciesMax, description: 'By currency; usual round sums where a currency is not listed' },
)
const Experience = Type.Object({
  sdkVariant: omissible(SdkVariant),
  impactType: omissible(ImpactType),
})

export const Product = Type.Object({
  productId: Id('The product'),
  organisationId: Id('Whose product'),
  projectIds: nullable(
    Type.Array(Id('A project'), { description: 'What is offered, in this order; null for what is usual' }),
  ),
  serviceFeePercentage: Rate('Service fee as a share of the impact amount, 0.2 for a fifth'),
  amounts: ProductAmounts,
  experience: Experience,
})

export const ProductChanges = Type.Object({
  projectIds: omissible(
    Type.Array(Id('A project'), {
      minItems: 1,
      maxItems: projectsMax,
      description: 'What is offered, in this order; null for what is usual',
    }),
  ),
  serviceFeePercentage: Type.Optional(
    Rate('Of quotes made from now on; only the operator, with a key of the root organisation, sets it'),
  ),
  amounts: Type.Optional(ProductAmounts),
  experience: Type.Optional(Experience),
})

export const accessResources = {
  ApiKey,
  CreatedApiKey,
  NewApiKey,
  ApiKeyChanges,
  NewKeyRoll,
  ApiKeyPage,
  AllowList,
  AllowListChanges,
  OrganisationChanges,
  OrganisationPage,
  Appearance,
  Brand,
  BrandChanges,
  Product,
  ProductChanges,
}

export type AllowList = Static<typeof AllowList>
export type AllowListChanges = Static<typeof AllowListChanges>
export type ApiKey = Static<typeof ApiKey>
export type CreatedApiKey = Static<typeof CreatedApiKey>
export type NewApiKey = Static<typeof NewApiKey>
export type ApiKeyChanges = Static<typeof ApiKeyChanges>
export type NewKeyRoll = Static<typeof NewKeyRoll>
export type ApiKeyPage = Static<typeof ApiKeyPage>
export type ApiKeyQuery = Static<typeof ApiKeyQuery>
export type OrganisationChanges = Static<typeof OrganisationChanges>
export type OrganisationPage = Static<typeof OrganisationPage>
export type OrganisationQuery = Static<typeof OrganisationQuery>
export type Appearance = Static<typeof Appearance>
export type Brand = Static<typeof Brand>
export type BrandChanges = Static<typeof BrandChanges>
export type Product = Static<typeof Product>
export type ProductChanges = Static<typeof ProductChanges>
