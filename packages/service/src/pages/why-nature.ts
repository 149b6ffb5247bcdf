/** The steps that a nature estimate takes beyond carbon: four pressures, each in square metres. Pure. */
import type { Footprint } from '@ekko/contract/resources'
import type { Provenance } from '@ekko/footprint/provenance'
import { html } from '../kernel/html.ts'
import { dollars, exact, figures } from './method-format.ts'
import { renderFormula } from './method-formula.ts'
import { gramsOf, type Step } from './why-factors.ts'

/** Names of the parts in the breakdown, in the order in which they are computed. */
const pressures = [
  ['climateStressM2', 'Climate'],
  ['landUseM2', 'Land use'],
  ['pollutionM2', 'Pollution'],
  ['waterUseM2', 'Water use'],
] as const

export function natureSteps(
  provenance: Provenance,
  { breakdown }: Pick<Footprint, 'breakdown'>,
  climateMsaM2PerKg: number | undefined,
): Step[] {
  const rows = pressures.map(([key, label]) => [label, breakdown[key] ?? 0] as const)
  const total = rows.reduce((sum, [, part]) => sum + part, 0)
  return [
    {
      title: 'Four pressures on nature',
      body: html`<p>The unit is the area of intact nature lost for a year. The climate part follows the carbon. The others are known
          for the United States, and are taken to ${provenance.input.country === 'USA' ? 'this purchase as they are' : 'the shop’s country in the same ratio as the carbon, which is a weak assumption'}.</p>
        ${renderFormula(linesOf(provenance, climateMsaM2PerKg))}
        <table class="figures">
          <caption class="hidden">Parts of the estimate</caption>
          <thead><tr><th scope="col">Pressure</th><th scope="col">m² for a year</th><th scope="col">Share</th></tr></thead>
          <tbody>${rows.map(
            ([label, part]) =>
              html`<tr><th scope="row">${label}</th><td>${figures(part, 4)}</td><td>${figures(total > 0 ? (part / total) * 100 : 0, 2)} %</td></tr>`,
          )}
            <tr class="sum"><th scope="row">Together</th><td>${figures(total, 4)}</td><td>100 %</td></tr></tbody>
        </table>`,
    },
  ]
}

function linesOf(provenance: Provenance, climateMsaM2PerKg: number | undefined): string[] {
  const { parts, baseYearUsd } = provenance
  const kg = gramsOf(provenance) / 1000
  const climate =
    climateMsaM2PerKg === undefined
      ? []
      : [
          `climate    ${exact(climateMsaM2PerKg)} × ${figures(kg, 4)} kg = ${figures(climateMsaM2PerKg * kg, 4)} m²`,
        ]
  const others = parts.flatMap(({ basketRow: row, emissionFactor, share }) => {
    const ratio = emissionFactor.total / row.usKgPerUsd
    const line = (name: string, perUsd: number) =>
      `${name}${dollars(baseYearUsd * share)} × ${figures(ratio, 4)} × ${exact(perUsd)} = ${figures(baseYearUsd * share * ratio * perUsd, 4)} m²`
    return [
      parts.length > 1 && `${row.basket}:`,
      line('land       ', row.landUseM2PerUsd),
      line('pollution  ', row.pollutionM2PerUsd),
      line('water      ', row.waterUseM2PerUsd),
    ].filter((text) => text !== false)
  })
  return [...climate, ...others]
}
