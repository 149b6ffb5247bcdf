// Where side effects may live: pure rules, the one reader of the environment, the one of the time.

import { domains, unitOf } from './tidy-layers.ts'
import { at, type Exceptions, type Finding, type Rule } from './tidy-rule.ts'
import { type Import, isNode, isProduct, type Node, nameOf, type SourceFile, type Tree } from './tidy-tree.ts'

/** Singular names that are not rules, because the thing itself is one: each with what it does to the world. */
const notRules: Exceptions = {
  'packages/service/src/ledger/ledger.ts': 'the one ledger: its SQL',
  'packages/service/src/organisations/deployment.ts': 'the table of one row',
  'packages/service/src/payments/psp-http.ts': 'HTTP to a provider',
  'packages/service/src/payments/sandbox-psp.ts': 'the adapter of the sandbox provider',
  'packages/service/src/payments/stripe-psp.ts': 'the adapter of Stripe',
  'packages/service/src/receipts/smtp.ts': 'sends over SMTP',
  'packages/service/src/webhooks/connector.ts': 'opens sockets to checked addresses only',
  'packages/service/src/webhooks/egress.ts': 'sends over HTTP',
  'packages/service/src/webhooks/settler.ts': 'the queue in front of the table of attempts',
  'packages/service/src/sandbox-psp/api.ts': 'routes',
  'packages/service/src/sandbox-psp/bell.ts': 'wakes the loop in the background',
  'packages/service/src/sandbox-psp/checkout.ts': 'routes',
  'packages/service/src/sandbox-psp/plugin.ts': 'puts the routes together',
  'packages/service/src/sandbox-psp/work.ts': 'the loop in the background',
}

const impureTargets =
  /^(node:(http|https|http2|net|tls|dgram|dns|fs|child_process|worker_threads|timers)(\/.*)?|pg|fastify|@electric-sql\/pglite)$/
const impureKernel =
  /^packages\/service\/src\/kernel\/(database|embedded|postgres|directory-lock|migrate|clock|context)/
const impureGlobals = new Set([
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'process',
  'performance',
])
/** They only compute, or are only a word, and happen to be declared beside a door. */
const harmlessNames = new Set(['BlockList', 'Environment', 'isIP'])

const singularFilesArePure: Rule = {
  law: 'A domain file with a singular name is a pure rule',
  because:
    'the name alone tells where side effects live, and a rule can be tested without a database, a clock or a port',
  remedy:
    'move the side effect to the plural file and hand in what it answers; a singular thing that is no rule is listed in tools/tidy-purity.ts',
  exceptions: notRules,
  find: (tree) => tree.filter(isRule).flatMap((file) => impurities(file, tree)),
  beside: {
    'packages/service/src/payments/payments.ts':
      'export const attemptsMax = 3\nexport async function loadPayment() {}',
  },
  broken: {
    'packages/service/src/quotes/quote.ts': "import type { Queryable } from '../kernel/database.ts'",
    'packages/service/src/quotes/offer.ts': "import { request } from 'node:https'",
    'packages/service/src/payments/payment.ts': "import { loadPayment } from './payments.ts'",
    'packages/service/src/webhooks/schedule.ts':
      'export const later = () => setTimeout(() => {}, Math.random())',
  },
  kept: {
    'packages/service/src/payments/payment.ts': "import { attemptsMax, type Row } from './payments.ts'",
    'packages/service/src/quotes/quotes.ts': "import type { Queryable } from '../kernel/database.ts'",
    'packages/service/src/quotes/quote.ts': "import { allocate } from '../kernel/money.ts'",
    'packages/service/src/webhooks/address.ts': "import type { Environment } from '../kernel/context.ts'",
  },
}

function isRule({ path, name }: SourceFile): boolean {
  return isProduct(path) && isInDomain(path) && !isPlural(name) && notRules[path] === undefined
}

function impurities(file: SourceFile, tree: Tree): Finding[] {
  const imported = file.imports
    .filter((each) => isImpure(each, tree))
    .map(({ target, line }) => ({ path: file.path, line, what: `imports ${target}` }))
  const used = file.nodes
    .filter((node) => isMember(node, 'Math', 'random') || isImpureGlobal(node, file))
    .map((node) => at(file, node))
  return [...imported, ...used]
}

function isImpure({ target, names, typeOnly }: Import, tree: Tree): boolean {
  if (impureTargets.test(target) || impureKernel.test(target)) {
    return names.length === 0 || names.some((name) => !harmlessNames.has(name))
  }
  if (typeOnly || !isInDomain(target)) return false
  const isTable = isPlural(target.replace(/^.*\/|\.ts$/g, '')) || notRules[target] !== undefined
  return isTable && names.some((name) => callablesIn(target, tree).has(name))
}

/** A rule may know a limit that is declared beside a table, but not call what reads it. */
function callablesIn(path: string, tree: Tree): ReadonlySet<string> {
  const nodes = tree.find((file) => file.path === path)?.nodes ?? []
  const callable = /^(FunctionDeclaration|ClassDeclaration)$/
  return new Set(
    nodes.flatMap(({ type, id, init }) =>
      callable.test(type) || (isNode(init) && init.type === 'ArrowFunctionExpression') ? nameOf(id) : [],
    ),
  )
}

function isInDomain(path: string): boolean {
  const unit = unitOf(path)
  return unit !== undefined && domains.includes(unit)
}

function isPlural(name: string): boolean {
  return /[^s]s$/.test(name)
}

function isImpureGlobal(node: Node, file: SourceFile): boolean {
  if (!nameOf(node).some((name) => impureGlobals.has(name))) return false
  // `options.process` and `{ process: 1 }` name a member, not the global.
  return !/[.]\s*$/.test(file.text.slice(0, node.start)) && !/^\s*\??:/.test(file.text.slice(node.end))
}

const environmentReaders: Exceptions = {
  'packages/service/src/config.ts': 'the reader',
  'examples/demo-shop/src/main.ts': 'hands it to the demo shop’s own config.ts',
}

const oneReaderOfTheEnvironment: Rule = {
  law: 'Only config.ts reads the environment',
  because:
    'every variable then has a name, a meaning and a default in one table, which the reference is made from',
  remedy: 'add the variable to config.ts and hand its value in',
  exceptions: environmentReaders,
  find: (tree) =>
    tree
      .filter(({ path }) => isProduct(path) && environmentReaders[path] === undefined)
      .flatMap((file) => [
        ...file.nodes.filter((node) => isMember(node, 'process', 'env')).map((node) => at(file, node)),
        ...file.imports
          .filter(({ target, names }) => target === 'node:process' && names.includes('env'))
          .map(({ line }) => ({ path: file.path, line, what: 'imports env' })),
      ]),
  broken: {
    'packages/service/src/http/api.ts': 'export const port = process.env.PORT',
    'packages/node/src/client.ts': "import { env } from 'node:process'",
  },
  kept: {
    'packages/service/src/config.ts': 'export const readConfig = (env = process.env) => env',
    'packages/service/src/http/api.test.ts': "process.env.PORT = '1'",
  },
}

const clockReaders: Exceptions = {
  'packages/service/src/kernel/clock.ts': 'the reader',
  'packages/service/src/kernel/directory-lock.ts':
    'compares with the time stamps of files, which no clock of ours can set',
}

const oneReaderOfTheTime: Rule = {
  law: 'Only kernel/clock.ts reads the time of day',
  because: 'tests can then set it, and no two instants of one request disagree',
  remedy:
    'take a Clock, or better the instant itself; performance.now() is for measuring how long something takes',
  exceptions: clockReaders,
  find: (tree) =>
    tree
      .filter(({ path }) => isProduct(path) && unitOf(path) !== undefined && !clockReaders[path])
      .flatMap((file) => file.nodes.filter(readsTime).map((node) => at(file, node))),
  broken: {
    'packages/service/src/quotes/quotes.ts': 'export const at = new Date()',
    'packages/service/src/jobs/worker.ts': 'export const at = Date.now()',
  },
  kept: {
    'packages/service/src/kernel/clock.ts': 'export const now = () => new Date()',
    'packages/service/src/quotes/quotes.ts': 'export const later = (at: Date) => new Date(at.getTime() + 1)',
  },
}

function readsTime(node: Node): boolean {
  const isDate = nameOf(node.callee).includes('Date')
  if (node.type === 'CallExpression' && isDate) return true
  if (node.type === 'NewExpression' && isDate)
    return Array.isArray(node.arguments) && node.arguments.length === 0
  return isMember(node, 'Date', 'now') || isMember(node, 'performance', 'timeOrigin')
}

function isMember(node: Node, object: string, property: string): boolean {
  if (node.type !== 'MemberExpression') return false
  return nameOf(node.object).includes(object) && nameOf(node.property).includes(property)
}

export const purityRules: readonly Rule[] = [
  singularFilesArePure,
  oneReaderOfTheEnvironment,
  oneReaderOfTheTime,
]
