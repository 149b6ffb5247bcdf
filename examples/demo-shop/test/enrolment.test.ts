import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startShop } from '../src/shop.ts'
import type { FakeEkko } from './fake-ekko.ts'
import { buy, newEkko, newFolder, openBoth, openShop } from './open-shop.ts'

const made = (ekko: FakeEkko, path: string) =>
  ekko.asked.filter((each) => each.method === 'POST' && each.path === path)

test('the first start creates one organisation and one endpoint', async () => {
  const { ekko, shop } = await openBoth()
  const [organisation] = made(ekko, '/v3/organisations')
  expect(organisation?.body).toMatchObject({ tradingName: 'Loam & Kiln', mcc: '5992' })
  expect(organisation?.key).toMatch(/-organisation$/)
  expect([...ekko.endpoints.values()]).toMatchObject([{ url: `${shop.origin}/webhooks/ekko` }])
})

test('the next start on the same port creates nothing; on another port the endpoint moves', async () => {
  const { ekko, shop, dataFolder } = await openBoth()
  await shop.close()
  const port = Number(new URL(shop.origin).port)
  const again = await startShop({ port, ekkoOrigin: ekko.origin, apiKey: 'ek_test_key', dataFolder })
  await again.close()
  expect(made(ekko, '/v3/organisations')).toHaveLength(1)
  expect(made(ekko, '/v3/webhook-endpoints')).toHaveLength(1)
  const moved = await openShop({ ekkoOrigin: ekko.origin, dataFolder })
  expect([...ekko.endpoints.values()].map(({ url }) => url)).toEqual([`${moved.shop.origin}/webhooks/ekko`])
})

test('a service that was emptied gets a new organisation and a new endpoint', async () => {
  const { ekko, shop, dataFolder } = await openBoth()
  await shop.close()
  ekko.empty()
  await openShop({ ekkoOrigin: ekko.origin, dataFolder })
  const keys = made(ekko, '/v3/organisations').map((each) => each.key)
  expect(new Set(keys).size).toBe(2)
  expect(ekko.endpoints.size).toBe(1)
})

test('a service that was emptied while the shop is open is enrolled with again by the order after next', async () => {
  const { ekko, shop } = await openBoth()
  ekko.empty()
  const pages = []
  for (let orders = 0; orders < 2; orders++) pages.push(await (await fetch(await buy(shop.origin))).text())
  expect(pages.map((text) => text.includes('data-client-secret'))).toEqual([false, true])
})

test('an endpoint with our address whose secret was lost is replaced', async () => {
  const { ekko, shop } = await openBoth()
  const [before] = ekko.endpoints.keys()
  await shop.close()
  await openShop({ ekkoOrigin: ekko.origin, port: Number(new URL(shop.origin).port) })
  expect(ekko.endpoints.size).toBe(1)
  expect(before && ekko.endpoints.has(before)).toBe(false)
})

test('without the service the shop opens all the same, and says so; it enrols when the service comes', async () => {
  const ekko = await newEkko()
  await ekko.close()
  const { shop, log } = await openShop({ ekkoOrigin: ekko.origin, waitMs: 300 })
  expect(log.join('\n')).toMatch(/No answer from .*\/healthz within 0\.3 s/)
  expect((await fetch(shop.origin)).status).toBe(200)
  await newEkko(Number(new URL(ekko.origin).port))
  expect(await (await fetch(await buy(shop.origin))).text()).toContain('data-client-secret')
})

test('the state file is whole, private and survives being unreadable', async () => {
  const { ekko, shop, dataFolder } = await openBoth()
  const path = join(dataFolder, 'demo-shop.json')
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
    endpoint: { url: `${shop.origin}/webhooks/ekko` },
  })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await shop.close()
  await writeFile(path, '{"orders": [')
  const { log } = await openShop({ ekkoOrigin: ekko.origin, dataFolder })
  expect(log.join('\n')).toContain('put aside')
  expect(await readFile(`${path}.unreadable`, 'utf8')).toBe('{"orders": [')
})

test('a port that is taken is an error, not a silent shop', async () => {
  const { shop, ekko } = await openBoth()
  const port = Number(new URL(shop.origin).port)
  const dataFolder = await newFolder()
  await expect(startShop({ port, ekkoOrigin: ekko.origin, apiKey: 'k', dataFolder })).rejects.toThrow(
    'EADDRINUSE',
  )
})
