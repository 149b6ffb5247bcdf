/** A database whose statements show up as spans of the request that runs them: the text as written, never its values. */
import type { Database, Queryable } from './database.ts'
import type { Tracer } from './tracer.ts'

const statementCharsMax = 500

export function tracedDatabase(database: Database, tracer: Tracer): Database {
  const traced =
    (queryable: Queryable): Queryable['query'] =>
    (text, values) =>
      tracer.call(nameOf(text), attributesOf(text), () => queryable.query(text, values))
  return {
    engine: database.engine,
    query: traced(database),
    transaction: (work, limits) =>
      tracer.call('transaction', { 'db.system.name': 'postgresql' }, () =>
        database.transaction(
          (tx) =>
            work({
              query: traced(tx),
              script: (text) => tx.script(text),
              afterCommit: (run) => tx.afterCommit(run),
            }),
          limits,
        ),
      ),
    listen: (channel, onNotify, onGap) => database.listen(channel, onNotify, onGap),
    close: () => database.close(),
  }
}

/** `select`, `insert into quote`: low in number, as names of spans have to be. */
function nameOf(text: string): string {
  return (
    /^\s*(?:insert into \w+|update \w+|delete from \w+|\w+)/i.exec(text)?.[0].trim().toLowerCase() ??
    'statement'
  )
}

function attributesOf(text: string) {
  return {
    'db.system.name': 'postgresql',
    'db.query.text': text.replace(/\s+/g, ' ').trim().slice(0, statementCharsMax),
  }
}
