/**
 * For: a shop and a fake service for one test, cleaned up after it.
 * Not for: assertions.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Shop, type ShopOptions, startShop } from '../src/shop.ts'
import { type FakeEkko, startFakeEkko } from './fake-ekko.ts'

export interface OpenShop {
  readonly ekko: FakeEkko
  readonly shop: Shop
  readonly dataFolder: string
  readonly log: string[]
}

export const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-shop-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

export const newEkko = async (port = 0): Promise<FakeEkko> => {
  const ekko = await startFakeEkko(port)
  onTestFinished(() => ekko.close())
  return ekko
}

export const openShop = async (options: Partial<ShopOptions> = {}): Promise<Omit<OpenShop, 'ekko'>> => {
  const log: string[] = []
  const dataFolder = options.dataFolder ?? (await newFolder())
  const shop = await startShop({
    port: 0,
    ekkoOrigin: 'http://127.0.0.1:9',
    apiKey: 'ek_test_key',
    waitMs: 5_000,
    log: (line) => log.push(line),
    ...options,
    dataFolder,
  })
  onTestFinished(() => shop.close())
  return { shop, dataFolder, log }
}

export const openBoth = async (): Promise<OpenShop> => {
  const ekko = await newEkko()
  return { ekko, ...(await openShop({ ekkoOrigin: ekko.origin })) }
}

/** A form, posted as a browser on the shop's own page would. */
export const post = (url: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form), headers })

/** Buys two plants; gives the address of the confirmation. */
export const buy = async (origin: string, form: Record<string, string> = {}): Promise<string> => {
  const cookie = 'loam_and_kiln_cart=monstera.1~terracotta-pot.2'
  const order = crypto.randomUUID()
  const fields = { order, market: 'gb', shownAs: 'embedded', ...form }
  const answer = await post(`${origin}/checkout`, fields, { cookie })
  return new URL(answer.headers.get('location') ?? '/nowhere', origin).href
}
