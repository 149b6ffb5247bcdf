/**
 * Pure: what a seal seals, as bytes. One format of parts and fields, read by `leaves.ts`, which has PostgreSQL write the same
 * bytes, and by the check of a proof, which has no database.
 *
 * A leaf is a version byte, then for each part in this order the number of its rows (4 bytes) and the rows. A row is the
 * number of its fields (4 bytes), then for each field its type (4 bytes), its length (4 bytes, or -1 for nothing) and its
 * content; all numbers are big-endian. That is PostgreSQL's own binary form of a row, so types have its numbers.
 *
 * Laws: two different contents never have the same bytes, since everything has its length and one way to be written; nothing
 * here says who a consumer is but for a random id, so that a consumer can be forgotten and every proof stays; a format that
 * was used never changes.
 */
import { Buffer } from 'node:buffer'
import { sha256 } from '../kernel/secret.ts'

const version = 1

const microsTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/

interface Type {
  readonly number: number
  /** Whether a value is written in the one way there is. */
  is(value: unknown): boolean
  bytes(value: unknown): Buffer
}

/** What each type is in JSON, and as bytes. */
const types = {
  uuid: {
    number: 2950,
    is: (value) => isWritten(value, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    bytes: (value) => Buffer.from(String(value).replaceAll('-', ''), 'hex'),
  },
  text: { number: 25, is: isText, bytes: (value) => Buffer.from(String(value)) },
  /** A number. */
  integer: {
    number: 23,
    is: Number.isInteger,
    bytes: (value) => fixed(4, (to) => to.writeInt32BE(Number(value))),
  },
  /** A string of digits: minor units pass what a number holds. */
  amount: {
    number: 20,
    is: (value) => isWritten(value, /^(0|-?[1-9]\d*)$/),
    bytes: (value) => fixed(8, (to) => to.writeBigInt64BE(BigInt(String(value)))),
  },
  /** ISO 8601 with six digits after the second; microseconds since the year 2000. */
  time: {
    number: 1184,
    is: (value) => isWritten(value, microsTime),
    bytes: (value) => fixed(8, (to) => to.writeBigInt64BE(microsOf(String(value)))),
  },
  flag: {
    number: 16,
    is: (value) => typeof value === 'boolean',
    bytes: (value) => Buffer.from([value ? 1 : 0]),
  },
  /** A text, of which only the SHA-256 is in the leaf. */
  digest: { number: 17, is: isText, bytes: (value) => sha256(String(value)) },
} as const satisfies Record<string, Type>

export type FieldType = keyof typeof types

const amounts = {
  impact: 'amount',
  impactTax: 'amount',
  serviceFee: 'amount',
  serviceFeeTax: 'amount',
} as const
const share = { line: 'integer', organisationId: 'uuid', amount: 'amount' } as const

/** Parts and their fields, in the order of the bytes. */
export const leafFormat = {
  seal: { sealedAt: 'time', organisationId: 'uuid', rootId: 'uuid' },
  journal: { id: 'uuid', kind: 'text', cause: 'text', effectiveAt: 'time', recordedAt: 'time' },
  postings: { line: 'integer', account: 'text', ownerId: 'uuid', currency: 'text', amount: 'amount' },
  allocation: {
    id: 'uuid',
    contributionId: 'uuid',
    organisationId: 'uuid',
    quoteId: 'uuid',
    consumerId: 'uuid',
    currency: 'text',
    total: 'amount',
    ...amounts,
    impactTaxPpm: 'integer',
    serviceFeeTaxPpm: 'integer',
    allocatedAt: 'time',
  },
  allocationLines: {
    line: 'integer',
    kind: 'text',
    impactPartnerId: 'uuid',
    projectId: 'uuid',
    grams: 'text',
    ...amounts,
  },
  allocationShares: share,
  reversal: {
    id: 'uuid',
    allocationId: 'uuid',
    kind: 'text',
    initiator: 'text',
    sequence: 'integer',
    amount: 'amount',
    loss: 'amount',
    createdAt: 'time',
    bookedAt: 'time',
  },
  reversalLines: { line: 'integer', grams: 'text', ...amounts },
  reversalShares: share,
  record: {
    id: 'uuid',
    allocationId: 'uuid',
    organisationId: 'uuid',
    organisationPath: 'text',
    consumerId: 'uuid',
    partnerIds: 'text',
    fundsAt: 'time',
    body: 'digest',
  },
  event: {
    id: 'uuid',
    type: 'text',
    organisationId: 'uuid',
    rootId: 'uuid',
    objectId: 'uuid',
    objectSequence: 'integer',
    createdAt: 'time',
    consumerId: 'uuid',
    isTest: 'flag',
    body: 'digest',
  },
} as const satisfies Record<string, Record<string, FieldType>>

export type LeafPart = keyof typeof leafFormat
type Row<Part extends LeafPart> = { readonly [Field in keyof (typeof leafFormat)[Part]]: unknown }
/** Rows of each part, readable: what a proof shows. */
export type LeafContent = { readonly [Part in LeafPart]: readonly Row<Part>[] }

export const leafParts = Object.keys(leafFormat) as LeafPart[]

/** The bytes that are hashed. @throws RangeError for a content that shows more than them, or in another way */
export function encodeLeaf(content: LeafContent): Buffer {
  refuseOthers(content, leafFormat)
  const parts = leafParts.flatMap((part) => {
    const rows = content[part] as readonly Record<string, unknown>[]
    return [count(rows.length), ...rows.map((row) => encodeRow(leafFormat[part], row))]
  })
  return Buffer.concat([Buffer.from([version]), ...parts])
}

export const leafVersion = version

function encodeRow(fields: Readonly<Record<string, FieldType>>, row: Record<string, unknown>): Buffer {
  refuseOthers(row, fields)
  const entries = Object.entries(fields)
  const encoded = entries.flatMap(([name, type]) => {
    const value = row[name]
    if (value === null) return [count(types[type].number), count(-1)]
    if (!types[type].is(value)) throw new RangeError(`${name} is not written as what was sealed is`)
    const bytes = types[type].bytes(value)
    return [count(types[type].number), count(bytes.length), bytes]
  })
  return Buffer.concat([count(entries.length), ...encoded])
}

/** What is not hashed must not be shown beside what is. @throws RangeError */
export function refuseOthers(value: object, known: object): void {
  const other = Object.keys(value).find((name) => !Object.hasOwn(known, name))
  if (other !== undefined) throw new RangeError(`it shows ${other}, which nothing proves`)
}

const count = (value: number): Buffer => fixed(4, (to) => to.writeInt32BE(value))

function fixed(length: number, write: (to: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length)
  write(bytes)
  return bytes
}

function isWritten(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value)
}

/** Half a surrogate pair has no bytes of its own. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && Buffer.from(value).toString() === value
}

const year2000Ms = Date.UTC(2000, 0, 1)

function microsOf(text: string): bigint {
  const [, seconds, fraction] = microsTime.exec(text) ?? []
  const at = new Date(`${seconds}Z`)
  // The 30th of February is read as a day of March.
  if (Number.isNaN(at.getTime()) || at.toISOString() !== `${seconds}.000Z`)
    throw new RangeError(`not a time with microseconds: ${text}`)
  return BigInt(at.getTime() - year2000Ms) * 1000n + BigInt(fraction!)
}
