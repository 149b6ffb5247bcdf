// What a caller may catch from the database, the same classes on both engines.
// Not for refusals of the business: those are made from these by the domain that knows what a constraint means.
// Law: an outcome that is not known has a class of its own and is never reported as a failure.

/** What the server says of a statement it refused. `code` is the SQLSTATE. */
export interface SqlErrorFields {
  message: string
  code: string
  detail?: string | undefined
  hint?: string | undefined
  where?: string | undefined
  constraint?: string | undefined
  schema?: string | undefined
  table?: string | undefined
  column?: string | undefined
}

/**
 * The server refused a statement, and nothing of it took effect.
 * `detail` may quote values of a row, so it does not belong in a log that strangers read.
 */
export class SqlError extends Error {
  override readonly name = 'SqlError'
  readonly code: string
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly where: string | undefined
  readonly constraint: string | undefined
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  /** The statement as written, without its values. */
  readonly statement: string

  constructor(fields: SqlErrorFields, statement: string) {
    super(fields.message)
    this.code = fields.code
    this.detail = fields.detail
    this.hint = fields.hint
    this.where = fields.where
    this.constraint = fields.constraint
    this.schema = fields.schema
    this.table = fields.table
    this.column = fields.column
    this.statement = statement
  }
}

/** The database could not be reached, or was lost before anything could have been committed. Trying again is safe. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
  /** SQLSTATE connection_failure. */
  readonly code = '08006'
}

/** The connection was lost while a commit was under way: it may have happened and it may not. Look before repeating. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown'
  /** SQLSTATE transaction_resolution_unknown. */
  readonly code = '08007'
}

/** A transaction was used after its end, outlived its time limit, or was bypassed from inside: a bug of the caller. */
export class TransactionMisuse extends Error {
  override readonly name = 'TransactionMisuse'
  readonly code: '25P01' | '25P04'

  constructor(message: string, code: '25P01' | '25P04' = '25P01') {
    super(message)
    this.code = code
  }
}

/** COMMIT answers "ROLLBACK" when a statement failed and the caller swallowed the error; the caller must hear of it. */
export const rolledBackInstead: SqlErrorFields = {
  message: 'the transaction was rolled back instead of committed, because an earlier statement in it failed',
  code: '25P02',
}
