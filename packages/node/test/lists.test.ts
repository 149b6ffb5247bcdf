// Whatever the contract answers page by page, the client walks through as well.
import { expect, test } from 'vitest'
import { type Operation, operations } from '../../contract/src/operations.ts'
import { EkkoClient } from '../src/index.ts'

interface List {
  list?: (query: object) => Promise<unknown>
  iterate?: (query: object) => AsyncIterable<{ id?: string }>
}

/** Two pages; what is asked for is kept. */
const asked: URL[] = []
const client = new EkkoClient({
  apiKey: 'ek_test_key',
  baseUrl: 'https://ekko.example',
  fetch: async (input) => {
    const url = new URL(String(input))
    asked.push(url)
    const id = url.searchParams.has('startingAfter') ? 'last' : 'first'
    return Response.json({ hasMore: id === 'first', data: [{ id, eventId: id, organisationId: id }] })
  },
})
const period = { dateTimeFrom: '2026-01-01T00:00:00Z', dateTimeTo: '2026-02-01T00:00:00Z' }
const isPaged = ({ answer }: Operation) =>
  'hasMore' in ((answer.schema as { properties?: object })?.properties ?? {})
const paged = Object.values<Operation>(operations).filter(
  (operation) => operation.caller === 'apiKey' && operation.method === 'GET' && isPaged(operation),
)
const pathOf = async (work: () => Promise<unknown>) => {
  asked.length = 0
  await work()
  return asked[0]?.pathname
}

const lists = (Object.entries(client) as [string, List][]).filter(([, resource]) => 'list' in resource)

test.each(lists)('%s', async (_name, resource) => {
  const path = await pathOf(async () => resource.list!(period))
  if (!paged.some((operation) => operation.path === path)) return
  const ids: unknown[] = []
  const walked = await pathOf(async () => {
    for await (const item of resource.iterate!(period)) ids.push(item.id)
  })
  expect(walked).toBe(path)
  expect(ids).toEqual(['first', 'last'])
  expect(asked.map((url) => url.searchParams.get('startingAfter'))).toEqual([null, 'first'])
})

test('the deliveries of a project', async () => {
  const ids: string[] = []
  for await (const delivery of client.managedProjects.iterateDeliveries('the-id')) ids.push(delivery.id)
  expect(ids).toEqual(['first', 'last'])
  expect(asked.at(-1)?.pathname).toBe('/v3/operator/projects/the-id/deliveries')
})
