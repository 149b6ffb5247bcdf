// How long a built tree takes from nothing to the first answer, on the embedded database; and again on the same folder.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startService } from './server.js'

const runs = 5

export async function coldStart() {
  const times = { cold: [], warm: [], node: [] }
  let memoryMb = 0
  for (let run = 0; run < runs; run++) {
    const folder = mkdtempSync(join(tmpdir(), 'ekko-bench-'))
    for (const kind of ['cold', 'warm']) {
      const service = await startService({ EKKO_DATA_DIR: folder })
      times[kind].push(service.startMs)
      memoryMb = service.memoryMb()
      await service.stop()
    }
    const began = performance.now()
    spawnSync(process.execPath, ['-e', '0'])
    times.node.push(performance.now() - began)
    rmSync(folder, { recursive: true, force: true })
  }
  const show = (list) =>
    `${(median(list) / 1000).toFixed(2)} s (${list.map((ms) => (ms / 1000).toFixed(2)).join(', ')})`
  console.log('\nstart on the embedded database until /healthz answers')
  console.log(`  fresh folder   ${show(times.cold)}; goal 3 s`)
  console.log(`  used folder    ${show(times.warm)}, ${memoryMb} MB`)
  console.log(`  node -e 0      ${show(times.node)}`)
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
}
