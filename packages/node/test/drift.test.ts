import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { operations } from '../../contract/src/operations.ts'
import { EkkoClient } from '../src/index.ts'
import { version } from '../src/version.ts'

const run = promisify(execFile)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

test('the hand-written types equal the contract’s schemas', async () => {
  const compiler = here('../../../node_modules/typescript/bin/tsc')
  const outcome = await run(process.execPath, [compiler, '--project', here('./tsconfig.json')]).catch(
    (error: { stdout: string }) => error,
  )
  expect(outcome.stdout).toBe('')
})

test('the methods call exactly the operations of the contract that a server may call', async () => {
  const called: string[] = []
  const client = new EkkoClient({
    apiKey: 'ek_test_key',
    baseUrl: 'https://ekko.example',
    fetch: async (url, init) => {
      called.push(`${init?.method} ${new URL(String(url)).pathname}`)
      return new Response('{"data":[],"hasMore":false}', { headers: { 'content-type': 'text/html' } })
    },
  })
  const id = 'the-id'
  const period = { dateTimeFrom: '2026-01-01', dateTimeTo: '2026-02-01' }
  await client.organisations.create({} as never)
  await client.organisations.retrieve(id)
  await client.organisations.me()
  await client.organisations.list()
  await client.organisations.update(id, {})
  await client.organisations.deactivate(id)
  await client.organisations.activate(id)
  await client.organisations.allowList(id)
  await client.organisations.updateAllowList(id, {})
  await client.apiKeys.create()
  await client.apiKeys.list()
  await client.apiKeys.retrieve(id)
  await client.apiKeys.update(id, {})
  await client.apiKeys.roll(id, { graceHours: 12 })
  await client.apiKeys.revoke(id)
  await client.brands.retrieve(id)
  await client.brands.update(id, {})
  await client.products.retrieve(id)
  await client.products.update(id, {})
  await client.postPurchaseSessions.create({} as never)
  await client.postPurchaseSessions.retrieve(id)
  await client.consumers.erase({ consumer: { reference: 'consumer_123' } })
  await client.quotes.carbon({} as never)
  await client.quotes.nature({} as never)
  await client.quotes.retrieve(id)
  await client.quotes.projects(id)
  await client.checkoutSessions.create({} as never)
  await client.checkoutSessions.retrieve(id)
  await client.impactPaySessions.create({} as never)
  await client.impactPaySessions.retrieve(id)
  await client.impactPartners.list()
  await client.impactPartners.retrieve(id)
  await client.impactPartners.create({} as never)
  await client.impactPartners.update(id, {})
  await client.projects.list()
  await client.projects.retrieve(id)
  await client.managedProjects.create({} as never)
  await client.managedProjects.list()
  await client.managedProjects.retrieve(id)
  await client.managedProjects.update(id, {})
  await client.managedProjects.recordDelivery(id, {} as never)
  await client.managedProjects.deliveries(id)
  await client.impactRecords.list(period)
  await client.impactRecords.retrieve(id)
  await client.profitShareRecords.list(period)
  await client.profitShareRecords.retrieve(id)
  await client.allocations.create({} as never)
  await client.allocations.reverse(id)
  await client.statements.list()
  await client.statements.retrieve(id)
  await client.statements.breaks()
  await client.exports.open('journals.csv')
  await client.webhookEndpoints.create({} as never)
  await client.webhookEndpoints.list()
  await client.webhookEndpoints.delete(id)
  await client.webhookEndpoints.retrieve(id)
  await client.webhookEndpoints.update(id, {})
  await client.webhookEndpoints.pause(id)
  await client.webhookEndpoints.resume(id)
  await client.webhookEndpoints.rotateSecret(id)
  await client.webhookEndpoints.sendTestEvent(id)
  await client.webhookEndpoints.replay(id)
  await client.webhookDeliveries.list({ endpointId: id })
  await client.webhookDeliveries.retrieve(id)
  await client.webhookDeliveries.replay(id)
  await client.events.list()
  await client.events.retrieve(id)
  await client.component('cs_test_secret')

  const documented = Object.values(operations)
    .filter((operation) => operation.caller === 'apiKey' || operation.path === '/v3/component')
    .filter((operation) => !('version' in operation))
    .map(
      (operation) =>
        `${operation.method} ${operation.path.replace(':id', id).replace(':name', 'journals.csv')}`,
    )
  expect(called.sort()).toEqual(documented.sort())
})

test('the version told to the service is the package’s', async () => {
  const manifest = JSON.parse(await readFile(here('../package.json'), 'utf8')) as {
    version: string
    dependencies?: unknown
  }
  expect(version).toBe(manifest.version)
  expect(manifest.dependencies).toBeUndefined()
})
