#!/usr/bin/env node
// The operator's command line. Builds are compiled to dist/; this door only loads them.
import('../dist/cli/commands.js').then(
  (cli) => cli.main(process.argv.slice(2)),
  (cause) => {
    if (cause?.code !== 'ERR_MODULE_NOT_FOUND') throw cause
    process.stderr.write('ekko is not built yet: run `npm start` once, or `npm ci && npm run build`.\n')
    process.exitCode = 1
  },
)
