/**
 * `npm run simulate`: random operations over organisations, faults and crashes included, until their number is reached; ends
 * with every law holding, or says which one does not and how to see it again. Each lane has a thread and a database.
 * Bundled and started by `tools/simulate.js`.
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import pg from 'pg'
import { startRealPostgres } from '../support/real-postgres.ts'
import { type LaneReport, runLane } from './lane.ts'
import { faultsSeen, printReport } from './report.ts'
import { embeddedStore, postgresStore } from './stores.ts'

interface Wanted {
  readonly engine: 'postgres' | 'embedded'
  readonly seed: string
  readonly operations: number
  readonly organisations: number
  readonly lanes: number
}

interface LaneData extends Wanted {
  readonly lane: number
  readonly serverUrl: string | undefined
}

const heapMegabytes = 4_096
const progressEveryMs = 10_000

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      operations: { type: 'string', default: '50000' },
      organisations: { type: 'string', default: '1000' },
      lanes: { type: 'string', default: '2' },
      seed: { type: 'string', default: randomBytes(4).toString('hex') },
      engine: { type: 'string', default: 'postgres' },
      json: { type: 'boolean', default: false },
    },
  })
  const { engine, seed, json } = values
  if (engine !== 'postgres' && engine !== 'embedded') throw new Error('--engine is postgres or embedded')
  const [operations, organisations, lanes] = (['operations', 'organisations', 'lanes'] as const).map((name) =>
    wholeNumber(name, values[name]),
  ) as [number, number, number]
  const wanted: Wanted = { engine, seed, operations, organisations, lanes }
  process.stderr.write(`simulating ${operations} operations on ${engine}, seed ${seed}, lanes ${lanes}\n`)
  const server = engine === 'postgres' ? await startRealPostgres() : undefined
  try {
    if (server && !process.env.DATABASE_URL) await hurry(server.url)
    const started = performance.now()
    const reports = await Promise.all(
      Array.from({ length: lanes }, (_, lane) => startLane({ ...wanted, lane, serverUrl: server?.url })),
    )
    const ms = performance.now() - started
    if (json) process.stdout.write(`${JSON.stringify({ ...wanted, ms, ...faultsSeen(reports), reports })}\n`)
    else printReport(wanted, ms, reports)
    if (reports.some(({ broken }) => broken !== undefined)) process.exitCode = 1
  } finally {
    await server?.stop()
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a whole number above zero`)
  return value
}

/** A server of our own that is thrown away need not wait for its disk: the faults are ours, not the disk's. */
async function hurry(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const setting of [
    'fsync = off',
    'synchronous_commit = off',
    'full_page_writes = off',
    "max_wal_size = '4GB'",
  ])
    await client.query(`alter system set ${setting}`)
  await client.query('select pg_reload_conf()')
  await client.end()
}

function startLane(data: LaneData): Promise<LaneReport> {
  const worker = new Worker(process.argv[1]!, {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  })
  let shownAt = performance.now()
  return new Promise((resolve, reject) => {
    worker.on('message', (message: LaneReport | number) => {
      if (typeof message !== 'number') return resolve(message)
      if (performance.now() - shownAt < progressEveryMs) return
      shownAt = performance.now()
      process.stderr.write(`lane ${data.lane}: ${message} operations\n`)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`lane ${data.lane} ended with code ${code}`)))
  })
}

async function runAsLane(data: LaneData): Promise<void> {
  const share = (whole: number) => Math.floor(whole / data.lanes) + Number(data.lane < whole % data.lanes)
  const store = data.serverUrl
    ? await postgresStore(data.serverUrl, `simulation_${randomBytes(4).toString('hex')}`)
    : await embeddedStore()
  const report = await runLane({
    seed: data.seed,
    lane: data.lane,
    operations: share(data.operations),
    organisations: share(data.organisations),
    store,
    onProgress: (done) => parentPort!.postMessage(done),
  })
  await store.dispose()
  parentPort!.postMessage(report)
}

await (isMainThread ? main() : runAsLane(workerData as LaneData))
