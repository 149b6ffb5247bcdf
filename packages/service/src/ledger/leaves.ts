/**
 * Leaves of what is in the tables: their hashes, computed where the rows are, and their content for people.
 * Law: both follow from the one format in `leaf.ts`; a column that is sealed has its place here, one that is not says why:
 * transaction ids and positions mean nothing in another database, a reversal's state moves on, its reason may name somebody.
 */
import { type FieldType, type LeafPart, leafFormat, leafParts, leafVersion } from './leaf.ts'

interface Columns<Part extends LeafPart> {
  readonly columns: { readonly [Field in keyof (typeof leafFormat)[Part]]: string }
}

/** A part of one row or none, which is joined. */
interface OneRow {
  readonly alias: string
  /** Finds the row that belongs to the row `s` of seals. */
  readonly find: string
}

/** A part of any number of rows, all of them below the one row of another part. */
interface Rows {
  readonly below: string
  readonly from: string
  readonly order: string
}

type Source<Part extends LeafPart> = Columns<Part> & (OneRow | Rows)

const amountsOf = (table: string) => ({
  impact: `${table}.impact_minor`,
  impactTax: `${table}.impact_tax_minor`,
  serviceFee: `${table}.service_fee_minor`,
  serviceFeeTax: `${table}.service_fee_tax_minor`,
})
const shareOf = (table: string) => ({
  line: `${table}.line`,
  organisationId: `${table}.organisation_id`,
  amount: `${table}.amount_minor`,
})

const sources: { readonly [Part in LeafPart]: Source<Part> } = {
  seal: {
    alias: 's',
    find: '',
    columns: { sealedAt: 's.sealed_at', organisationId: 's.organisation_id', rootId: 's.root_id' },
  },
  journal: {
    alias: 'j',
    find: 'journal where id = s.journal_id',
    columns: {
      id: 'j.id',
      kind: 'j.kind',
      cause: 'j.cause',
      effectiveAt: 'j.effective_at',
      recordedAt: 'j.recorded_at',
    },
  },
  postings: {
    below: 'j',
    from: 'posting p join account k on k.id = p.account_id and k.currency = p.currency where p.journal_id = j.id',
    order: 'p.line',
    columns: {
      line: 'p.line',
      account: 'k.kind',
      ownerId: 'k.owner_id',
      currency: 'p.currency',
      amount: 'p.amount_minor',
    },
  },
  allocation: {
    alias: 'a',
    find: 'funds_allocation where journal_id = s.journal_id',
    columns: {
      id: 'a.id',
      contributionId: 'a.contribution_id',
      organisationId: 'a.organisation_id',
      quoteId: 'a.quote_id',
      consumerId: 'a.consumer_id',
      currency: 'a.currency',
      total: 'a.total_minor',
      ...amountsOf('a'),
      impactTaxPpm: 'a.impact_tax_ppm',
      serviceFeeTaxPpm: 'a.service_fee_tax_ppm',
      allocatedAt: 'a.allocated_at',
    },
  },
  allocationLines: {
    below: 'a',
    from: 'allocation_line l where l.allocation_id = a.id',
    order: 'l.line',
    columns: {
      line: 'l.line',
      kind: 'l.kind',
      impactPartnerId: 'l.impact_partner_id',
      projectId: 'l.project_id',
      grams: 'l.grams',
      ...amountsOf('l'),
    },
  },
  allocationShares: {
    below: 'a',
    from: 'allocation_share h where h.allocation_id = a.id',
    order: 'h.line',
    columns: shareOf('h'),
  },
  reversal: {
    alias: 'r',
    find: 'reversal where journal_id = s.journal_id',
    columns: {
      id: 'r.id',
      allocationId: 'r.allocation_id',
      kind: 'r.kind',
      initiator: 'r.initiator',
      sequence: 'r.sequence',
      amount: 'r.amount_minor',
      loss: 'r.loss_minor',
      createdAt: 'r.created_at',
      bookedAt: 'r.booked_at',
    },
  },
  reversalLines: {
    below: 'r',
    from: 'reversal_line l where l.reversal_id = r.id',
    order: 'l.line',
    columns: { line: 'l.line', grams: 'l.grams', ...amountsOf('l') },
  },
  reversalShares: {
    below: 'r',
    from: 'reversal_share h where h.reversal_id = r.id',
    order: 'h.line',
    columns: shareOf('h'),
  },
  record: {
    alias: 'i',
    find: 'impact_record where id = s.record_id and journal_id = s.journal_id',
    columns: {
      id: 'i.id',
      allocationId: 'i.allocation_id',
      organisationId: 'i.organisation_id',
      organisationPath: `array_to_string(i.organisation_path, ',')`,
      consumerId: 'i.consumer_id',
      partnerIds: `array_to_string(i.partner_ids, ',')`,
      fundsAt: 'i.funds_at',
      body: 'i.body',
    },
  },
  event: {
    alias: 'e',
    find: 'event where id = s.event_id and journal_id is not distinct from s.journal_id',
    columns: {
      id: 'e.id',
      type: 'e.type',
      organisationId: 'e.organisation_id',
      rootId: 'e.root_id',
      objectId: 'e.object_id',
      objectSequence: 'e.object_sequence',
      createdAt: 'e.created_at',
      consumerId: 'e.consumer_id',
      isTest: 'e.test',
      body: 'e.body',
    },
  },
}

const asBytes: { readonly [Type in FieldType]: (sql: string) => string } = {
  uuid: (sql) => `${sql}::uuid`,
  text: (sql) => `${sql}::text`,
  integer: (sql) => `${sql}::int4`,
  amount: (sql) => `${sql}::int8`,
  time: (sql) => `${sql}::timestamptz`,
  flag: (sql) => `${sql}::bool`,
  digest: (sql) => `sha256(convert_to(${sql}, 'UTF8'))`,
}

const asJson: { readonly [Type in FieldType]: (sql: string) => string } = {
  ...asBytes,
  amount: (sql) => `${sql}::text`,
  time: (sql) => `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  digest: (sql) => sql,
}

/**
 * SQL, after `from` and a row `s` with the columns of `seal`: what the two below look into besides. `offset 0` keeps the
 * planner on the keys, however many rows it expects.
 */
export const leafJoinsSql = Object.values(sources)
  .flatMap((source) => ('find' in source && source.find !== '' ? [source] : []))
  .map(({ alias, find }) => `left join lateral (select * from ${find} offset 0) as ${alias} on true`)
  .join('\n')

/** SQL: the hash of the leaf of a row `s`. */
export const leafHashSql = `sha256('\\x00${leafVersion.toString(16).padStart(2, '0')}'::bytea || ${leafParts
  .map(encodedPart)
  .join(' || ')})`

/** SQL: the `LeafContent` of a row `s`. */
export const leafContentSql = `json_build_object(${leafParts
  .map((part) => `'${part}', ${readablePart(part)}`)
  .join(', ')})`

function encodedPart(part: LeafPart): string {
  const fields = fieldsOf(part).map(([, type, sql]) => asBytes[type](sql))
  return partOf(part, `record_send(row(${fields.join(', ')}))`, {
    none: 'int4send(0)',
    one: (row) => `int4send(1) || ${row}`,
    all: (row) => `int4send(count(*)::int4) || coalesce(string_agg(${row}, ''::bytea), ''::bytea)`,
  })
}

function readablePart(part: LeafPart): string {
  const fields = fieldsOf(part).map(([name, type, sql]) => `'${name}', ${asJson[type](sql)}`)
  return partOf(part, `json_build_object(${fields.join(', ')})`, {
    none: `'[]'::json`,
    one: (row) => `json_build_array(${row})`,
    all: (row) => `coalesce(json_agg(${row}), '[]')`,
  })
}

interface Forms {
  readonly none: string
  readonly one: (row: string) => string
  readonly all: (row: string) => string
}

function partOf(part: LeafPart, row: string, { none, one, all }: Forms): string {
  const source: OneRow | Rows = sources[part]
  if ('alias' in source) {
    return source.find === ''
      ? one(row)
      : `case when ${source.alias}.id is null then ${none} else ${one(row)} end`
  }
  // Ordered below the aggregate, so that an index can give the order.
  const { below, from, order } = source
  const rows = `(select ${row} as made from ${from} order by ${order}) as made`
  return `case when ${below}.id is null then ${none} else (select ${all('made.made')} from ${rows}) end`
}

function fieldsOf(part: LeafPart): (readonly [string, FieldType, string])[] {
  const columns: Readonly<Record<string, string>> = sources[part].columns
  return Object.entries(leafFormat[part]).map(([name, type]) => [name, type, columns[name]!] as const)
}
