// `npm run bench [name …]`: ratios against anchors measured in the same run. Prints; asserts nothing.
import { cpus, totalmem } from 'node:os'
import { coldStart } from './cold-start.js'
import { ledgerBench } from './ledger.js'
import { mainJob } from './main-job.js'
import { sdk } from './sdk.js'

const benches = { start: coldStart, main: mainJob, ledger: ledgerBench, sdk }

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !benches[name])
if (unknown.length > 0) {
  process.stderr.write(
    `no such benchmark: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`,
  )
  process.exit(2)
}
console.log(
  `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GB, node ${process.versions.node}`,
)
for (const [name, bench] of Object.entries(benches))
  if (wanted.length === 0 || wanted.includes(name)) await bench()
