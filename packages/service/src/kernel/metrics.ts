/**
 * What an operator watches, in the text format of Prometheus (0.0.4). Each domain adds its own; the door `GET /metrics`
 * prints them all.
 * Law: labels come from closed sets, so that the number of series is bounded; what has to be looked up is looked up when
 * it is asked for.
 */

type Labels = Readonly<Record<string, string>>

export interface Counter {
  add(labels?: Labels, by?: number): void
}

export interface Histogram {
  observe(value: number): void
}

export interface Sample {
  readonly labels?: Labels
  readonly value: number
}

/** Values that are looked up when somebody asks. */
export interface Gauge {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}

export class Metrics {
  readonly #printers: (() => string[] | Promise<string[]>)[] = []

  /** @param name ends in `_total` */
  counter(name: string, help: string): Counter {
    const series = new Map<string, number>()
    this.#printers.push(() => [
      ...head(name, help, 'counter'),
      ...[...series].map(([labels, value]) => `${name}${labels} ${value}`),
    ])
    return {
      add(labels = {}, by = 1) {
        const key = labelText(labels)
        series.set(key, (series.get(key) ?? 0) + by)
      },
    }
  }

  /** @param bounds upper bounds of the buckets, ascending, in the unit that the name ends in */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const counts = bounds.map(() => 0)
    let [count, sum] = [0, 0]
    this.#printers.push(() => [
      ...head(name, help, 'histogram'),
      ...bounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${counts[index]}`),
      `${name}_bucket{le="+Inf"} ${count}`,
      `${name}_sum ${sum}`,
      `${name}_count ${count}`,
    ])
    return {
      observe(value) {
        count += 1
        sum += value
        for (const [index, bound] of bounds.entries()) if (value <= bound) counts[index]! += 1
      },
    }
  }

  /** `collect` is called each time somebody asks. */
  gauges(collect: () => readonly Gauge[] | Promise<readonly Gauge[]>): void {
    this.#printers.push(async () =>
      (await collect()).flatMap(({ name, help, samples }) => [
        ...head(name, help, 'gauge'),
        ...samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`),
      ]),
    )
  }

  async print(): Promise<string> {
    const parts = await Promise.all(this.#printers.map((printer) => printer()))
    return `${parts.flat().join('\n')}\n`
  }
}

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
