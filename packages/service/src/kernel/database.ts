// The one door to SQL: what every engine offers, and which engine a configuration gets.
// Not for SQL itself: statements live in the domains, as constants.
// Law: what `transaction` or `query` has answered is durable, and so is everything that the answer rests on.

export interface Queryable {
  /**
   * Runs one statement. `text` must be a constant: it becomes a named prepared statement.
   * int8 comes back as bigint, numeric as string, timestamptz as Date, json parsed, bytea as Buffer, uuid and date as text.
   * @throws SqlError when the server refuses it
   */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

export interface Transaction extends Queryable {
  /** Runs several statements without values. For migrations. */
  script(text: string): Promise<void>
  /** Registers what to do once the commit is durable; forgotten when the transaction rolls back or is retried. */
  afterCommit(run: () => void): void
}

export interface TransactionLimits {
  /** How long the whole transaction may take. PostgreSQL applies it to each statement and each pause in between. */
  timeoutMs?: number
}

export interface Database extends Queryable {
  readonly engine: 'postgres' | 'embedded'
  /**
   * Runs `work` in one read committed transaction: commits when it resolves, rolls back when it throws.
   * `work` is run again after a serialization failure, a deadlock or a connection lost before the commit, so it must not
   * do anything but SQL; a network call has no place in it.
   * @throws CommitUnknown when the connection was lost during the commit
   * @throws DatabaseUnavailable when there was no connection to begin with
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, limits?: TransactionLimits): Promise<T>
  /**
   * Listens to a channel (a plain lower-case name). `onGap` says that notifications may have been missed; it is called
   * after the connection is back, so that what the caller then reads leaves no hole.
   */
  listen(
    channel: string,
    onNotify: (payload: string) => void,
    onGap: () => void,
  ): Promise<() => Promise<void>>
  /** Waits for what is under way, then lets go of everything. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Address of a PostgreSQL server; without it the embedded engine keeps its data in `dataDir`. */
  url?: string
  dataDir: string
  poolMax?: number
  onWarning: (message: string) => void
}

/** Opens the server at `url`, or else the embedded database in `dataDir`. Loads the engine that it opens, and no other. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url !== undefined) {
    const { openPostgres } = await import('./postgres.ts')
    return openPostgres({
      url: options.url,
      poolMax: options.poolMax ?? poolMaxDefault,
      onWarning: options.onWarning,
    })
  }
  const [{ openEmbedded }, { currentTemplate }] = await Promise.all([
    import('./embedded.ts'),
    import('./embedded-template.ts'),
  ])
  return openEmbedded({
    dataDir: options.dataDir,
    template: currentTemplate(),
    onWarning: options.onWarning,
  })
}

// Measured: between 8 and 16 connections a replica is fastest; more only queue inside the server.
const poolMaxDefault = 10
