/** What a run of the simulation tells in the end: how fast, what happened how often, and what is broken. */
import type { LaneReport } from './lane.ts'

export interface Told {
  readonly seed: string
  readonly engine: string
  readonly operations: number
  readonly organisations: number
  readonly lanes: number
}

const operationPrefix = 'operation: '

/** Counts of all lanes together. */
export function faultsSeen(reports: readonly LaneReport[]): {
  readonly operationCounts: Record<string, number>
  readonly faultCounts: Record<string, number>
} {
  const operationCounts: Record<string, number> = {}
  const faultCounts: Record<string, number> = {}
  for (const { counts } of reports) {
    for (const [name, count] of Object.entries(counts)) {
      const isOperation = name.startsWith(operationPrefix)
      const to = isOperation ? operationCounts : faultCounts
      const key = isOperation ? name.slice(operationPrefix.length) : name
      to[key] = (to[key] ?? 0) + count
    }
  }
  return { operationCounts, faultCounts }
}

export function printReport(told: Told, ms: number, reports: readonly LaneReport[]): void {
  const { operationCounts, faultCounts } = faultsSeen(reports)
  const table = (counts: Record<string, number>) =>
    Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`)
  const payments = reports.reduce((sum, report) => sum + report.payments, 0)
  const done = reports.reduce((sum, report) => sum + report.operations, 0)
  const broken = reports.flatMap((report) => report.broken ?? [])
  const lines = [
    'operations',
    ...table(operationCounts),
    'faults',
    ...table(faultCounts),
    `${done} operations over ${told.organisations} organisations, ${payments} payments, in ${Math.round(ms / 1000)} s: ` +
      `${Math.round((done / ms) * 1000)} operations/s`,
    `digests: ${reports.map(({ digest }) => digest).join(' ')}`,
    `again: npm run simulate -- --operations ${told.operations} --organisations ${told.organisations} ` +
      `--lanes ${told.lanes} --engine ${told.engine} --seed ${told.seed}`,
    broken.length === 0
      ? 'every law holds; no minor unit was lost or doubled'
      : `BROKEN\n${broken.join('\n')}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
