/**
 * Writes rows that come at the same moment together: a rush costs one statement and one commit for many instead of one for
 * each. Law: the answer to a row comes once that row itself is durable, and a row that the database refuses fails alone.
 */
import type { Queryable } from './database.ts'

const rowsAtOnceMax = 64
/** Fewer are not worth a statement of their own. */
const rowsAtOnceMin = 4
/** Few, so that rows gather while these are under way: more would wait for one another at the ends of the same indexes. */
const statementsAtOnceMax = 2

interface Waiting<Row> {
  readonly row: Row
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

/** @param write one statement that writes all of its rows or none */
export function together<Row>(write: (rows: readonly Row[]) => Promise<void>): (row: Row) => Promise<void> {
  const waiting: Waiting<Row>[] = []
  let underWay = 0
  const next = () => {
    const free = statementsAtOnceMax - underWay
    if (free === 0 || waiting.length === 0) return
    underWay += 1
    // Spread over what is free: callers that wait for one and the same statement would all come back at once, for ever.
    const share = Math.max(Math.ceil(waiting.length / free), rowsAtOnceMin)
    const batch = waiting.splice(0, Math.min(share, rowsAtOnceMax))
    void writeAll(write, batch).finally(() => {
      underWay -= 1
      next()
    })
    next()
  }
  return (row) =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject })
      // After this turn of the event loop, so that what was read together is written together.
      setImmediate(next)
    })
}

/** The columns of a row, with their types, in the order of the statement's parameters. */
export type ColumnsOf<Row> = Readonly<Record<keyof Row & string, string>>

/** @param statement the SQL, given `row as (…)`, which has the columns */
export function insertTogether<Row>(
  database: Queryable,
  columns: ColumnsOf<Row>,
  statement: (row: string) => string,
): (row: Row) => Promise<void> {
  const names = Object.keys(columns) as (keyof Row & string)[]
  const arrays = names.map((name, index) => `$${index + 1}::${columns[name]}[]`)
  const quoted = names.map((name) => `"${name}"`)
  const text = statement(
    `row as materialized (select * from unnest(${arrays.join(', ')}) as r (${quoted.join(', ')}))`,
  )
  return together(async (rows) => {
    await database.query(
      text,
      names.map((name) => rows.map((row) => row[name])),
    )
  })
}

async function writeAll<Row>(
  write: (rows: readonly Row[]) => Promise<void>,
  batch: readonly Waiting<Row>[],
): Promise<void> {
  try {
    await write(batch.map(({ row }) => row))
    for (const { resolve } of batch) resolve()
  } catch (cause) {
    const isRefused = (cause as { name?: string }).name === 'SqlError'
    if (batch.length === 1 || !isRefused) {
      for (const { reject } of batch) reject(cause)
      return
    }
    // Nothing of the batch was written. Who is at fault shows when each is tried by itself.
    await Promise.all(batch.map((one) => writeAll(write, [one])))
  }
}
