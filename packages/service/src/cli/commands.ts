/**
 * The operator's command line: finds the command, answers `--help`, and turns what goes wrong into an exit code.
 * Law: a command's file is loaded when the command is called, and never for help; the whole service takes a second.
 */
import { type CommandName, manual } from './manual.ts'

/** With the arguments after the command's name; answers the exit code. */
type Run = (args: readonly string[]) => Promise<number>

const runs: Readonly<Record<CommandName, Run>> = {
  serve: async (args) => (await import('./serve.ts')).runServe(args),
  migrate: async (args) => (await import('./migrate.ts')).runMigrate(args),
  keys: async (args) => (await import('./keys.ts')).runKeys(args),
  'allow-list': async (args) => (await import('./allow-list.ts')).runAllowList(args),
  verify: async (args) => (await import('./ledger.ts')).runLedger(['verify', '--balances', ...args]),
  ledger: async (args) => (await import('./ledger.ts')).runLedger(args),
  consumers: async (args) => (await import('./consumers.ts')).runConsumers(args),
  receipt: async (args) => (await import('./receipts.ts')).runReceipt(args),
  fulfilments: async (args) => (await import('./fulfilments.ts')).runFulfilments(args),
  rates: async (args) => (await import('./rates.ts')).runRates(args),
  settlements: async (args) => (await import('./settlements.ts')).runSettlements(args),
  statements: async (args) => (await import('./statements.ts')).runStatements(args),
  listen: async (args) => (await import('./listen.ts')).runListen(args),
  claims: async (args) => (await import('./claims.ts')).runClaims(args),
  footprint: async (args) => (await import('@ekko/footprint/cli')).footprintCli([...args], footprintIo),
}

const footprintIo = { out: write(process.stdout), err: write(process.stderr) }

const exit = { done: 0, failed: 1, notUnderstood: 2 } as const

export async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await runCommand(args)
}

async function runCommand([name = '--help', ...args]: readonly string[]): Promise<number> {
  if (name === 'help' || isHelp(name)) {
    process.stdout.write(overview())
    return exit.done
  }
  if (!isCommand(name)) {
    process.stderr.write(`unknown command ${name}\n\n${overview()}`)
    return exit.notUnderstood
  }
  // That package explains its own commands, one by one.
  if (name !== 'footprint' && args.some(isHelp)) {
    process.stdout.write(`${manual[name].usage}\n\n${manual[name].help}\n`)
    return exit.done
  }
  try {
    return await runs[name](args)
  } catch (cause) {
    process.stderr.write(`ekko ${name}: ${cause instanceof Error ? cause.message : String(cause)}\n`)
    return (await isOperators(cause)) ? exit.notUnderstood : exit.failed
  }
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(runs, name)
}

/** What was typed, or set in the environment, is what has to change. */
async function isOperators(cause: unknown): Promise<boolean> {
  return cause instanceof TypeError || cause instanceof (await import('../config.ts')).ConfigError
}

function overview(): string {
  const lines = Object.values(manual).map(
    ({ usage, help }) => `  ${indented(usage)}\n      ${indented(help)}\n`,
  )
  return `ekko, the operator's command line\n\n${lines.join('')}`
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n      ')
}

function write(stream: NodeJS.WriteStream): (text: string) => void {
  return (text) => void stream.write(text)
}
