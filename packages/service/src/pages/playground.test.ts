import Fastify, { type FastifyInstance } from 'fastify'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../../browser/test/support/browser.ts'
import type { Context } from '../kernel/context.ts'
import { registerAssets } from './asset-routes.ts'
import { registerPlayground } from './playground.ts'
import { choices, readChoice, sampleView } from './playground-view.ts'
import { loadAssets } from './styles/assets.ts'

let app: FastifyInstance
let origin: string
let browser: Browser

async function start(environment: Context['environment']): Promise<[FastifyInstance, string]> {
  const fastify = Fastify()
  // The port is known only once it listens, and only the frame's own addresses depend on it.
  const context = { environment, origin: 'http://127.0.0.1' } as Context
  registerAssets(fastify, loadAssets())
  registerPlayground(fastify, context, loadAssets())
  return [fastify, await fastify.listen({ host: '127.0.0.1', port: 0 })]
}

beforeAll(async () => {
  ;[[app, origin], browser] = await Promise.all([start('sandbox'), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
})

test('every aspect can be laid side by side, and every frame is there', async () => {
  for (const [by, values] of Object.entries(choices)) {
    const page = await (await fetch(`${origin}/playground?by=${by}`)).text()
    const frames = [...page.matchAll(/<iframe src="([^"]+)"/g)].map(([, src]) =>
      src!.replaceAll('&amp;', '&'),
    )
    expect(frames).toHaveLength(values.length)
    for (const frame of frames) expect((await fetch(origin + frame)).status).toBe(200)
  }
})

test('a choice that is not offered is the usual one', () => {
  const usual = Object.fromEntries(Object.entries(choices).map(([name, [first]]) => [name, first]))
  expect(readChoice(new URLSearchParams('state=<script>&locale=tlh&width=7'))).toEqual(usual)
})

test('the samples add up and say that they are samples', () => {
  const view = sampleView(readChoice(new URLSearchParams()), 'https://impact.example', '/v1/component.css')
  for (const { amountMinor, split } of [...view.suggestions, view.contribution!])
    expect(split.impactMinor + split.impactTaxMinor + split.serviceFeeMinor + split.serviceFeeTaxMinor).toBe(
      amountMinor,
    )
  for (const project of view.projects)
    expect([project.sample, project.picture]).toEqual([true, expect.any(String)])
})

test.each([
  ['state=ready', /Contribute to environmental projects/],
  ['state=thanked&impact=nature', /Thank you for contributing £2.00/],
  ['state=dismissed&locale=de&theme=dark', /^etwa 19/],
  ['state=ready&variant=takeover', /Contribute to environmental projects/],
  ['state=unavailable', /Your order is not affected/],
])('a frame with %s shows it, and refuses nothing of its own', async (query, text) => {
  const page = await browser.newPage()
  const trouble: string[] = []
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()))
  page.on('pageerror', (error) => trouble.push(String(error)))
  await page.goto(`${origin}/playground/component?${query}`)
  await page.locator('ekko-impact').getByText(text).first().waitFor({ timeout: 5_000 })
  expect(trouble.filter((line) => !line.includes('127.0.0.1/v1/'))).toEqual([])
  await page.close()
})

test('in production there is no such place', async () => {
  const [production, address] = await start('production')
  expect((await fetch(`${address}/playground`)).status).toBe(404)
  expect((await fetch(`${address}/playground/component`)).status).toBe(404)
  await production.close()
})
