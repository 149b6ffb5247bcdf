/** Checks a value against a schema of the contract and says which fields are at fault. Nothing is coerced or removed. */
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { type Issue, Refusal } from '../kernel/refusal.ts'

const issuesMax = 20
/** One for each value that a field may have, and a few; with fewer an issue would name some of them. */
Settings.Set({ maxErrors: issuesMax * 10 })

export function validatorFor(schema: TSchema, where: 'body' | 'query' | 'path'): (value: unknown) => void {
  const validator = Compile(schema)
  return (value) => {
    if (validator.Check(value)) return
    const issues = issuesOf(validator.Errors(value) as readonly SchemaError[])
    throw new Refusal('BAD_REQUEST', `the ${where} does not have the documented shape`, issues)
  }
}

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params: { readonly requiredProperties?: readonly string[]; readonly allowedValue?: unknown }
}

/** One issue for each field: what it may be, or the first thing said that is not about a union’s other branch. */
function issuesOf(errors: readonly SchemaError[]): Issue[] {
  const byPath = new Map<string, string>()
  const allowed = new Map<string, string[]>()
  for (const { keyword, instancePath, message, params } of errors) {
    if (keyword === 'required') {
      for (const name of params.requiredProperties ?? []) byPath.set(`${instancePath}/${name}`, 'is required')
    } else if (keyword === 'const') {
      allowed.set(instancePath, [...(allowed.get(instancePath) ?? []), String(params.allowedValue)])
    } else if (keyword !== 'anyOf' && message !== 'must be null' && !byPath.has(instancePath)) {
      byPath.set(instancePath, message)
    }
  }
  for (const [path, values] of allowed) byPath.set(path, `must be ${values.join(' or ')}`)
  if (byPath.size === 0) for (const { instancePath, message } of errors) byPath.set(instancePath, message)
  return [...byPath].slice(0, issuesMax).map(([path, message]) => ({ path: path || '/', message }))
}
