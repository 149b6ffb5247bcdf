/**
 * For tests: form bodies and queries as Stripe reads them, `a[b][0]=c`, against what an endpoint knows.
 * Law: a parameter that the endpoint does not know is refused, as Stripe does, so that no misspelt one goes unnoticed.
 */
export type Form = { [name: string]: Form | string | undefined }

/** What an endpoint knows: a value, a form of known names, a list of one, or any names (`*`). */
export type Known = true | readonly [Known] | { readonly [name: string]: Known }

export class Refused extends Error {
  readonly status: number
  readonly type: string
  readonly code: string
  constructor(status: number, code: string, message: string, type = 'invalid_request_error') {
    super(message)
    this.status = status
    this.type = type
    this.code = code
  }
}

/** @throws Refused */
export function readForm(encoded: string, known: Known): Form {
  const form: Form = {}
  for (const [name, value] of new URLSearchParams(encoded)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '')
    if (!isKnown(path, known)) throw new Refused(400, 'parameter_unknown', `unknown parameter: ${name}`)
    put(form, path, value)
  }
  return form
}

function isKnown([name, ...rest]: readonly string[], known: Known): boolean {
  if (name === undefined) return known === true
  if (known === true) return false
  if (Array.isArray(known)) return /^\d+$/.test(name) && isKnown(rest, known[0])
  const inner = (known as { readonly [name: string]: Known })[name] ?? (known as { '*'?: Known })['*']
  return inner !== undefined && isKnown(rest, inner)
}

function put(form: Form, path: readonly string[], value: string): void {
  let at = form
  for (const name of path.slice(0, -1)) {
    const inner = at[name]
    const next = typeof inner === 'object' ? inner : {}
    at[name] = next
    at = next
  }
  at[path.at(-1)!] = value
}

export function textAt(form: Form, ...path: readonly string[]): string | undefined {
  const value = path.reduce<Form | string | undefined>(
    (at, name) => (typeof at === 'object' ? at[name] : undefined),
    form,
  )
  return typeof value === 'string' ? value : undefined
}

/** @throws Refused when it is missing */
export function requiredAt(form: Form, ...path: readonly string[]): string {
  const value = textAt(form, ...path)
  if (value === undefined) throw new Refused(400, 'parameter_missing', `missing: ${path.join('.')}`)
  return value
}

/** @throws Refused when it is no whole number */
export function wholeAt(form: Form, ...path: readonly string[]): number {
  const value = requiredAt(form, ...path)
  if (!/^-?\d{1,15}$/.test(value)) throw new Refused(400, 'parameter_invalid_integer', path.join('.'))
  return Number(value)
}

export function textsAt(form: Form, name: string): Record<string, string> {
  const inner = form[name]
  const entries = Object.entries(typeof inner === 'object' ? inner : {})
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
