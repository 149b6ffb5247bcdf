import { expect, test } from 'vitest'
import { EkkoClient, type ImpactRecord } from '../src/index.ts'

const period = { dateTimeFrom: new Date(Date.UTC(2026, 0, 1)), dateTimeTo: '2026-02-01T00:00:00Z' }
const record = (id: string) => ({ id }) as ImpactRecord

/** A client whose service answers each page from `pages`, keyed by its cursor. */
const clientWith = (pages: Record<string, { hasMore: boolean; data: ImpactRecord[] }>) => {
  const asked: URLSearchParams[] = []
  const client = new EkkoClient({
    apiKey: 'ek_test_key',
    baseUrl: 'https://ekko.example',
    fetch: async (url) => {
      const query = new URL(String(url)).searchParams
      asked.push(query)
      return Response.json(pages[query.get('startingAfter') ?? ''])
    },
  })
  return { client, asked }
}

const idsOf = async (records: AsyncIterable<ImpactRecord>) => {
  const ids: string[] = []
  for await (const { id } of records) ids.push(id)
  return ids
}

test('one page is asked for with the query as the API writes it', async () => {
  const { client, asked } = clientWith({ '': { hasMore: false, data: [record('a')] } })
  const page = await client.impactRecords.list({ ...period, limit: 7, consumerReference: 'c & d' })
  expect(page.data).toEqual([{ id: 'a' }])
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({
    dateTimeFrom: '2026-01-01T00:00:00.000Z',
    dateTimeTo: '2026-02-01T00:00:00Z',
    limit: '7',
    consumerReference: 'c & d',
  })
})

test('iterating goes through all pages, from the cursor given, and only as far as it is read', async () => {
  const pages = {
    '': { hasMore: true, data: [record('a'), record('b')] },
    b: { hasMore: true, data: [record('c')] },
    c: { hasMore: false, data: [record('d')] },
  }
  const { client, asked } = clientWith(pages)
  expect(await idsOf(client.impactRecords.iterate(period))).toEqual(['a', 'b', 'c', 'd'])
  expect(asked.map((query) => query.get('limit'))).toEqual(['100', '100', '100'])
  expect(await idsOf(client.impactRecords.iterate({ ...period, startingAfter: 'b' }))).toEqual(['c', 'd'])
  asked.length = 0
  for await (const _first of client.impactRecords.iterate(period)) break
  expect(asked).toHaveLength(1)
})

test('pages that do not move on are an error, not an endless walk', async () => {
  const stuck = { hasMore: true, data: [record('a')] }
  const walk = idsOf(clientWith({ '': stuck, a: stuck }).client.impactRecords.iterate(period))
  await expect(walk).rejects.toMatchObject({ code: 'UNREADABLE_ANSWER' })
  const empty = idsOf(clientWith({ '': { hasMore: true, data: [] } }).client.impactRecords.iterate(period))
  await expect(empty).rejects.toMatchObject({ code: 'UNREADABLE_ANSWER' })
})
