/**
 * Impact partners and their projects: what is offered under a quote, and the list the API documents.
 * Projects belong to a root organisation; everybody below it is offered the same ones.
 */
import type { Project } from '@ekko/contract/project-resources'
import { Cache } from '../kernel/cache.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { toMajor } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'

/** How long a sold-out stock may go unseen, and a change of a project or its price when the news of it got lost. */
const projectCacheTtlMs = 5_000
const projectCacheMax = 1_000
/** A shopper can compare two to four projects; more is a catalogue. */
export const offeredProjectsMax = 4

export interface ProjectRow {
  readonly id: string
  readonly impactPartnerId: string
  readonly partnerName: string
  readonly name: string
  readonly shortDescription: string
  readonly longDescription: string
  readonly image: string
  readonly type: Project['type']
  readonly subtype: string | null
  readonly country: string
  readonly region: string
  readonly state: string
  readonly theme: string | null
  readonly unitDescription: string
  readonly unitType: Project['unit']['type']
  readonly sdgs: Project['sdgs']
  readonly standard: string | null
  readonly registry: string | null
  readonly deliveryYear: number | null
  readonly sample: boolean
  /** False once it is retired or sold out: it is not offered any more, and what was promised stands. */
  readonly isOffered: boolean
  /** Minor units for one unit; null where the project has no price in the currency. */
  readonly unitPriceMinor: bigint | null
}

export interface PartnerRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly sample: boolean
}

export interface Projects {
  /** Every project of the root, with its price in the currency. */
  list(rootId: string, currency: string): Promise<readonly ProjectRow[]>
  partners(rootId: string): Promise<PartnerRow[]>
  /** One was changed, by this process or another. */
  forgetAll(): void
}

export function projectsIn(database: Queryable, clock: Clock): Projects {
  const cache = new Cache<readonly ProjectRow[]>(clock, projectCacheTtlMs, projectCacheMax)
  return {
    async list(rootId, currency) {
      const rows = await cache.through(`${rootId} ${currency}`, () =>
        selectProjects(database, rootId, currency),
      )
      return rows!
    },
    partners: (rootId) =>
      database.query(
        'select id, name, description, sample from impact_partner where root_id = $1 order by name, id',
        [rootId],
      ),
    forgetAll: () => cache.clear(),
  }
}

function selectProjects(database: Queryable, rootId: string, currency: string): Promise<ProjectRow[]> {
  return database.query<ProjectRow>(
    `select p.id, p.impact_partner_id as "impactPartnerId", i.name as "partnerName", p.name,
       p.short_description as "shortDescription", p.long_description as "longDescription", p.image, p.type, p.subtype,
       p.country, p.region, p.state, p.theme, p.unit_description as "unitDescription", p.unit_type as "unitType", p.sdgs,
       p.standard, p.registry, p.delivery_year as "deliveryYear", p.sample, c.unit_price_minor as "unitPriceMinor",
       p.status = 'offered' and coalesce((select s.grams > coalesce((select sum(d.grams) from project_stock_sold d
         where d.project_id = p.id), 0) from project_stock s where s.project_id = p.id), true) as "isOffered"
     from project p join impact_partner i on i.id = p.impact_partner_id
     left join project_price c on c.project_id = p.id and c.currency = $2
     where p.root_id = $1 order by p.position, p.id`,
    [rootId, currency],
  )
}

/** Which of the fitting ones an organisation wants to offer, in its order. */
export type ChooseProjects = (fitting: readonly ProjectRow[]) => readonly ProjectRow[]

/**
 * The projects that a quote of this kind offers, those in the consumer's country first if asked for.
 * @throws Refusal PROJECTS_UNAVAILABLE when none can take the currency
 */
export function offered(
  all: readonly ProjectRow[],
  impactType: 'carbon' | 'nature',
  nearCountry: string | undefined,
  choose: ChooseProjects = (fitting) => fitting,
): readonly ProjectRow[] {
  const fitting = all.filter(
    ({ type, unitPriceMinor, isOffered }) =>
      isOffered &&
      (impactType === 'carbon'
        ? type === 'carbonCredits' && unitPriceMinor !== null
        : type === 'contribution'),
  )
  if (fitting.length === 0)
    throw new Refusal('PROJECTS_UNAVAILABLE', 'no project can take a contribution in this currency')
  const isNear = (project: ProjectRow) => Number(project.country === nearCountry)
  return [...choose(fitting)].sort((a, b) => isNear(b) - isNear(a)).slice(0, offeredProjectsMax)
}

/** The partners whose projects take contributions, those with one in the country first. */
export function contributionPartners(
  all: readonly ProjectRow[],
  nearCountry: string | undefined,
  choose: ChooseProjects = (fitting) => fitting,
): readonly string[] {
  const taking = choose(all.filter(({ type, isOffered }) => isOffered && type === 'contribution'))
  const near = taking.filter(({ country }) => country === nearCountry)
  const partnerIds = new Set([...near, ...taking].map(({ impactPartnerId }) => impactPartnerId))
  return [...partnerIds].slice(0, offeredProjectsMax)
}

export function showProject(row: ProjectRow, currency: string): Project {
  return {
    id: row.id,
    impactPartnerId: row.impactPartnerId,
    name: row.name,
    shortDescription: row.shortDescription,
    longDescription: row.longDescription,
    image: row.image,
    type: row.type,
    subtype: row.subtype,
    location: { countryCode: row.country, region: row.region, state: row.state },
    theme: row.theme,
    unit: {
      description: row.unitDescription,
      price: row.unitPriceMinor === null ? null : toMajor(row.unitPriceMinor, currency),
      type: row.unitType,
      currencyCode: currency,
    },
    sdgs: row.sdgs,
    standard: row.standard,
    registry: row.registry,
    sample: row.sample,
  }
}
