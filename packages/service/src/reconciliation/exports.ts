/**
 * Exports: everything that an organisation may see of one kind, oldest first, as CSV or newline-delimited JSON, as a
 * stream. Not for what a row looks like in a table (`export.ts`).
 * Laws: memory does not grow with the rows; nothing is read while the receiver does not take it, nor after it went away,
 * and one that takes nothing is let go; between two pages nothing is held in the database; CSV, NDJSON and the API say the
 * same.
 */
import { Readable } from 'node:stream'
import { ImpactRecord, ProfitShareRecord } from '@ekko/contract/record-resources'
import type { exportFormats, exportNames } from '@ekko/contract/settlement-operations'
import { ExportedPosting, ExportedStatementLine, type ExportQuery } from '@ekko/contract/settlement-resources'
import type { TSchema } from 'typebox'
import type { Context } from '../kernel/context.ts'
import { csvLine } from '../kernel/csv.ts'
import { toMajor } from '../kernel/money.ts'
import { Refusal, refuseField } from '../kernel/refusal.ts'
import type { Organisations } from '../organisations/organisations.ts'
import { cellsOf, columnsOf } from './export.ts'
import { profitShareOf } from './profit-share.ts'
import { keysetPage, readAhead } from './read-ahead.ts'
import { type RecordWalk, type WalkedRecord, walkImpactRecords } from './records.ts'
import type { StatementKind } from './statement.ts'
import { timeRangeOf } from './time-range.ts'

export type ExportName = (typeof exportNames)[number]
export type ExportFormat = keyof typeof exportFormats

/** Rows of one page; a few of these are what an export keeps in memory. */
const pageRows = 500
const sealsAtOnce = 100_000n
const journalsOfPage = 200
const statementsOfPage = 50
const beginning = '1970-01-01'
const end = '9999-12-31'

interface Wanted extends RecordWalk {
  readonly principalId: string
  readonly period: string | null
}

type Pages = AsyncGenerator<readonly WalkedRecord[], void, undefined>
type Texts = AsyncGenerator<string, void, undefined>

interface Exported {
  readonly schema: TSchema
  readonly pages: (context: Context, wanted: Wanted) => Pages
  /** Whether only the root may have it. */
  readonly isForRoot: boolean
}

const exported: { readonly [Name in ExportName]: Exported } = {
  'impact-records': {
    schema: ImpactRecord,
    pages: (context, wanted) => walkImpactRecords(context, wanted.principalId, wanted),
    isForRoot: false,
  },
  'profit-share-records': { schema: ProfitShareRecord, pages: profitSharePages, isForRoot: false },
  'statement-lines': { schema: ExportedStatementLine, pages: statementPages, isForRoot: false },
  journals: { schema: ExportedPosting, pages: journalPages, isForRoot: true },
}

/** An export is broken off when its receiver took nothing for `pauseMs`, or when it went on for `wholeMs`. */
export interface ExportLimits {
  readonly pauseMs: number
  readonly wholeMs: number
}

const exportLimits: ExportLimits = { pauseMs: 120_000, wholeMs: 6 * 3_600_000 }

/** @throws Refusal FORBIDDEN, NOT_FOUND for a foreign organisation, UNPROCESSABLE_ENTITY; before anything is streamed */
export async function openExport(
  context: Context,
  organisations: Organisations,
  principalId: string,
  name: ExportName,
  format: ExportFormat,
  query: ExportQuery,
  limits = exportLimits,
): Promise<Readable> {
  const { schema, pages, isForRoot } = exported[name]
  if (isForRoot && (await organisations.load(principalId)).parentId !== null)
    throw new Refusal('FORBIDDEN', 'the ledger is the root organisation’s')
  const { organisationId } = query
  if (isForRoot && organisationId !== undefined)
    throw refuseField('UNPROCESSABLE_ENTITY', '/organisationId', 'journals are those of the whole ledger')
  if (organisationId !== undefined) await organisations.find(principalId, organisationId, '/organisationId')
  const { dateTimeFrom, dateTimeTo } = query
  const wanted: Wanted = {
    principalId,
    ...timeRangeOf(dateTimeFrom ?? beginning, dateTimeTo ?? end),
    organisationId: organisationId ?? null,
    period: query.period ?? null,
    pageRows,
    sealsAtOnce,
  }
  const texts = format === 'csv' ? csvOf(schema, pages(context, wanted)) : ndjsonOf(pages(context, wanted))
  return limited(texts, limits)
}

/** A stream that breaks off is an error to its receiver, so that what was written whole is whole. */
function limited(texts: Texts, { pauseMs, wholeMs }: ExportLimits): Readable {
  const breakOff = (why: string) => stream.destroy(new Error(`an export was broken off: ${why}`))
  const watched = async function* (): Texts {
    let pause: NodeJS.Timeout | undefined
    try {
      for await (const text of texts) {
        pause = setTimeout(() => breakOff('its receiver took nothing'), pauseMs).unref()
        yield text
        clearTimeout(pause)
      }
    } finally {
      clearTimeout(pause)
    }
  }
  const stream = Readable.from(watched(), { objectMode: false, highWaterMark: 1 })
  const whole = setTimeout(() => breakOff('it took too long'), wholeMs).unref()
  return stream.once('close', () => clearTimeout(whole))
}

async function* ndjsonOf(pages: Pages): Texts {
  for await (const page of pages) yield page.map(({ json }) => `${json}\n`).join('')
}

async function* csvOf(schema: TSchema, pages: Pages): Texts {
  const columns = columnsOf(schema)
  yield csvLine(columns.map(({ name }) => name))
  for await (const page of pages)
    yield page.map(({ json }) => csvLine(cellsOf(JSON.parse(json), columns))).join('')
}

async function* profitSharePages(context: Context, wanted: Wanted): Pages {
  for await (const page of walkImpactRecords(context, wanted.principalId, wanted))
    yield page.map(({ json }) => ({ json: JSON.stringify(profitShareOf(JSON.parse(json) as ImpactRecord)) }))
}

interface PostingRow {
  readonly sealNumber: bigint
  readonly journalId: string
  readonly kind: string
  readonly cause: string
  readonly effectiveAt: Date
  readonly recordedAt: Date
  readonly postings: readonly {
    readonly line: number
    readonly account: string
    readonly ownerId: string
    readonly currency: string
    /** Text: minor units may be more than a number of JSON holds. */
    readonly amount: string
  }[]
}

async function* journalPages({ database }: Context, { from, until }: Wanted): Pages {
  const [head] = await database.query<{ number: bigint | null }>(
    'select max(seal_number) as number from seal',
  )
  const last = head!.number ?? 0n
  const read = async (after: bigint) => {
    const rows = await database.query<PostingRow>(journalsSql, [after, last, from, until, journalsOfPage])
    return keysetPage(rows, journalsOfPage, (row) => row.sealNumber)
  }
  for await (const journals of readAhead(read, 0n)) {
    yield journals.flatMap(({ postings, sealNumber, effectiveAt, recordedAt, ...journal }) =>
      postings.map(({ line, account, ownerId, currency, amount }) => ({
        json: JSON.stringify({
          sealNumber: Number(sealNumber),
          ...journal,
          effectiveAt: effectiveAt.toISOString(),
          recordedAt: recordedAt.toISOString(),
          line,
          account,
          ownerId,
          currencyCode: currency,
          amount: toMajor(BigInt(amount), currency),
        } satisfies ExportedPosting),
      })),
    )
  }
}

const journalsSql = `
select s.seal_number as "sealNumber", j.id as "journalId", j.kind, j.cause, j.effective_at as "effectiveAt",
  j.recorded_at as "recordedAt", (
    select json_agg(json_build_object('line', p.line, 'account', k.kind, 'ownerId', k.owner_id, 'currency', p.currency,
      'amount', p.amount_minor::text) order by p.line)
    from posting p join account k on k.id = p.account_id where p.journal_id = j.id) as postings
from seal s join journal j on j.id = s.journal_id
where s.seal_number > $1 and s.seal_number <= $2 and j.recorded_at >= $3 and j.recorded_at < $4
order by s.seal_number limit $5::integer`

interface StatementRow {
  readonly statementId: string
  readonly organisationId: string
  readonly organisationReference: string | null
  readonly period: string
  readonly lines: readonly {
    readonly line: number
    readonly kind: StatementKind
    readonly currency: string
    readonly count: number
    readonly amount: string
  }[]
}

const firstId = '00000000-0000-0000-0000-000000000000'

async function* statementPages(
  { database }: Context,
  { principalId, organisationId, period }: Wanted,
): Pages {
  const read = async (after: string) => {
    const asked = [principalId, organisationId, period, after, statementsOfPage]
    const rows = await database.query<StatementRow>(statementsSql, asked)
    return keysetPage(rows, statementsOfPage, (row) => row.statementId)
  }
  for await (const statements of readAhead(read, firstId)) {
    yield statements.flatMap(({ lines, ...statement }) =>
      lines.map(({ line, kind, currency, count, amount }) => ({
        json: JSON.stringify({
          ...statement,
          line,
          kind,
          currencyCode: currency,
          count,
          amount: toMajor(BigInt(amount), currency),
        } satisfies ExportedStatementLine),
      })),
    )
  }
}

const statementsSql = `
select s.id as "statementId", s.organisation_id as "organisationId", o.reference as "organisationReference", s.period, (
    select coalesce(json_agg(json_build_object('line', l.line, 'kind', l.kind, 'currency', l.currency, 'count', l.count,
      'amount', l.amount_minor::text) order by l.line), '[]')
    from statement_line l where l.statement_id = s.id) as lines
from statement s join organisation o on o.id = s.organisation_id and o.path @> array[$1::uuid]
where ($2::uuid is null or s.organisation_id = $2) and ($3::text is null or s.period = $3) and s.id > $4::uuid
order by s.id limit $5::integer`
