// The document that tools and people read: examples that are true, and nothing that the tables do not say.

import { type ErrorCode, errors } from '@ekko/contract/errors'
import { errorExample, exampleFor } from '@ekko/contract/examples'
import { type Operation, operations } from '@ekko/contract/operations'
import { refusalsOf } from '@ekko/contract/refusals'
import { ErrorBody } from '@ekko/contract/resources'
import { allows, areas, scopeFor, scopes } from '@ekko/contract/scopes'
import type { TSchema } from 'typebox'
import { Errors } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { openApiDocument } from './openapi.ts'

const all = Object.entries<Operation>(operations)

describe('examples', () => {
  test.each(all)('of %s fit their schemas', (_name, { params, query, body, answer }) => {
    for (const schema of [params, query, body, answer.schema]) {
      if (schema) expect(faultsOf(schema)).toEqual([])
    }
  })

  test('of every error fit the error body and have its code', () => {
    for (const code of Object.keys(errors) as ErrorCode[]) {
      const example = errorExample(code)
      expect(example.code).toBe(code)
      expect(Errors(ErrorBody, example)).toEqual([])
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

function faultsOf(schema: TSchema): unknown[] {
  return Errors(schema, exampleFor(schema)) as unknown[]
}

function walk(value: unknown, path: string, see: (value: object, path: string) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) see(value, path)
  for (const [key, member] of Object.entries(value))
    if (key !== 'schema' && key !== 'example' && key !== 'examples') walk(member, `${path}/${key}`, see)
}

test('every reference in the document leads somewhere', () => {
  const text = JSON.stringify(openApiDocument('https://ekko.example'))
  const { components } = openApiDocument('https://ekko.example') as { components: { schemas: object } }
  const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !(name in components.schemas))).toEqual([])
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
