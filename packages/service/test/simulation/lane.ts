/**
 * One lane: operations drawn one after the other, each with its weather, until their number is reached or a law is broken.
 * Law: seed and number of the lane bring everything back: the operations, the faults and what came of them.
 */
import { createHash } from 'node:crypto'
import * as background from './background.ts'
import { Chance, drawIdsFrom } from './chance.ts'
import * as disasters from './disasters.ts'
import type { Hazard } from './life.ts'
import * as notifications from './notifications.ts'
import { audit, followFeed } from './readers.ts'
import { checkLaws, reckon } from './reckoning.ts'
import * as reversing from './reversing.ts'
import * as shoppers from './shoppers.ts'
import { Turns } from './turns.ts'
import { Broken, isInjected } from './verdict.ts'
import { count, type LaneOptions, live, makeWorld, type World } from './world.ts'

interface Operation {
  readonly weight: number
  readonly act: (world: World) => Promise<unknown>
  /** Several use cases at once, which take turns by chance. */
  readonly isRace?: true
}

const operations: { readonly [name: string]: Operation } = {
  'open sessions': { weight: 60, act: shoppers.openSession },
  'begin to pay': { weight: 150, act: shoppers.begin },
  'two tabs paying': { weight: 10, act: shoppers.twoTabs, isRace: true },
  'act at the provider': { weight: 190, act: shoppers.actAtProvider },
  'outcome at a bank': { weight: 30, act: shoppers.settleAtProvider },
  'taken wrongly': { weight: 1, act: shoppers.takeWrongly },
  'come back': { weight: 60, act: shoppers.comeBack },
  notification: { weight: 220, act: notifications.notification },
  'notification of a stranger': { weight: 3, act: notifications.strangeNotification },
  'false notification': { weight: 4, act: notifications.falseNotification },
  'poll payments': { weight: 15, act: background.pollPayments },
  'poll reversals': { weight: 8, act: background.pollReversals },
  'poll disputes': { weight: 5, act: background.pollSchemes },
  'two pollers': { weight: 3, act: background.twoPollers, isRace: true },
  seal: { weight: 15, act: background.seal },
  'two sealers': { weight: 3, act: background.twoSealers, isRace: true },
  reverse: { weight: 70, act: reversing.reverse },
  'reverse again': { weight: 12, act: reversing.reverseAgain },
  'reversals racing': { weight: 10, act: reversing.raceReversals, isRace: true },
  'refund at the dashboard': { weight: 8, act: reversing.refundElsewhere },
  'outcome of a refund': { weight: 30, act: reversing.settleRefund },
  dispute: { weight: 16, act: reversing.dispute },
  'decision on a dispute': { weight: 20, act: reversing.decide },
  'read the feed': { weight: 10, act: (world) => followFeed(world) },
  audit: { weight: 25, act: audit },
  'set the clock': { weight: 3, act: disasters.setClock },
  'let time pass': { weight: 1, act: disasters.letTimePass },
  'long transaction': { weight: 2, act: disasters.longTransaction },
  restart: { weight: 2, act: disasters.restart },
}

const drawn = Object.entries(operations).map(([name, { weight }]) => [name, weight] as const)

export interface LaneReport {
  readonly lane: number
  readonly operations: number
  readonly ms: number
  readonly counts: Readonly<Record<string, number>>
  readonly payments: number
  /** Where the time went, by operation. */
  readonly spentMs: Readonly<Record<string, number>>
  /** Equal for two runs that did the same. */
  readonly digest: string
  readonly broken?: string
}

export async function runLane(options: LaneOptions): Promise<LaneReport> {
  const chance = new Chance(`${options.seed}/${options.lane}`)
  const undraw = drawIdsFrom(chance.fork('ids'))
  const digest = createHash('sha256')
  const latest: string[] = []
  const begun = performance.now()
  const world = await makeWorld(options, chance)
  // In a real process each of these would be its end.
  const onUnhandled = (cause: unknown) => {
    world.surprises.push(`a rejection that nobody handled: ${(cause as Error).stack ?? String(cause)}`)
  }
  process.on('unhandledRejection', onUnhandled)
  const started = performance.now()
  const spent = new Map<string, number>([['setup', started - begun]])
  let broken: string | undefined
  try {
    await runOperations(world, chance, spent, (name) => {
      digest.update(`${name} ${world.provider.changes} ${world.provider.payments.length}\n`)
      latest.push(`#${world.operation} ${name}`)
      if (latest.length > latestMax) latest.shift()
    })
    world.chance = chance.fork('end')
    world.weather.chance = world.chance
    const from = performance.now()
    await reckon(world)
    spent.set('reckoning', performance.now() - from)
  } catch (cause) {
    broken = explain(world, cause, latest)
  } finally {
    undraw()
    process.off('unhandledRejection', onUnhandled)
    await disasters.endLongTransaction(world).catch(() => undefined)
  }
  return {
    lane: options.lane,
    operations: world.operation,
    ms: performance.now() - started,
    counts: Object.fromEntries([...world.counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    payments: world.provider.payments.length,
    spentMs: Object.fromEntries(spent),
    digest: digest.digest('hex').slice(0, 16),
    ...(broken !== undefined && { broken }),
  }
}

const latestMax = 20
const progressEvery = 1_000
/** Times that the laws are checked, however many operations there are. */
const checks = 5

async function runOperations(
  world: World,
  chance: Chance,
  spent: Map<string, number>,
  onBegin: (name: string) => void,
): Promise<void> {
  const timed = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    const from = performance.now()
    const result = await run()
    spent.set(what, (spent.get(what) ?? 0) + performance.now() - from)
    return result
  }
  const { operations: total, losses: lossCount = 2, onProgress } = world.options
  const losses = Array.from({ length: lossCount }, (_, at) => planLoss(chance.fork(`loss ${at}`), total))
  let backup: disasters.Backup | undefined
  while (world.operation < total) {
    world.operation += 1
    const mine = chance.fork(world.operation)
    const name = mine.weighted(drawn)
    beginOperation(world, mine)
    onBegin(name)
    await timed(name, () => perform(world, name))
    if (losses.some(({ backupAt }) => backupAt === world.operation))
      backup = await timed('backup', () => disasters.backUp(world))
    const known = backup
    if (known && losses.some(({ lostAt }) => lostAt === world.operation))
      await timed('restore', () => disasters.restore(world, known))
    if (world.operation % Math.ceil(total / checks) === 0) await timed('laws', () => checkLaws(world))
    if (world.operation % progressEvery === 0) onProgress?.(world.operation)
  }
}

function planLoss(chance: Chance, total: number): { backupAt: number; lostAt: number } {
  const backupAt = chance.between(Math.ceil(total / 10), Math.ceil(total * 0.8))
  return { backupAt, lostAt: backupAt + chance.between(1, Math.min(2_000, Math.ceil(total / 10))) }
}

function beginOperation(world: World, chance: Chance): void {
  world.chance = chance
  Object.assign(world.weather, { fault: 0.08, misreport: 0.003, chance: chance.fork('provider') })
  world.now += chance.weighted([
    [chance.between(1, 900), 60],
    [chance.between(1_000, 9_000), 38],
    [chance.between(60_000, 600_000), 2],
  ] as const)
  world.psp.settleLate()
  world.life.expect(chance.happens(0.12) ? someHazard(chance) : undefined)
}

function someHazard(chance: Chance): Hazard {
  const fault = chance.weighted([
    ['crash before', 3],
    ['crash after', 3],
    ['database unavailable', 1],
    ['connection lost in a transaction', 1],
    ['serialization failure', 1],
    ['deadlock', 1],
    ['commit unknown, not committed', 1],
    ['commit unknown, committed', 2],
    ['backend killed during commit', 1],
  ] as const)
  return { fault, atStep: chance.below(fault.includes('commit') ? 2 : 12) }
}

async function perform(world: World, name: string): Promise<void> {
  const { act, isRace } = operations[name]!
  count(world, `operation: ${name}`)
  if (isRace) world.life.turns = new Turns(world.chance.fork('turns'), world.options.store.countBlocked)
  try {
    await act(world)
  } catch (cause) {
    if (!isInjected(cause)) throw cause
  }
  world.life.turns = undefined
  if (world.life.isOver) live(world)
  const [problem] = [...world.surprises, ...world.provider.broken]
  if (problem !== undefined) throw new Broken(problem)
}

function explain({ options, operation }: World, cause: unknown, latest: readonly string[]): string {
  const what = cause instanceof Broken ? cause.message : ((cause as Error).stack ?? String(cause))
  return [
    `seed ${options.seed}, lane ${options.lane}, operation ${operation}: ${what}`,
    `  operations up to it: ${latest.join(', ')}`,
  ].join('\n')
}
