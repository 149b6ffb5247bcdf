/**
 * A chart of estimates with their ranges, as plain SVG: one line of text and one line of ink for each row.
 * Pure, and escaped by `html`. No script, no inline style: shapes have classes, places are attributes. Lengths are
 * percentages across and em down, so it fits any column and grows with the reader's own text size.
 * Law: whatever is drawn is also written, as title and description and as a table of the same numbers.
 */
import { type Html, html } from '../kernel/html.ts'
import { logScale, type Scale } from './chart-scale.ts'
import type { Reader } from './method-format.ts'

export interface RangeRow {
  readonly label: string
  readonly low: number
  readonly central: number
  readonly high: number
  /** Drawn as a ring: something else stands in for what the row names. The label should say so too. */
  readonly hollow?: boolean
}

export interface RangeChart {
  /** Unique on its page; letters, digits and hyphens. */
  readonly id: string
  readonly title: string
  /** What can be seen, for those who cannot see it. */
  readonly description: string
  /** What the numbers are, with their unit. */
  readonly unit: string
  /** What the rows are, over the first column of the table. */
  readonly rowHeading: string
  readonly rows: readonly RangeRow[]
  readonly format: (value: number) => string
  readonly reader: Reader
}

const axisHeightEm = 2
const rowHeightEm = 2.875
const textAtEm = 1.125
const lineAtEm = 1.875

export function renderRangeChart(chart: RangeChart): Html {
  const { id, title, unit, reader } = chart
  return html`<figure class="chart">
    <figcaption><span class="chart-title">${title}</span> <span class="chart-unit">${unit}</span></figcaption>
    ${renderPlot(chart)}
    <details class="numbers">
      <summary>${reader.words.chart.numbers}<span class="hidden">: ${title}</span></summary>
      ${renderTable(chart, `${id}-table`)}
    </details>
  </figure>`
}

function renderPlot({ id, title, description, rows, format, reader }: RangeChart): Html {
  const scale = logScale(rows.flatMap(({ low, central, high }) => [low, central, high]))
  const height = axisHeightEm + rows.length * rowHeightEm
  return html`<svg class="plot" role="img" direction="ltr" width="100%" height="${height}em" aria-labelledby="${id}-title ${id}-description" focusable="false"><title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>${scale.ticks.map((tick) => renderTick(tick, scale, height, reader))}${rows.map((row, index) => renderRow(row, index, scale, format, reader))}</svg>`
}

function renderTick(tick: number, scale: Scale, height: number, { figures }: Reader): Html {
  const x = percent(scale.percentOf(tick))
  return html`<line class="plot-grid" x1="${x}" x2="${x}" y1="${axisHeightEm - 0.375}em" y2="${height}em"></line><text class="plot-tick" x="${x}" y="1em" text-anchor="${anchorAt(scale.percentOf(tick))}">${figures(tick, 1)}</text>`
}

/** A label at either end of the axis leans inwards, so that nothing is cut off. */
function anchorAt(position: number): string {
  if (position < 5) return 'start'
  return position > 95 ? 'end' : 'middle'
}

function renderRow(
  row: RangeRow,
  index: number,
  scale: Scale,
  format: RangeChart['format'],
  { words }: Reader,
): Html {
  const top = axisHeightEm + index * rowHeightEm
  const y = `${top + lineAtEm}em`
  const [low, central, high] = [row.low, row.central, row.high].map((value) =>
    percent(scale.percentOf(value)),
  )
  const range = words.chart.span({ low: format(row.low), high: format(row.high) })
  return html`<text class="plot-label" x="0" y="${top + textAtEm}em">${row.label}</text><text class="plot-value" x="100%" y="${top + textAtEm}em" text-anchor="end"><tspan class="plot-central">${format(row.central)}</tspan><tspan class="plot-range" dx="0.75em">${range}</tspan></text><line class="plot-line" x1="${low}" x2="${high}" y1="${y}" y2="${y}"></line><circle class="${row.hollow ? 'plot-mark plot-hollow' : 'plot-mark'}" cx="${central}" cy="${y}" r="0.375em"></circle>`
}

function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`
}

function renderTable({ title, unit, rowHeading, rows, format, reader }: RangeChart, id: string): Html {
  const { low, estimate, high } = reader.words.chart
  return html`<table class="figures" id="${id}">
    <caption class="hidden">${title}, ${unit}</caption>
    <thead><tr><th scope="col">${rowHeading}</th><th scope="col">${low}</th><th scope="col">${estimate}</th><th scope="col">${high}</th></tr></thead>
    <tbody>${rows.map(
      ({ label, low, central, high }) =>
        html`<tr><th scope="row">${label}</th><td>${format(low)}</td><td>${format(central)}</td><td>${format(high)}</td></tr>`,
    )}</tbody>
  </table>`
}
