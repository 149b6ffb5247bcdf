// The document that tools and people read: examples that are true, and nothing that the tables do not say.

import type { Allocation } from '@ekko/contract/allocation-resources'
import { type ErrorCode, errors } from '@ekko/contract/errors'
import { answerExample, bodyExample, errorExample, exampleFor, v2ErrorExample } from '@ekko/contract/examples'
import { type Operation, operations } from '@ekko/contract/operations'
import type { ImpactRecord } from '@ekko/contract/record-resources'
import { refusalsOf } from '@ekko/contract/refusals'
import { ErrorBody } from '@ekko/contract/resources'
import { allows, areas, scopeFor, scopes } from '@ekko/contract/scopes'
import { V2ErrorBody } from '@ekko/contract/v2-operations'
import { workedExamples } from '@ekko/contract/worked-examples'
import { Errors } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { openApiDocument } from './openapi.ts'

const all = Object.entries<Operation>(operations)

describe('examples', () => {
  test.each(all)('of %s fit their schemas', (name, operation) => {
    const { params, query, body, answer } = operation
    for (const schema of [params, query]) if (schema) expect(Errors(schema, exampleFor(schema))).toEqual([])
    if (body) expect(Errors(body, bodyExample(name, operation))).toEqual([])
    if (answer.schema) expect(Errors(answer.schema, answerExample(name, operation))).toEqual([])
  })

  test('that are worked through belong to operations, and their amounts add up', () => {
    const named = Object.keys(workedExamples)
    expect(named.filter((name) => !(name in operations))).toEqual([])
    const answerOf = (name: string) => workedExamples[name]!.answer as never
    for (const name of ['createAllocation', 'reverseAllocation']) {
      const { totalAmount, credits, contribution }: Allocation = answerOf(name)
      const parts = [...credits, ...contribution].flatMap((line) => [
        line.impactAmount + line.impactSalesTaxAmount,
        line.serviceFeeAmount + line.serviceFeeSalesTaxAmount,
      ])
      expect(sum(parts)).toBeCloseTo(totalAmount, 9)
    }
    const { amounts, credits, contribution, profitShares }: ImpactRecord = answerOf('getImpactRecord')
    const { total, ...parts } = amounts
    expect(sum(Object.values(parts))).toBeCloseTo(total, 9)
    const ofLines = [...credits, ...contribution].flatMap((each) => Object.values(each.amounts))
    expect(sum(ofLines)).toBeCloseTo(total, 9)
    expect(sum(profitShares.map(({ amount }) => amount))).toBeCloseTo(amounts.serviceFee, 9)
  })

  test('of every error fit the error body and have its code', () => {
    for (const code of Object.keys(errors) as ErrorCode[]) {
      const example = errorExample(code)
      expect(example.code).toBe(code)
      expect(Errors(ErrorBody, example)).toEqual([])
      const nested = v2ErrorExample(code, '/v2/impactpay/sessions')
      expect(nested.error.statusCode).toBe(errors[code].status)
      expect(Errors(V2ErrorBody, nested)).toEqual([])
    }
  })

  test('stand in the document for every request, answer, parameter and error', () => {
    const without: string[] = []
    walk(openApiDocument('https://ekko.example').paths, '', (value, path) => {
      const isContent = 'schema' in value && !path.endsWith('/headers')
      if (isContent && !('example' in value) && !('examples' in value)) without.push(path)
    })
    expect(without).toEqual([])
  })
})

const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0)

function walk(value: unknown, path: string, see: (value: object, path: string) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) see(value, path)
  for (const [key, member] of Object.entries(value))
    if (key !== 'schema' && key !== 'example' && key !== 'examples') walk(member, `${path}/${key}`, see)
}

test('every reference in the document leads somewhere, and every object that has a name is referred to', () => {
  const document = openApiDocument('https://ekko.example')
  const { schemas, examples } = document.components as Record<'schemas' | 'examples', object>
  const named = (kind: string) =>
    new Set(
      [...JSON.stringify(document).matchAll(new RegExp(`"#/components/${kind}/(\\w+)"`, 'g'))].map(
        ([, name]) => name,
      ),
    )
  expect([...named('schemas')].sort()).toEqual(
    Object.keys(schemas)
      .filter((name) => !unreferred.includes(name))
      .sort(),
  )
  expect([...named('examples')].filter((code) => !(code! in examples))).toEqual([])
})

/** Rows of exports, which are lines of CSV or NDJSON. */
const unreferred = ['ExportedPosting', 'ExportedStatementLine']

test('every operation says who may call it and belongs to a tag', () => {
  const { tags, paths } = openApiDocument('https://ekko.example') as {
    tags: { name: string }[]
    paths: Record<string, Record<string, { tags: string[]; security: unknown[] }>>
  }
  const known = tags.map(({ name }) => name)
  for (const { tags: own, security } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    expect(known).toContain(own[0])
    expect(Array.isArray(security)).toBe(true)
  }
})

test('every operation of a server has a scope, and every area has operations', () => {
  const ofServers = all.filter(([, { caller }]) => caller === 'apiKey')
  expect(
    ofServers.filter(([, operation]) => scopeFor(operation) === 'unlimitedKey').map(([name]) => name),
  ).toEqual([])
  const needed = new Set(ofServers.map(([, operation]) => scopeFor(operation).split(':')[0]))
  expect(areas.filter(({ name }) => !needed.has(name))).toEqual([])
})

test('writing includes reading, and no area includes another', () => {
  for (const held of scopes) {
    const may = scopes.filter((need) => allows([held], need))
    const [area] = held.split(':')
    expect(may).toEqual(held.endsWith('write') ? [`${area}:read`, `${area}:write`] : [held])
  }
})

test('whoever needs a key can be refused for the key', () => {
  for (const [, operation] of all) {
    const codes = refusalsOf(operation)
    expect(codes.includes('TOO_MANY_REQUESTS')).toBe(operation.caller !== 'anyone')
    expect(codes.includes('ADDRESS_NOT_ALLOWED')).toBe(operation.caller === 'apiKey')
  }
})
