/** Reads from the books what became of the money of one receipt. Not for deciding anything (`money-state.ts`). */
import type { Queryable } from '../kernel/database.ts'
import {
  type Fulfilment,
  type GivenBack,
  type MoneyFacts,
  type MoneyLine,
  type MoneyState,
  moneyState,
} from './money-state.ts'

/** Milligrams of CO2e of a credit line, else minor units. */
const quantityOf = (table: string): string =>
  `case when ${table}.grams is null then ${table}.impact_minor else round(${table}.grams * 1000)::bigint end`

export async function loadMoneyState(database: Queryable, allocationId: string): Promise<MoneyState> {
  const [allocation] = await database.query<Pick<MoneyFacts, 'currency' | 'total' | 'paidAt' | 'disputedAt'>>(
    `select currency, total_minor as total, allocated_at as "paidAt",
       (select min(opened_at) from dispute where allocation_id = a.id and state = 'open') as "disputedAt"
     from funds_allocation a where id = $1`,
    [allocationId],
  )
  const lines = await database.query<MoneyLine>(
    `select l.line, coalesce(l.project_id, l.impact_partner_id) as "projectId", l.kind, ${quantityOf('l')} as quantity
     from allocation_line l where l.allocation_id = $1 order by l.line`,
    [allocationId],
  )
  return moneyState({
    ...allocation!,
    lines,
    givenBack: await loadGivenBack(database, allocationId),
    fulfilments: await loadFulfilments(database, allocationId),
  })
}

/** What was booked and stands: a refund that failed later is not among it. */
async function loadGivenBack(database: Queryable, allocationId: string): Promise<GivenBack[]> {
  const rows = await database.query<Omit<GivenBack, 'parts'> & { id: string }>(
    `select id, kind, booked_at as at, amount_minor as amount from reversal
     where allocation_id = $1 and state = 'booked' and amount_minor > 0 order by sequence`,
    [allocationId],
  )
  const parts = await database.query<{ id: string; line: number; quantity: bigint }>(
    `select b.reversal_id as id, b.line, ${quantityOf('b')} as quantity
     from reversal_line b join reversal r on r.id = b.reversal_id where r.allocation_id = $1 and r.state = 'booked'`,
    [allocationId],
  )
  return rows.map(({ id, ...row }) => ({ ...row, parts: parts.filter((part) => part.id === id) }))
}

function loadFulfilments(database: Queryable, allocationId: string): Promise<Fulfilment[]> {
  return database.query<Fulfilment>(
    `select l.line, coalesce(round(l.grams * 1000)::bigint, l.amount_minor) as quantity, f.fulfilled_on as on, f.registry,
       f.serials, f.reference, f.url
     from fulfilment_line l join fulfilment f on f.id = l.fulfilment_id
     where l.allocation_id = $1 and f.withdrawn_at is null order by f.fulfilled_on, f.recorded_at, l.line`,
    [allocationId],
  )
}
