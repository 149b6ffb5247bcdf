/**
 * What crosses the API for the operator alone: impact partners and projects with price, stock and what they delivered.
 */
import { type Static, Type } from 'typebox'
import {
  Amount,
  CountryCode,
  CurrencyCode,
  Id,
  Instant,
  Limit,
  looseText,
  nullable,
  omissible,
  text,
} from './fields.ts'
import { ProjectType } from './project-resources.ts'

const textMax = 4_000
const sdgsMax = 17

export const NewImpactPartner = Type.Object({
  name: text('Name of the organisation that runs projects'),
  description: text('What it does', textMax),
})

export const ImpactPartnerChanges = Type.Object({
  name: Type.Optional(NewImpactPartner.properties.name),
  description: Type.Optional(NewImpactPartner.properties.description),
})

const Theme = Type.Union(
  [
    Type.Literal('pollution'),
    Type.Literal('climateStress'),
    Type.Literal('landUse'),
    Type.Literal('waterUse'),
  ],
  { description: 'Which pressure on nature it is about' },
)
const Prices = Type.Array(
  Type.Object({ currencyCode: CurrencyCode, unitPrice: Amount('Price of one unit') }),
  { minItems: 1, maxItems: 200, description: 'One for each currency that the project takes' },
)
const Stock = nullable(
  Type.Number({
    minimum: 0,
    maximum: 1e9,
    description: 'Tonnes of CO2e that are left to sell, counted from now on; null for no limit. Credits only',
  }),
)
const Status = Type.Union([Type.Literal('offered'), Type.Literal('retired')], {
  description: 'retired: not offered any more; what was promised stands',
})

const words = {
  name: text('Name'),
  shortDescription: text('One sentence', 300),
  longDescription: text('A paragraph', textMax),
  image: Type.String({
    maxLength: 2048,
    pattern: '^(https://.*)?$',
    description: 'Address of a picture, https',
  }),
  subtype: omissible(looseText('For example sequestration, avoidance or restoration', 64)),
  location: Type.Object({
    countryCode: CountryCode,
    region: text('Part of the world'),
    state: Type.Optional(looseText('State or region of the country')),
  }),
  theme: omissible(Theme),
  sdgs: Type.Array(
    Type.Object({ number: Type.Integer({ minimum: 1, maximum: 17 }), name: text('Name of the goal', 100) }),
    { maxItems: sdgsMax, description: 'Sustainable Development Goals that it serves' },
  ),
  standard: omissible(looseText('Standard that it is certified under')),
  registry: omissible(looseText('Registry and id there')),
  deliveryYear: omissible(
    Type.Integer({ minimum: 2000, maximum: 2200, description: 'By when it is expected to deliver' }),
  ),
}

export const NewProject = Type.Object({
  impactPartnerId: Id('Who runs it'),
  type: Type.Union([Type.Literal('carbonCredits'), Type.Literal('contribution')], {
    description: 'Whether credits are bought, priced by the tonne, or money is given',
  }),
  ...words,
  image: Type.Optional(words.image),
  sdgs: Type.Optional(words.sdgs),
  prices: Prices,
  stockTonnes: Type.Optional(Stock),
})

export const ProjectChanges = Type.Object({
  name: Type.Optional(words.name),
  shortDescription: Type.Optional(words.shortDescription),
  longDescription: Type.Optional(words.longDescription),
  image: Type.Optional(words.image),
  subtype: words.subtype,
  location: Type.Optional(words.location),
  theme: words.theme,
  sdgs: Type.Optional(words.sdgs),
  standard: words.standard,
  registry: words.registry,
  deliveryYear: words.deliveryYear,
  prices: Type.Optional(Prices),
  stockTonnes: Type.Optional(Stock),
  status: Type.Optional(Status),
})

export const ManagedProject = Type.Object({
  id: Id('The project'),
  impactPartnerId: Id('Who runs it'),
  type: ProjectType,
  status: Status,
  name: Type.String(),
  shortDescription: Type.String(),
  longDescription: Type.String(),
  image: Type.String(),
  subtype: nullable(Type.String()),
  location: Type.Object({ countryCode: CountryCode, region: Type.String(), state: Type.String() }),
  theme: nullable(Type.String()),
  sdgs: Type.Array(Type.Object({ number: Type.Integer(), name: Type.String() })),
  standard: nullable(Type.String()),
  registry: nullable(Type.String()),
  sample: Type.Boolean({ description: 'True for the invented projects of a sandbox' }),
  prices: Type.Array(Type.Object({ currencyCode: CurrencyCode, unitPrice: Amount('Price of one unit') })),
  stockTonnes: nullable(Type.Number({ description: 'What is left of the stock; null for no limit' })),
  delivery: Type.Object({
    expectedYear: nullable(Type.Integer({ description: 'By when it is expected to deliver' })),
    state: Type.Union([Type.Literal('planned'), Type.Literal('retired'), Type.Literal('disbursed')], {
      description: 'planned until the first delivery is recorded',
    }),
    retiredTonnes: Type.Number({ description: 'Credits retired so far, tonnes of CO2e' }),
    disbursed: Type.Array(Type.Object({ currencyCode: CurrencyCode, amount: Amount('Paid out so far') }), {
      description: 'By currency',
    }),
  }),
})

export const ManagedProjectPage = Type.Object({ hasMore: Type.Boolean(), data: Type.Array(ManagedProject) })

export const ManagedProjectQuery = Type.Object({
  impactPartnerId: Type.Optional(Id('Only projects of this partner')),
  status: Type.Optional(Status),
  limit: Limit,
  startingAfter: Type.Optional(Id('The last project of the page before')),
})

const Day = (description: string) =>
  Type.String({ format: 'date', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description })

export const NewDelivery = Type.Object({
  kind: Type.Union([Type.Literal('retired'), Type.Literal('disbursed')], {
    description: 'Credits retired at a registry, or money paid out',
  }),
  on: Day('The day it was done'),
  tonnes: omissible(Type.Number({ description: 'Of CO2e; for what was retired' })),
  amount: omissible(Amount('For what was disbursed')),
  currencyCode: omissible(CurrencyCode),
  registry: omissible(looseText('Registry of what was retired')),
  serials: omissible(looseText('Serial numbers of what was retired', 500)),
  reference: text('Of the retirement, or of the payment; the same one is recorded once'),
  url: omissible(
    Type.String({ maxLength: 500, pattern: '^https://', description: 'Where it can be looked up' }),
  ),
  from: omissible(Day('For contributions paid from this day on')),
  until: omissible(Day('And up to this day, inclusive')),
})

export const Delivery = Type.Object({
  id: Id('The delivery'),
  projectId: Id('The project'),
  kind: NewDelivery.properties.kind,
  on: Type.String({ description: 'The day it was done' }),
  tonnes: nullable(Type.Number({ description: 'Of CO2e' })),
  amount: nullable(Amount('What was paid out')),
  currencyCode: nullable(CurrencyCode),
  registry: nullable(Type.String()),
  serials: nullable(Type.String()),
  reference: Type.String(),
  url: nullable(Type.String()),
  allocations: Type.Integer({ description: 'Parts of how many allocations it was done with' }),
  recordedAt: Instant('When it was recorded'),
})

export const DeliveryPage = Type.Object({ hasMore: Type.Boolean(), data: Type.Array(Delivery) })

export const DeliveryQuery = Type.Object({
  limit: Limit,
  startingAfter: Type.Optional(Id('The last delivery of the page before')),
})

export const operatorResources = {
  NewImpactPartner,
  ImpactPartnerChanges,
  NewProject,
  ProjectChanges,
  ManagedProject,
  ManagedProjectPage,
  NewDelivery,
  Delivery,
  DeliveryPage,
}

export type NewImpactPartner = Static<typeof NewImpactPartner>
export type ImpactPartnerChanges = Static<typeof ImpactPartnerChanges>
export type NewProject = Static<typeof NewProject>
export type ProjectChanges = Static<typeof ProjectChanges>
export type ManagedProject = Static<typeof ManagedProject>
export type ManagedProjectPage = Static<typeof ManagedProjectPage>
export type ManagedProjectQuery = Static<typeof ManagedProjectQuery>
export type NewDelivery = Static<typeof NewDelivery>
export type Delivery = Static<typeof Delivery>
export type DeliveryPage = Static<typeof DeliveryPage>
export type DeliveryQuery = Static<typeof DeliveryQuery>
