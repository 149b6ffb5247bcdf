/**
 * Pure: pages read by keyset, the next one while the last is worked on; one page ahead and no more, so that memory stays
 * what it is however many rows there are.
 */
export async function* readAhead<Row, Key>(
  read: (after: Key) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  pageRows: number,
  start: Key,
): AsyncGenerator<readonly Row[], void, undefined> {
  let next: Promise<readonly Row[]> | undefined = read(start)
  while (next !== undefined) {
    const rows: readonly Row[] = await next
    const last = rows.at(-1)
    next = last !== undefined && rows.length >= pageRows ? read(keyOf(last)) : undefined
    // Whoever stops listening does not hear of its failure either.
    next?.catch(() => undefined)
    if (rows.length > 0) yield rows
  }
}
