// The reference page: all of the contract, by itself, and nothing from elsewhere.
import { errors } from '@ekko/contract/errors'
import { type Operation, operations } from '@ekko/contract/operations'
import { expect, test } from 'vitest'
import { renderReference } from './reference.ts'
import { fieldRows } from './reference-fields.ts'

const page = renderReference(
  {
    locale: 'en-GB',
    environment: 'production',
    merchantName: null,
    returnUrl: null,
    stylesheetPath: '/v1/reference.css',
    appearance: null,
  },
  'https://ekko.example',
)

test('has every operation and every error, once, where links lead', () => {
  for (const id of [...Object.keys(operations), ...Object.keys(errors)])
    expect({ id, times: page.split(`id="${id}"`).length - 1 }).toEqual({ id, times: 1 })
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
  expect(links.filter((id) => !ids.has(id))).toEqual([])
})

test('says of each operation its address, its fields and what they mean', () => {
  for (const { body, query } of Object.values<Operation>(operations)) {
    for (const { path } of [...fieldRows(body ?? {}), ...fieldRows(query ?? {})])
      expect(page).toContain(`<code>${path}</code>`)
  }
  expect(page).toContain('<wbr>/v3<wbr>/funds<wbr>/allocations<wbr>/{id}<wbr>/reverse')
})

test('loads nothing from elsewhere and runs nothing', () => {
  expect(page).not.toMatch(/<script|<img|<iframe|style="|\son\w+="|@import/)
  const loaded = [...page.matchAll(/<link[^>]* href="([^"]+)"/g)].map(([, href]) => href)
  expect(loaded).toEqual(['/v1/reference.css'])
})

test('fields of lists and of objects inside are told by their path', () => {
  const rows = fieldRows(operations.createPostPurchaseSession.body)
  expect(rows.find(({ path }) => path === 'orderItems[].unitPrice.value')).toMatchObject({
    isOptional: false,
    kind: 'number',
  })
  expect(rows.find(({ path }) => path === 'merchant.mcc')).toMatchObject({
    isOptional: true,
    kind: 'text or null',
  })
})
