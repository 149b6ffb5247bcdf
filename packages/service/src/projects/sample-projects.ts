/**
 * The invented partners and projects of a sandbox, plainly named as samples, with sample prices in every currency that
 * the factor set has an exchange rate for. Never seeded in production.
 */
import type { Clock } from '../kernel/clock.ts'
import type { Transaction } from '../kernel/database.ts'
import { newId } from '../kernel/id.ts'
import { exponentOf, isCurrency } from '../kernel/money.ts'
import { refusePartnerClaims, refuseProjectClaims } from './project-texts.ts'

interface SampleProject {
  readonly name: string
  /** One of the drawings that the service itself serves. */
  readonly image: string
  readonly shortDescription: string
  readonly longDescription: string
  readonly type: 'carbonCredits' | 'contribution'
  readonly subtype: string
  readonly country: string
  readonly region: string
  readonly theme: string
  readonly sdgs: ReadonlyArray<{ number: number; name: string }>
  readonly standard: string | null
  readonly deliveryYear: number
  /** US dollars for a tonne of CO2e; contributions have a unit of money instead. */
  readonly tonneUsd: number | null
}

const climateAction = { number: 13, name: 'Climate action' }
const lifeOnLand = { number: 15, name: 'Life on land' }

export const samplePartners: ReadonlyArray<{
  readonly name: string
  readonly description: string
  readonly projects: readonly SampleProject[]
}> = [
  {
    name: 'Sample Partner North',
    description: 'An invented organisation, for trying out the sandbox.',
    projects: [
      {
        name: 'Sample upland woodland',
        image: '/v1/pictures/woodland.svg',
        shortDescription: 'Native trees on former grazing land.',
        longDescription:
          'A made-up woodland project. It stands for a planting scheme whose removals are measured as the trees grow and are issued years after planting.',
        type: 'carbonCredits',
        subtype: 'sequestration',
        country: 'GBR',
        region: 'Northern Europe',
        theme: 'climateStress',
        sdgs: [climateAction, lifeOnLand],
        standard: 'Sample standard',
        deliveryYear: 2031,
        tonneUsd: 24,
      },
      {
        name: 'Sample peat bog repair',
        image: '/v1/pictures/bog.svg',
        shortDescription: 'Blocking drains so that a raised bog holds water again.',
        longDescription:
          'A made-up restoration project. Money given to it pays for dams, monitoring wells and the people who look after them.',
        type: 'contribution',
        subtype: 'restoration',
        country: 'IRL',
        region: 'Northern Europe',
        theme: 'landUse',
        sdgs: [lifeOnLand],
        standard: null,
        deliveryYear: 2028,
        tonneUsd: null,
      },
    ],
  },
  {
    name: 'Sample Partner South',
    description: 'Another invented organisation, for trying out the sandbox.',
    projects: [
      {
        name: 'Sample efficient cookstoves',
        image: '/v1/pictures/stove.svg',
        shortDescription: 'Stoves that burn half the wood.',
        longDescription:
          'A made-up household energy project. It stands for a scheme that avoids emissions and is verified by field surveys each year.',
        type: 'carbonCredits',
        subtype: 'avoidance',
        country: 'KEN',
        region: 'Eastern Africa',
        theme: 'pollution',
        sdgs: [
          { number: 3, name: 'Good health and well-being' },
          { number: 7, name: 'Affordable and clean energy' },
          climateAction,
        ],
        standard: 'Sample standard',
        deliveryYear: 2027,
        tonneUsd: 14,
      },
      {
        name: 'Sample river catchment care',
        image: '/v1/pictures/river.svg',
        shortDescription: 'Hedges and ponds that keep farm run-off out of a river.',
        longDescription:
          'A made-up freshwater project. Money given to it pays farmers for strips of land along the water.',
        type: 'contribution',
        subtype: 'conservation',
        country: 'PRT',
        region: 'Southern Europe',
        theme: 'waterUse',
        sdgs: [{ number: 6, name: 'Clean water and sanitation' }, lifeOnLand],
        standard: null,
        deliveryYear: 2027,
        tonneUsd: null,
      },
    ],
  },
]

/** @param perUsd units of each currency for a dollar, for the sample prices */
export async function seedSampleProjects(
  tx: Transaction,
  clock: Clock,
  rootId: string,
  perUsd: ReadonlyMap<string, number>,
): Promise<void> {
  const now = clock.now()
  let position = 0
  for (const partner of samplePartners) {
    refusePartnerClaims(partner)
    const partnerId = newId(now.getTime())
    await tx.query(
      'insert into impact_partner (id, root_id, name, description, sample, created_at) values ($1, $2, $3, $4, true, $5)',
      [partnerId, rootId, partner.name, partner.description, now],
    )
    for (const project of partner.projects) {
      position += 1
      const projectId = newId(now.getTime())
      await insertSample(tx, { projectId, partnerId, rootId, project, position, now })
      await insertPrices(tx, projectId, project.tonneUsd, perUsd)
    }
  }
}

interface SampleInsertion {
  projectId: string
  partnerId: string
  rootId: string
  project: SampleProject
  position: number
  now: Date
}

async function insertSample(tx: Transaction, insertion: SampleInsertion): Promise<void> {
  const { projectId, partnerId, rootId, project, position, now } = insertion
  refuseProjectClaims(project)
  await tx.query(
    `insert into project (id, impact_partner_id, root_id, name, short_description, long_description, image, type, subtype,
       country, region, state, theme, unit_description, unit_type, sdgs, standard, registry, delivery_year, sample, position,
       created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, $13, $14, $15::jsonb, $16, null, $17, true, $18, $19)`,
    [
      projectId,
      partnerId,
      rootId,
      project.name,
      project.shortDescription,
      project.longDescription,
      project.image,
      project.type,
      project.subtype,
      project.country,
      project.region,
      project.theme,
      project.tonneUsd === null ? 'Donation' : 'tCO2e',
      project.tonneUsd === null ? 'monetary' : 'unit',
      JSON.stringify(project.sdgs),
      project.standard,
      project.deliveryYear,
      position,
      now,
    ],
  )
}

async function insertPrices(
  tx: Transaction,
  projectId: string,
  tonneUsd: number | null,
  perUsd: ReadonlyMap<string, number>,
): Promise<void> {
  const prices = [...perUsd]
    .filter(([currency]) => isCurrency(currency))
    .map(([currency, rate]) => {
      const major = tonneUsd === null ? 1 : Math.max(1, Math.round(tonneUsd * rate))
      return { currency, minor: major * 10 ** exponentOf(currency) }
    })
  await tx.query(
    'insert into project_price (project_id, currency, unit_price_minor) select $1, * from unnest($2::text[], $3::bigint[])',
    [projectId, prices.map((price) => price.currency), prices.map((price) => BigInt(price.minor))],
  )
}
