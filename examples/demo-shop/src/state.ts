/**
 * For: what the shop remembers, in one small JSON file.
 * Not for: a real shop; that has a database.
 * Law: the file is always whole. A new one is written beside it, synced, and renamed over it; changes wait in line.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ImpactPaymentEvent } from '@ekko/node'
import type { Order } from './order.ts'

export interface ReceivedEvent {
  readonly webhookId: string
  readonly receivedAt: string
  /** How often it came; the first counts, the others are known. */
  readonly deliveries: number
  readonly event: ImpactPaymentEvent
}

export interface RefusedWebhook {
  readonly receivedAt: string
  readonly reason: string
  /** The beginning of what came. Not to be believed. */
  readonly body: string
}

export interface ShopState {
  /** Names this shop's attempts to enrol, so that a crash between sending and writing cannot enrol it twice. */
  readonly installationId: string
  readonly organisationId?: string
  /** The newest secret first; the one before it stays, for deliveries that are still on their way. */
  readonly endpoint?: { readonly id: string; readonly url: string; readonly secrets: readonly string[] }
  readonly orders: readonly Order[]
  readonly events: readonly ReceivedEvent[]
  readonly refused: readonly RefusedWebhook[]
}

export interface StateFile {
  read(): ShopState
  /** Resolves when the change is on the disk; rejects, and changes nothing, when it could not be written. */
  change(make: (state: ShopState) => ShopState): Promise<void>
}

const fileName = 'demo-shop.json'
const limits = { orders: 500, events: 200, refused: 20 } as const

export const openState = async (folder: string, log: (line: string) => void): Promise<StateFile> => {
  await mkdir(folder, { recursive: true })
  const path = join(folder, fileName)
  let state = await readState(path, log)
  let line: Promise<void> = Promise.resolve()
  const change = (make: (state: ShopState) => ShopState): Promise<void> => {
    const turn = line.then(async () => {
      const next = withinLimits(make(state))
      await writeWhole(path, JSON.stringify(next, null, 2))
      state = next
    })
    line = turn.catch(() => {})
    return turn
  }
  return { read: () => state, change }
}

const empty = (): ShopState => ({ installationId: randomUUID(), orders: [], events: [], refused: [] })

const readState = async (path: string, log: (line: string) => void): Promise<ShopState> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return empty()
  try {
    return { ...empty(), ...(JSON.parse(text) as Partial<ShopState>) }
  } catch {
    await rename(path, `${path}.unreadable`)
    log(
      `${fileName} could not be read; it was put aside as ${fileName}.unreadable, and the shop starts afresh.`,
    )
    return empty()
  }
}

/** The newest of each list; all lists grow at the end. */
const withinLimits = (state: ShopState): ShopState => ({
  ...state,
  orders: state.orders.slice(-limits.orders),
  events: state.events.slice(-limits.events),
  refused: state.refused.slice(-limits.refused),
})

const writeWhole = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.draft`
  // Secrets are in it, so nobody else may read it.
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  const folder = await open(dirname(path))
  await folder.sync().finally(() => folder.close())
}
