/**
 * Pure: pages read by keyset, the next one while the last is worked on; one page ahead and no more, so that memory stays
 * what it is however many rows there are.
 */
export interface KeysetPage<Row, Key> {
  readonly rows: readonly Row[]
  /** Where to go on; undefined at the end. A page may be empty and not the last. */
  readonly next: Key | undefined
}

export async function* readAhead<Row, Key>(
  read: (after: Key) => Promise<KeysetPage<Row, Key>>,
  start: Key,
): AsyncGenerator<readonly Row[], void, undefined> {
  let reading: Promise<KeysetPage<Row, Key>> | undefined = read(start)
  while (reading !== undefined) {
    const { rows, next }: KeysetPage<Row, Key> = await reading
    reading = next === undefined ? undefined : read(next)
    // Whoever stops listening does not hear of its failure either.
    reading?.catch(() => undefined)
    if (rows.length > 0) yield rows
  }
}

/** Of rows that were asked for `pageRows` at a time: fewer are the last. */
export function keysetPage<Row, Key>(
  rows: readonly Row[],
  pageRows: number,
  keyOf: (row: Row) => Key,
): KeysetPage<Row, Key> {
  const last = rows.at(-1)
  return { rows, next: last !== undefined && rows.length >= pageRows ? keyOf(last) : undefined }
}
