// Estimates per second on one core, and the time to load a factor set. Run after a build: node bench/estimate.js
// Prints numbers and judges nothing; the median of the rounds is the one to quote.

import { estimate } from '../dist/footprint.js'
import { loadFactorSet } from '../dist/node-factor-sets.js'

const ROUNDS = 9
const ESTIMATES = 1_000_000

const startedMs = performance.now()
const set = await loadFactorSet()
process.stdout.write(`load, cold: ${(performance.now() - startedMs).toFixed(1)} ms\n`)

const countries = [...set.countries.keys()]
const mccs = [...set.mccs.keys()]
const currencies = [...set.currencies.keys()]
// Coprime strides, so that neighbouring purchases share nothing.
const purchases = Array.from({ length: 10_007 }, (_, i) => ({
  mcc: mccs[(i * 37) % mccs.length],
  country: countries[(i * 11) % countries.length],
  currency: currencies[(i * 5) % currencies.length],
  amount: 1 + (i % 400) / 4,
  date: `20${20 + (i % 5)}-0${1 + (i % 9)}-15`,
}))

for (const kind of ['carbon', 'nature']) {
  const work = purchases.map((purchase) => ({ kind, ...purchase }))
  const rates = Array.from({ length: ROUNDS }, () => {
    const roundMs = performance.now()
    let estimated = 0
    for (let i = 0; i < ESTIMATES; i++)
      if (estimate(set, work[i % work.length]).outcome === 'estimated') estimated++
    if (estimated === 0) throw new Error('nothing was estimated')
    return (ESTIMATES / (performance.now() - roundMs)) * 1000
  }).sort((a, b) => a - b)
  const [low, median, high] = [rates[0], rates[(ROUNDS - 1) / 2], rates[ROUNDS - 1]].map(Math.round)
  process.stdout.write(`${kind}: median ${median}/s of ${ROUNDS} rounds (${low} to ${high})\n`)
}
