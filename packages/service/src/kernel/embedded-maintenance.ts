// What PostgreSQL's background processes would do, which the embedded engine does not have: checkpoints, so that the
// log does not grow for ever, and vacuum with statistics. Not for production: there the server does it.
// Law: one small step at a time, in proportion to what was written.

import type { EmbeddedAnswer } from './embedded-messages.ts'

/** A checkpoint after this much log; recovery after a crash reads at most about this much. */
const checkpointEveryBytes = 64n * 1024n * 1024n
/** Vacuum after this many checkpoints. */
const vacuumEveryCheckpoints = 4

const tablesText = `select format('%I.%I', schemaname, relname) from pg_stat_user_tables order by 1`

/** Each `next(position)` takes one step, if one is due at that position of the log. */
export async function* dueMaintenance(
  run: (text: string) => Promise<EmbeddedAnswer>,
): AsyncGenerator<void, never, string> {
  let checkpointedAt = bytesOf(yield)
  for (let checkpoints = 1; ; checkpoints += 1) {
    for (;;) {
      const position = bytesOf(yield)
      // The first position after a start is not comparable with one of before.
      if (checkpointedAt === 0n) checkpointedAt = position
      if (position - checkpointedAt < checkpointEveryBytes) continue
      checkpointedAt = position
      break
    }
    await run('checkpoint')
    yield
    if (checkpoints % vacuumEveryCheckpoints !== 0) continue
    const tables = await run(tablesText)
    for (const [table] of tables.rows) {
      await run(`vacuum (analyze) ${table}`)
      yield
    }
  }
}

/** A position of the log, "high/low" in hexadecimal, as a number of bytes. */
function bytesOf(position: string): bigint {
  const [high = '0', low = '0'] = position.split('/')
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}
