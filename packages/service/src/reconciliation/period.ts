/** Pure: the months that are closed, named as `2026-03`, in UTC. */
export interface Period {
  readonly name: string
  readonly from: Date
  /** The first moment that no longer belongs to it. */
  readonly until: Date
}

/** Undefined for what is no month. */
export function periodNamed(name: string): Period | undefined {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name)
  return match ? periodAt(new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1))) : undefined
}

export function periodAt(moment: Date): Period {
  const [year, month] = [moment.getUTCFullYear(), moment.getUTCMonth()]
  const from = new Date(Date.UTC(year, month))
  return { name: from.toISOString().slice(0, 7), from, until: new Date(Date.UTC(year, month + 1)) }
}

/** The days of the exchange rates that a statement uses: the last day of its month. */
export function lastDayOf({ until }: Period): string {
  return new Date(until.getTime() - 1).toISOString().slice(0, 10)
}
