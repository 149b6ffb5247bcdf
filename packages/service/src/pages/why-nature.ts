/** The steps that a nature estimate takes beyond carbon: four pressures, each in square metres. Pure. */
import type { Footprint } from '@ekko/contract/quote-resources'
import type { Provenance } from '@ekko/footprint/provenance'
import { html } from '../kernel/html.ts'
import type { Reader } from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import { gramsOf, type Step } from './why-factors.ts'

/** Names of the parts in the breakdown, in the order in which they are computed. */
const pressures = [
  ['climateStressM2', 'climate'],
  ['landUseM2', 'land'],
  ['pollutionM2', 'pollution'],
  ['waterUseM2', 'water'],
] as const

export function natureSteps(
  provenance: Provenance,
  { breakdown }: Pick<Footprint, 'breakdown'>,
  climateMsaM2PerKg: number | undefined,
  reader: Reader,
): Step[] {
  const { words, figures, percent } = reader
  const { why } = words
  const rows = pressures.map(
    ([key, pressure]) => [why.pressureNames({ pressure }), breakdown[key] ?? 0] as const,
  )
  const total = rows.reduce((sum, [, part]) => sum + part, 0)
  return [
    {
      title: why.pressuresTitle,
      body: html`<p>${provenance.input.country === 'USA' ? why.pressuresHome : why.pressuresAbroad}</p>
        ${renderFormula(linesOf(provenance, climateMsaM2PerKg, reader))}
        <table class="figures">
          <caption class="hidden">${why.partsOfEstimate}</caption>
          <thead><tr><th scope="col">${why.pressure}</th><th scope="col">${why.area}</th><th scope="col">${why.share}</th></tr></thead>
          <tbody>${rows.map(
            ([label, part]) =>
              html`<tr><th scope="row">${label}</th><td>${figures(part, 4)}</td><td>${percent(total > 0 ? part / total : 0, 2)}</td></tr>`,
          )}
            <tr class="sum"><th scope="row">${why.together}</th><td>${figures(total, 4)}</td><td>${percent(1, 3)}</td></tr></tbody>
        </table>`,
    },
  ]
}

function linesOf(
  provenance: Provenance,
  climateMsaM2PerKg: number | undefined,
  { words: { why }, exact, figures, dollars }: Reader,
): string[] {
  const { parts, baseYearUsd } = provenance
  const kg = gramsOf(provenance) / 1000
  const climate =
    climateMsaM2PerKg === undefined
      ? []
      : [
          `${why.pressureNames({ pressure: 'climate' })}: ${exact(climateMsaM2PerKg)} × ${figures(kg, 4)} kg = ${figures(climateMsaM2PerKg * kg, 4)} m²`,
        ]
  const others = parts.flatMap(({ basketRow: row, emissionFactor, share }) => {
    const ratio = emissionFactor.total / row.usKgPerUsd
    const line = (pressure: 'land' | 'pollution' | 'water', perUsd: number) =>
      `${why.pressureNames({ pressure })}: ${dollars(baseYearUsd * share)} × ${figures(ratio, 4)} × ${exact(perUsd)} = ${figures(baseYearUsd * share * ratio * perUsd, 4)} m²`
    return [
      parts.length > 1 && `${row.basket}:`,
      line('land', row.landUseM2PerUsd),
      line('pollution', row.pollutionM2PerUsd),
      line('water', row.waterUseM2PerUsd),
    ].filter((text) => text !== false)
  })
  return [...climate, ...others]
}
