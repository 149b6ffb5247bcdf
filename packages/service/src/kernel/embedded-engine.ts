// Speaks PostgreSQL's protocol to the embedded engine: one statement in, one answer out, and the flush that makes
// answers durable. Not for queues or threads. Law: what `settle` returns after is on the disk.

import { type PGlite, protocol } from '@electric-sql/pglite'
import { isStalePlan } from './database-attempts.ts'
import type { SqlErrorFields } from './database-errors.ts'
import { dueMaintenance } from './embedded-maintenance.ts'
import type { EmbeddedAnswer, EmbeddedRequest } from './embedded-messages.ts'

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number]
type Runnable = Extract<EmbeddedRequest, { kind: 'statement' | 'script' }>

// A record that says nothing, written and flushed with everything before it, unless nothing came since the last one.
const settleText = `select pg_logical_emit_message(false, '', '', true)::text as position where pg_current_wal_insert_lsn() <> $1::pg_lsn`
const statementNamesMax = 2_000

export class EmbeddedEngine {
  readonly #db: PGlite
  readonly #assertOwner: () => void
  readonly #names = new Map<string, string>()
  #named = 0
  /** I: no transaction; T: in one; E: in a failed one, which takes nothing but its end. */
  #status = 'I'
  #settledAt = '0/0'
  #maintenance: AsyncGenerator<void, never, string> | undefined

  /** @param assertOwner throws when the folder is no longer ours */
  constructor(db: PGlite, assertOwner: () => void) {
    this.#db = db
    this.#assertOwner = assertOwner
  }

  get canSettle(): boolean {
    return this.#status !== 'E'
  }

  /** Runs one request. A refusal of the server is an answer too; a throw means that the engine is broken. */
  async run(request: Runnable): Promise<EmbeddedAnswer> {
    const known = this.#names.has(request.text)
    const messages = await this.#db.execProtocolStream(this.#encode(request), {
      syncToFs: false,
      throwOnError: false,
    })
    const answer = read(request.id, messages)
    const ready = messages.findLast(({ name }) => name === 'readyForQuery') as { status: string } | undefined
    if (ready === undefined) throw new Error('the embedded engine broke off in the middle of a statement')
    this.#status = ready.status
    if (answer.error !== undefined) this.#forget(request.text, answer.error, known, messages)
    return answer
  }

  /** Flushes everything that was committed so far, if there is anything. */
  async settle(): Promise<void> {
    this.#assertOwner()
    const answer = await this.#own(settleText, [this.#settledAt])
    this.#settledAt = answer.rows[0]?.[0] ?? this.#settledAt
  }

  /** Does what a server does in the background, in small steps, when nobody waits. */
  async maintain(): Promise<void> {
    if (this.#status !== 'I') return
    this.#assertOwner()
    this.#maintenance ??= dueMaintenance((text) => this.#own(text, []))
    await this.#maintenance.next(this.#settledAt)
  }

  async #own(text: string, values: string[]): Promise<EmbeddedAnswer> {
    const answer = await this.run({ id: 0, kind: 'statement', text, values })
    if (answer.error !== undefined)
      throw new Error(`the embedded engine refused its own statement: ${answer.error.message}`)
    return answer
  }

  // A statement that was not understood has no name; one whose result changed its shape needs a new one.
  #forget(text: string, error: SqlErrorFields, known: boolean, messages: Message[]): void {
    const understood = known || messages.some(({ name }) => name === 'parseComplete')
    if (!understood || isStalePlan(error)) this.#names.delete(text)
  }

  #encode(request: Runnable): Uint8Array {
    if (request.kind === 'script') return protocol.serialize.query(request.text)
    const known = this.#names.get(request.text)
    const statement = known ?? this.#nameOf(request.text)
    const parts = [
      protocol.serialize.bind({
        statement,
        values: request.values as (string | Uint8Array<ArrayBuffer> | null)[],
      }),
      protocol.serialize.describe({ type: 'P' }),
      protocol.serialize.execute({}),
      protocol.serialize.sync(),
    ]
    if (known === undefined) parts.unshift(protocol.serialize.parse({ name: statement, text: request.text }))
    return Buffer.concat(parts)
  }

  #nameOf(text: string): string {
    if (this.#names.size >= statementNamesMax) return ''
    this.#named += 1
    const name = `ekko_${this.#named}`
    this.#names.set(text, name)
    return name
  }
}

function read(id: number, messages: Message[]): EmbeddedAnswer {
  const answer: EmbeddedAnswer = {
    id,
    columns: [],
    rows: [],
    command: '',
    error: undefined,
    notifications: [],
  }
  for (const message of messages) {
    switch (message.name) {
      case 'rowDescription': {
        const { fields } = message as unknown as { fields: { name: string; dataTypeID: number }[] }
        answer.columns = fields.map((field) => ({ name: field.name, typeId: field.dataTypeID }))
        break
      }
      case 'dataRow':
        answer.rows.push((message as unknown as { fields: (string | null)[] }).fields)
        break
      case 'commandComplete':
        answer.command = (message as unknown as { text: string }).text.split(' ', 1)[0] ?? ''
        break
      case 'notification':
        answer.notifications.push(message as unknown as { channel: string; payload: string })
        break
      case 'error':
        answer.error ??= fieldsOf(message as unknown as SqlErrorFields)
        break
    }
  }
  return answer
}

function fieldsOf(message: SqlErrorFields): SqlErrorFields {
  const { code, detail, hint, where, constraint, schema, table, column } = message
  return { message: message.message, code, detail, hint, where, constraint, schema, table, column }
}
