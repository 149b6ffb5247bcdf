/**
 * Impact partners and projects as merchants see them. What the operator keeps of them is in `operator-resources.ts`.
 */
import { type Static, Type } from 'typebox'
import { Amount, CountryCode, CurrencyCode, Id, nullable } from './fields.ts'

export const ImpactPartner = Type.Object({
  id: Id('The impact partner'),
  name: Type.String(),
  description: Type.String(),
  sample: Type.Boolean({ description: 'True for the invented partners of a sandbox' }),
})

export const ProjectType = Type.Union(
  [Type.Literal('carbonCredits'), Type.Literal('natureCredits'), Type.Literal('contribution')],
  { description: 'What money that goes to it is for' },
)

export const ProjectQuery = Type.Object({
  projectId: Type.Optional(Id('Only this project')),
  impactPartnerId: Type.Optional(Id('Only projects of this partner')),
  type: Type.Optional(ProjectType),
})

export const QuoteProjectQuery = Type.Object({
  impactPartnerId: Type.Optional(Id('Only projects of this partner')),
  type: Type.Optional(ProjectType),
})

export const Project = Type.Object({
  id: Id('The project'),
  impactPartnerId: Id('Who runs it'),
  name: Type.String(),
  shortDescription: Type.String(),
  longDescription: Type.String(),
  image: Type.String({
    description: 'Address of a picture, relative to the deployment when it is one of its own',
  }),
  type: ProjectType,
  subtype: nullable(Type.String()),
  location: Type.Object({ countryCode: CountryCode, region: Type.String(), state: Type.String() }),
  theme: nullable(Type.String({ description: 'pollution, climateStress, landUse or waterUse' })),
  unit: Type.Object({
    description: Type.String({ description: 'For example tCO2e' }),
    price: nullable(Amount('Price of one unit')),
    type: Type.Union([Type.Literal('unit'), Type.Literal('monetary')]),
    currencyCode: CurrencyCode,
  }),
  sdgs: Type.Array(Type.Object({ number: Type.Integer(), name: Type.String() })),
  standard: nullable(Type.String({ description: 'Standard that it is certified under' })),
  registry: nullable(Type.String({ description: 'Registry and id there' })),
  sample: Type.Boolean({ description: 'True for the invented projects of a sandbox' }),
})

export type Project = Static<typeof Project>
export type ImpactPartner = Static<typeof ImpactPartner>
export type ProjectQuery = Static<typeof ProjectQuery>
export type QuoteProjectQuery = Static<typeof QuoteProjectQuery>
