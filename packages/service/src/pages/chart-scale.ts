/**
 * A logarithmic axis for amounts whose error is one of ratios: twice as much is as far to the right as half is to the left.
 * Pure. Positions are percentages, so that a chart is as wide as its column without being drawn again.
 */
export interface Scale {
  /** From 1 to 99, which leaves room for the marks at both ends. */
  percentOf(value: number): number
  /** Round numbers inside the axis, a handful at most. */
  readonly ticks: readonly number[]
}

const ticksMax = 7
const inset = 1

/** An axis on which all of the values fit; what is not above zero has no place on it and is set at its start. */
export function logScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value))
  const [from, to] = positive.length > 0 ? [Math.min(...positive), Math.max(...positive)] : [1, 10]
  const [start, span] = [Math.log10(from), Math.log10(to) - Math.log10(from) || 1]
  return {
    percentOf(value) {
      const share = value > 0 ? (Math.log10(value) - start) / span : 0
      return inset + Math.min(Math.max(share, 0), 1) * (100 - 2 * inset)
    },
    ticks: ticksBetween(from, to),
  }
}

function ticksBetween(from: number, to: number): readonly number[] {
  const sequences = [[1, 2, 5], [1, 3], [1]]
  const found = sequences.map((steps) => roundNumbers(steps, from, to))
  return found.find((ticks) => ticks.length <= ticksMax) ?? found.at(-1)!.slice(0, ticksMax)
}

function roundNumbers(steps: readonly number[], from: number, to: number): number[] {
  const [lowest, highest] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))]
  const decades = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index)
  return decades
    .flatMap((decade) => steps.map((step) => Number((step * 10 ** decade).toPrecision(1))))
    .filter((tick) => tick >= from && tick <= to)
}
