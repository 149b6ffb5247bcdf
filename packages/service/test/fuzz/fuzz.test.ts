// A fuzzer over the whole contract: whatever is sent, by whomever, the answer is one that is documented, and never says
// anything of a tenant that the caller may not see. `bash .ci/run long` sends 20,000 requests from a seed of its own; a failure
// names the seed, and `EKKO_TEST_FUZZ_SEED` with as many `EKKO_TEST_FUZZ_REQUESTS` sends the same again.
import { type ErrorCode, errors } from '@ekko/contract/errors'
import { operations } from '@ekko/contract/operations'
import { refusalsOf } from '@ekko/contract/refusals'
import { ErrorBody } from '@ekko/contract/resources'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestService, testService } from '../support/service.ts'
import { type FuzzRequest, requestOf } from './requests.ts'
import { harvest, newWorld, repair, type World } from './tenants.ts'

const usualRequests = 1_200
const usualSeed = 20_261_121
const requestsMax = Number(process.env.EKKO_TEST_FUZZ_REQUESTS ?? usualRequests)
const isLong = requestsMax > usualRequests
const firstSeed = Number(process.env.EKKO_TEST_FUZZ_SEED ?? (isLong ? Date.now() % 2 ** 31 : usualSeed))
const repairEvery = 40
const findingsMax = 20
const neverWellMax = 3
const slowestMs = 200

let service: TestService
let world: World

beforeAll(async () => {
  // Nothing in the background: what is registered here must not be called.
  service = await testService({ engine: 'postgres', env: { EKKO_ROLE: 'api' } })
  world = await newWorld(service)
})
afterAll(() => service.dispose())

test(
  `${requestsMax} requests from seed ${firstSeed} find no 5xx, no undocumented answer and nothing of other tenants`,
  async () => {
    const findings: string[] = []
    const answered = new Map<string, number>()
    const [asked, answeredWell] = [new Set<string>(), new Set<string>()]
    for (let at = 0; at < requestsMax && findings.length < findingsMax; at++) {
      if (at % repairEvery === 0) await repair(world)
      const request = requestOf(world, firstSeed + at)
      const answer = await send(request)
      const group = `${Math.floor(answer.status / 100)}xx`
      answered.set(group, (answered.get(group) ?? 0) + 1)
      asked.add(request.name)
      if (answer.status === request.operation.answer.status) answeredWell.add(request.name)
      const faults = faultsIn(request, answer)
      if (faults.length > 0) findings.push(described(request, answer, faults, firstSeed + at))
      else remember(request, answer)
    }
    const names = Object.keys(operations)
    const neverWell = names.filter((name) => !answeredWell.has(name))
    if (isLong)
      console.log(
        `fuzz: ${requestsMax} requests from seed ${firstSeed}`,
        Object.fromEntries(answered),
        neverWell,
      )
    expect(findings.join('\n\n')).toBe('')
    expect(names.filter((name) => !asked.has(name))).toEqual([])
    // It is no good if everything is refused at the door; to a few that want much, chance alone seldom finds the way.
    if (isLong) expect(neverWell.slice(neverWellMax)).toEqual([])
    expect((answered.get('2xx') ?? 0) / requestsMax).toBeGreaterThan(0.15)
    expect((await service.api('GET', '/v3/organisations/me')).status).toBe(200)
    await service.expectLawful()
  },
  60_000 + requestsMax * slowestMs,
)

interface FuzzAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Of a JSON answer. */
  readonly json: unknown
}

async function send({
  operation,
  method,
  path,
  credential,
  contentType,
  body,
  idempotencyKey,
}: FuzzRequest): Promise<FuzzAnswer> {
  const response = await fetch(service.origin + path, {
    method,
    headers: {
      ...(credential !== '' &&
        (operation.version === 'v2'
          ? { 'x-api-key': credential }
          : { authorization: `Bearer ${credential}` })),
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  }
}

const validators = new Map<TSchema, Validator>()

function validatorOf(schema: TSchema): Validator {
  const before = validators.get(schema)
  if (before) return before
  const made = Compile(schema)
  validators.set(schema, made)
  return made
}

function faultsIn(request: FuzzRequest, answer: FuzzAnswer): string[] {
  return [
    ...(answer.headers.has('x-request-id') ? [] : ['no request id']),
    ...(answer.status === request.operation.answer.status
      ? faultsOfSuccess(request, answer)
      : faultsOfRefusal(request, answer)),
    ...foreignMarks(request, answer),
  ]
}

function faultsOfSuccess(request: FuzzRequest, { json }: FuzzAnswer): string[] {
  const { operation, tenant } = request
  const { schema, mediaType } = operation.answer
  const hidden = world.tenants.filter(({ name }) => !tenant.sees.includes(name)).flatMap((each) => each.ids)
  const isForeign =
    operation.caller === 'apiKey' &&
    !isEmpty(json) &&
    idsIn(request).some((id) => hidden.includes(id.toLowerCase()))
  if (isForeign) return ['what belongs to another tenant was answered']
  if (!schema || mediaType) return []
  const validator = validatorOf(schema)
  if (validator.Check(json)) return []
  return [`the answer is off its schema: ${JSON.stringify(validator.Errors(json)).slice(0, 600)}`]
}

/** Looking for what belongs to others, and finding nothing, tells nothing. */
function isEmpty(json: unknown): boolean {
  const rows = (json as { data?: unknown } | undefined)?.data ?? json
  return Array.isArray(rows) && rows.length === 0
}

/** Of the path, and of what the operation reads in the query and the body. */
function idsIn({ ids, operation, path, body }: FuzzRequest): string[] {
  const known = (schema: TSchema | undefined) =>
    Object.keys((schema as { properties?: object })?.properties ?? {})
  const asked = new URL(path, service.origin).searchParams
  const sent = body ? (JSON.parse(body) as Record<string, unknown> | null) : null
  const values = [
    ...known(operation.query).map((name) => asked.get(name)),
    ...known(operation.body).map((name) => sent?.[name]),
  ]
  return [...ids, ...values.filter((value) => typeof value === 'string')]
}

/** A path that fits no operation, because of what was put into it. */
const ofTheRouter: readonly string[] = ['NOT_FOUND', 'METHOD_NOT_ALLOWED']

function faultsOfRefusal(request: FuzzRequest, { status, json }: FuzzAnswer): string[] {
  if (status >= 500) return ['a server error']
  if (request.path.startsWith('/v2/')) return []
  if (!validatorOf(ErrorBody).Check(json)) return ['the refusal has not the documented body']
  const { code } = json as { code: ErrorCode }
  if (errors[code]?.status !== status) return [`${code} does not belong to ${status}`]
  const isDocumented = refusalsOf(request.operation).includes(code)
  const isRouted = ofTheRouter.includes(code) && request.ids.some((id) => !/^[\w.-]{1,200}$/.test(id))
  return isDocumented || isRouted ? [] : [`${code} is not documented for ${request.name}`]
}

function foreignMarks({ tenant, operation }: FuzzRequest, { text }: FuzzAnswer): string[] {
  if (operation.caller !== 'apiKey') return []
  return world.tenants
    .filter(({ name, mark }) => !tenant.sees.includes(name) && text.includes(mark))
    .map(({ name }) => `the answer speaks of ${name}`)
}

/** What tenants without any below them create is theirs. */
function remember({ tenant, operation }: FuzzRequest, { status, json }: FuzzAnswer): void {
  if (operation.caller !== 'apiKey' || status !== 201 || tenant.sees.length > 1) return
  if (!operation.path.startsWith('/v3/operator'))
    harvest(json as Record<string, unknown>, operation.path, tenant)
}

function described(
  request: FuzzRequest,
  answer: FuzzAnswer,
  faults: readonly string[],
  seed: number,
): string {
  return [
    `${faults.join('; ')}: ${request.name} by ${request.tenant.name}, EKKO_TEST_FUZZ_SEED=${seed} after ${seed - firstSeed} requests`,
    `  ${request.method} ${request.path.slice(0, 300)}`,
    `  ${(request.body ?? '').slice(0, 600)}`,
    `  ${answer.status} ${answer.text.slice(0, 600)}`,
  ].join('\n')
}
