// `npm run generate`: writes what is derived from the built product: the reference pages and the dump of the schema, and from
// the catalogues: the pages' texts.
// With `--check` it writes nothing, names the files that are stale, and ends with code 1 if there are any.
// Not for the sources of these files: each page names the table it comes from.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { apiPage, openApi } from './generate-api.js'
import { localeFiles } from './generate-locales.js'
import { configurationPage, errorsPage, eventsPage, statesPage } from './generate-pages.js'
import { schemaDump } from './generate-schema.js'

/** @type {Readonly<Record<string, () => string | Promise<string>>>} */
const generated = {
  'docs/reference/openapi.json': () => `${JSON.stringify(openApi(), null, 2)}\n`,
  'docs/reference/api.md': apiPage,
  'docs/reference/errors.md': errorsPage,
  'docs/reference/events.md': eventsPage,
  'docs/reference/configuration.md': configurationPage,
  'docs/reference/states.md': statesPage,
  'packages/service/migrations/schema.sql': schemaDump,
  ...localeFiles(),
}

const root = new URL('../', import.meta.url)
const onlyCheck = process.argv.includes('--check')
const stale = []
for (const [path, make] of Object.entries(generated)) {
  const file = new URL(path, root)
  const text = await make()
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
  stale.push(path)
  if (onlyCheck) continue
  mkdirSync(dirname(file.pathname), { recursive: true })
  writeFileSync(file, text)
}

if (stale.length === 0) console.log('generated files: all up to date')
else if (onlyCheck) {
  console.error(`stale: ${stale.join(', ')}\nrun \`npm run generate\` and commit what it writes`)
  process.exitCode = 1
} else console.log(`written: ${stale.join(', ')}`)
