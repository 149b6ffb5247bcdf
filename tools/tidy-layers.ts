// Which file may import which: the packages, the layers of the service, and the sandbox provider that stands apart.

import { builtinModules } from 'node:module'
import type { Finding, Rule } from './tidy-rule.ts'
import { isProduct, type SourceFile, type Tree } from './tidy-tree.ts'

/** From the ground up; what shares a line must not import one another. */
const layers: readonly (readonly string[])[] = [
  ['kernel'],
  ['wording'],
  ['organisations'],
  ['consumers'],
  ['ledger'],
  ['events'],
  ['projects'],
  ['quotes'],
  ['sessions'],
  ['payments'],
  ['contributions'],
  ['allocations'],
  ['receipts'],
  ['webhooks'],
  ['reconciliation'],
  ['services.ts'],
  ['http', 'pages', 'jobs'],
  ['app.ts'],
  ['config-variables.ts'],
  ['config.ts'],
  ['seed.ts'],
  ['service.ts'],
  ['main.ts'],
  ['cli'],
]
/** A small system of its own that only the roots may plug in. */
const sandbox = 'sandbox-psp'
const mayPlugInSandbox = new Set([sandbox, 'app.ts', 'service.ts'])

export const domains: readonly string[] = [
  ...layers
    .slice(
      1,
      layers.findIndex(([name]) => name === 'services.ts'),
    )
    .flat(),
  sandbox,
]

const serviceFolder = 'packages/service/src/'

/** Folder directly under the service's sources, or the file itself when it lies there; undefined for other files. */
export function unitOf(path: string): string | undefined {
  return path.startsWith(serviceFolder) ? path.slice(serviceFolder.length).split('/')[0] : undefined
}

const importsPointDown: Rule = {
  law: 'Imports inside the service point down the list of layers',
  because: 'a lower layer that knows a higher one cannot be read, tested or changed without it',
  remedy:
    'move what is shared to the lower layer, or hand it in as an argument; a new folder gets its place in tools/tidy-layers.ts',
  find: (tree) => serviceFiles(tree).flatMap(upwardImports),
  broken: {
    'packages/service/src/ledger/ledger.ts': "import { contribute } from '../contributions/contributions.ts'",
    'packages/service/src/http/api.ts': "import type { View } from '../pages/views.ts'",
    'packages/service/src/surprises/surprise.ts': 'export const surprise = 1',
  },
  kept: {
    'packages/service/src/contributions/contributions.ts': "import { post } from '../ledger/ledger.ts'",
    'packages/service/src/http/api.ts': "import './handlers.ts'\nimport '../kernel/refusal.ts'",
    'packages/service/src/ledger/ledger.test.ts': "import '../contributions/contributions.ts'",
  },
}

function upwardImports(file: SourceFile): Finding[] {
  const from = unitOf(file.path)!
  if (from === sandbox) return []
  if (rankOf(from) === -1) return [{ path: file.path, what: `${from} has no place among the layers` }]
  return file.imports.flatMap(({ target, line }) => {
    const to = unitOf(target)
    if (to === undefined || to === from || to === sandbox || rankOf(to) < rankOf(from)) return []
    return [{ path: file.path, line, what: `${from} imports ${target.slice(serviceFolder.length)}` }]
  })
}

const sandboxStandsApart: Rule = {
  law: 'The sandbox provider imports the kernel only, and only app.ts and service.ts import it',
  because:
    'it plays a company on the other side of HTTP; a shared function would let the two agree by accident',
  remedy: 'speak to it over HTTP as with any provider, or copy the few lines',
  find: (tree) =>
    serviceFiles(tree).flatMap((file) =>
      file.imports
        .filter(({ target }) => crossesSandboxWall(unitOf(file.path)!, unitOf(target)))
        .map(({ target, line }) => ({ path: file.path, line, what: `imports ${target}` })),
    ),
  broken: {
    'packages/service/src/sandbox-psp/api.ts': "import type { Psp } from '../payments/psp.ts'",
    'packages/service/src/payments/sandbox-psp.ts':
      "import { sign } from '../sandbox-psp/notification-signature.ts'",
  },
  kept: {
    'packages/service/src/sandbox-psp/api.ts': "import '../kernel/secret.ts'\nimport './refunds.ts'",
    'packages/service/src/app.ts': "import { sandboxPsp } from './sandbox-psp/plugin.ts'",
    'packages/service/src/payments/sandbox-psp.test.ts': "import '../sandbox-psp/plugin.ts'",
  },
}

function crossesSandboxWall(from: string, to: string | undefined): boolean {
  if (to === undefined) return false
  if (from === sandbox) return to !== sandbox && to !== 'kernel'
  return to === sandbox && !mayPlugInSandbox.has(from)
}

function serviceFiles(tree: Tree): SourceFile[] {
  return tree.filter(({ path }) => isProduct(path) && unitOf(path) !== undefined)
}

function rankOf(unit: string): number {
  return layers.findIndex((layer) => layer.includes(unit))
}

interface Needs {
  readonly ours: readonly string[]
  readonly outside: readonly string[]
  /** Runs on Node, so that `node:` modules are there. */
  readonly node: boolean
}

const packages: Readonly<Record<string, Needs>> = {
  'packages/contract': { ours: [], outside: ['typebox'], node: false },
  'packages/footprint': { ours: [], outside: [], node: true },
  'packages/service': {
    ours: ['packages/contract', 'packages/footprint'],
    outside: ['fastify', 'pg', '@electric-sql/pglite', 'typebox', 'nodemailer', 'stripe'],
    node: true,
  },
  'packages/browser': { ours: [], outside: [], node: false },
  'packages/node': { ours: [], outside: [], node: true },
  'packages/react': { ours: ['packages/browser'], outside: ['react'], node: false },
  'examples/demo-shop': { ours: ['packages/browser', 'packages/node'], outside: [], node: true },
}

const packagesKnowTheirNeeds: Rule = {
  law: 'A package imports only what tools/tidy-layers.ts says that it needs',
  because:
    'merchants install the two SDKs without anything else, and the demo shop proves that the public doors are enough',
  remedy:
    'do without it; if that cannot be, add it to the table in tools/tidy-layers.ts in a commit that says why',
  find: (tree) =>
    tree
      .filter(({ path }) => isProduct(path))
      .flatMap((file) =>
        file.imports
          .filter(({ target }) => !isNeeded(packageOf(file.path), target))
          .map(({ target, line }) => ({ path: file.path, line, what: `imports ${target}` })),
      ),
  broken: {
    'packages/footprint/src/footprint.ts': "import { Id } from '@ekko/contract/resources'",
    'packages/node/src/client.ts': "import axios from 'axios'",
    'packages/browser/src/host.ts': "import { join } from 'node:path'",
    'examples/demo-shop/src/shop.ts': "import '../../../packages/service/src/app.ts'",
  },
  kept: {
    'packages/service/src/http/openapi.ts': "import '@ekko/contract/errors'\nimport 'typebox/value'",
    'packages/node/src/client.ts': "import { createHmac } from 'node:crypto'",
    'examples/demo-shop/src/shop.ts': "import { Ekko } from '@ekko/node'",
    'packages/node/test/drift.test.ts': "import '@ekko/contract/resources'",
  },
}

function isNeeded(from: string, target: string): boolean {
  const needs = packages[from]
  if (needs === undefined) return false
  if (/^(packages|examples)\//.test(target)) return [from, ...needs.ours].includes(packageOf(target))
  if (target.startsWith('@ekko/'))
    return needs.ours.includes(target.replace('@ekko/', 'packages/').split('/data/')[0]!)
  if (target.startsWith('node:') || builtinModules.includes(target))
    return needs.node && target.startsWith('node:')
  return needs.outside.some((name) => target === name || target.startsWith(`${name}/`))
}

function packageOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

export const layerRules: readonly Rule[] = [importsPointDown, sandboxStandsApart, packagesKnowTheirNeeds]
