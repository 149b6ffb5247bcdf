/**
 * What `ekko` says of each of its commands. Text only, so that help costs no loading.
 * Not for doing anything: `commands.ts` says which file runs a command.
 */

export interface Page {
  readonly usage: string
  readonly help: string
}

export const manual = {
  serve: {
    usage: 'ekko serve [--json]',
    help: 'Runs the service until SIGTERM. Configured by the environment; see docs/reference/configuration.md.',
  },
  migrate: {
    usage: 'ekko migrate [--grant ROLE] [--json]',
    help:
      'Brings the database up to date. `ekko serve` does the same before it starts.\n' +
      '--grant lets ROLE run the service without owning its tables: it may change nothing that was booked or sealed.',
  },
  keys: {
    usage:
      'ekko keys list [ORGANISATION_ID] | create [ORGANISATION_ID] [--name NAME] [--scopes SCOPE,…] |\n' +
      '  roll KEY_ID --grace-hours 12|24|36|72 | revoke KEY_ID [--json]',
    help:
      'API keys. A new key is shown once; only its hash is kept. Without an id, create is for the root organisation; without\n' +
      'scopes, the key may do everything that its organisation may. roll makes a key that may do the same, and lets the old one\n' +
      'work on for so many hours. revoke stops a key; a service that runs knows within five seconds. list says when a key was\n' +
      'last used, at most an hour out. See docs/guides/api-keys.md.',
  },
  'allow-list': {
    usage: 'ekko allow-list show ID | off ID [--json]',
    help:
      'From where requests are let in, for an organisation or for one key. off is the way back in for whoever shut themselves\n' +
      'out: it lets requests in from everywhere again and keeps the list. See docs/guides/allow-list.md.',
  },
  verify: {
    usage: 'ekko verify [--json]',
    help: 'The same as `ekko ledger verify`, and prints the trial balance. Exit code 1 when anything is wrong.',
  },
  ledger: {
    usage:
      'ekko ledger verify | prove ID | check PROOF.json [--key KEY | --keys JWKS.json] | consistency CHECKPOINT |\n' +
      '  balances [--at DATE] [--by effective|recorded] [--account KIND] | checkpoint | keys | rotate-key [--json]',
    help:
      'verify checks every law of the books and recomputes every seal, the tree and the checkpoints. prove answers a proof of a\n' +
      'record, contribution, allocation, reversal, journal or event; keep what it prints with --json. check needs no database:\n' +
      'KEY is a line of `keys`, JWKS.json what the service publishes at /.well-known/ekko-keys.json. consistency takes a checkpoint\n' +
      'that was kept, the answer of GET /ledger/checkpoint, and proves that the ledger only grew since. balances are those at the\n' +
      'end of a day, or before an instant. checkpoint and keys print the latest checkpoint and the public keys. rotate-key begins\n' +
      'a new key for checkpoints; old ones stay published. Exit code 0: right. 1: not. 3: right, but the key came with the file,\n' +
      'so it is not known who signed. See docs/explanation/ledger.md.',
  },
  consumers: {
    usage: 'ekko consumers erase ORGANISATION_ID REFERENCE [--json]',
    help: 'Forgets for good what the sessions of an organisation said of a consumer. See docs/explanation/privacy.md.',
  },
  receipt: {
    usage: 'ekko receipt verify FILE_OR_JWS [--keys JWKS.json] [--set SET] | rotate-key [--json]',
    help:
      'verify checks a receipt offline: its signature, that its parts add up, and the footprint, recomputed. JWKS.json is what\n' +
      'the service publishes at /.well-known/ekko-keys.json, saved at any time since the receipt was signed. SET is the file of an\n' +
      'operator’s own factor set. Exit code 0: signed with one of these keys and right. 1: not. 3: right, but no keys were given\n' +
      'and the key came with the file, so it is not known who signed. rotate-key begins a new signing key; old ones stay published.',
  },
  fulfilments: {
    usage: 'ekko fulfilments list | import FILE.csv | withdraw ID REASON [--json]',
    help:
      'Records what projects did with their money, shown on receipts. FILE.csv has the columns kind (retired or disbursed),\n' +
      'project_id, date, reference; for retired credits tonnes, registry, serials; for disbursed money amount, currency; and if\n' +
      'wanted url, from, until. The oldest open contributions paid from … until are taken first; never more than is open.',
  },
  rates: {
    usage: 'ekko rates list | import FILE [--source NAME] [--json]',
    help:
      'Exchange rates for currencies that the factor set lacks. FILE is the ECB’s eurofxref-hist.csv, or has the columns\n' +
      'date,currency,per_usd. A purchase takes the rate of its day, or else the nearest of the 31 days before. NAME is\n' +
      'stated in each estimate. Rates never change: import a correction under another name; what came later counts.',
  },
  settlements: {
    usage:
      'ekko settlements import FILE.csv --psp NAME | breaks [--state open|resolved|dismissed] |\n' +
      '  dismiss BREAK_ID --note TEXT [--json]',
    help:
      'import reads what a payment provider settled, of which NAME is the name in our rows, and matches it; the same file again\n' +
      'changes nothing. The columns are line_reference, type, payment_reference, refund_reference, dispute_reference, currency,\n' +
      'gross, fee, batch, at; amounts are decimal numbers, what we get is positive, and the fee, which the provider keeps, is\n' +
      'negative. breaks lists what does not agree, the open ones unless told otherwise; dismiss ends one that somebody looked\n' +
      'into. Exit code 1: there are open breaks. See docs/guides/close-the-month.md.',
  },
  statements: {
    usage:
      'ekko statements close YYYY-MM | list [YYYY-MM] |\n' +
      '  model ORGANISATION_ID [net_split|gross_split|invoice] [--json]',
    help:
      'close closes every month that is not closed yet, up to and with the one named; the service does the same by itself three\n' +
      'days after a month ended. A closed month never changes: what comes late is in the next. list prints the statements of a\n' +
      'month, or the latest. model shows or sets how money that an organisation collects itself is settled; it counts from the\n' +
      'next month that is closed. See docs/guides/close-the-month.md.',
  },
  listen: {
    usage: 'ekko listen --forward-to URL [--origin ORIGIN] [--api-key KEY] [--after EVENT_ID]',
    help:
      'Forwards the events of a sandbox to a receiver on this machine, from now on or after an event that it has. Without\n' +
      'an origin and a key it is the sandbox of this folder. It prints the secret that its signatures verify with.',
  },
  claims: {
    usage: 'ekko claims check [FILE… | --text TEXT] [--json]',
    help:
      'Looks for wordings that may not be said to shoppers, in eleven languages. FILE is JSON, Markdown, HTML or plain text; each\n' +
      'finding is told with its reason and its source. Without a file: the catalogues of the pages, and the partners, projects and\n' +
      'brands of the database. Exit code 1 when something was found. See docs/explanation/wording.md.',
  },
  footprint: {
    usage: 'ekko footprint estimate … | verify QUOTE.json [--json]',
    help: 'Estimates a footprint, or recomputes one offline from its provenance. Needs no database.',
  },
} as const satisfies Readonly<Record<string, Page>>

export type CommandName = keyof typeof manual

/** What was asked for is not among what the manual offers. */
export function notUnderstood(name: CommandName): TypeError {
  return new TypeError(`usage: ${manual[name].usage}`)
}
