/** Every environment variable of the service with its meaning and default: the source of `docs/reference/configuration.md`. */

interface Variable {
  readonly name: string
  readonly meaning: string
  readonly default: string
}

export const variables: readonly Variable[] = [
  {
    name: 'EKKO_ENVIRONMENT',
    meaning: '`sandbox` or `production`; a database belongs to one of them for ever',
    default: '`sandbox`',
  },
  { name: 'HOST', meaning: 'Address to listen on', default: '`127.0.0.1`' },
  { name: 'PORT', meaning: 'Port to listen on', default: '`4000`' },
  {
    name: 'EKKO_ORIGIN',
    meaning: 'Public origin of the service, as browsers reach it',
    default: '`http://127.0.0.1:$PORT`',
  },
  {
    name: 'EKKO_DATA_DIR',
    meaning: 'Folder of the embedded database and of the sandbox’s key',
    default: '`.data`',
  },
  {
    name: 'DATABASE_URL',
    meaning: 'A PostgreSQL (15 or newer) instead of the embedded database',
    default: 'embedded',
  },
  {
    name: 'EKKO_BOOTSTRAP_API_KEY',
    meaning: 'Fixes the root organisation’s first API key',
    default: 'generated, kept in the data folder',
  },
  {
    name: 'EKKO_SECRET_KEY',
    meaning: 'Master key of the deployment, 32 bytes in base64; required in production',
    default: 'generated, kept in the database',
  },
  {
    name: 'EKKO_ROLE',
    meaning: '`api` serves, `worker` does the background work, `all` both',
    default: '`all`',
  },
  {
    name: 'EKKO_WORKER_PORT',
    meaning: 'With the role `worker`: port on which it answers `/healthz` and `/metrics`, and nothing else',
    default: 'none',
  },
  {
    name: 'EKKO_FACTOR_SET',
    meaning:
      'What footprints are estimated with: `id@version` of a published factor set, or the path of a factor set file of your own',
    default: '`ekko-factors@1.0.0`',
  },
  {
    name: 'EKKO_SMTP_URL',
    meaning:
      'Mail server that receipts are sent through when a shopper asks for one: `smtps://user:password@host`, or `smtp://` for STARTTLS',
    default: 'none: receipts are not offered by e-mail',
  },
  {
    name: 'EKKO_MAIL_FROM',
    meaning: 'Sender of receipts, such as `Receipts <receipts@ekko.example>`; required with `EKKO_SMTP_URL`',
    default: 'none',
  },
  {
    name: 'EKKO_CARD_PRICES',
    meaning:
      'What your payment provider charges for a card payment, by currency: `GBP 1.2% + 0.20, EUR 1.4% + 0.25`. Shown to whoever pays',
    default: 'what providers usually charge (`packages/service/src/quotes/card-cost.ts`)',
  },
  {
    name: 'EKKO_COST_LIMIT_PERCENT',
    meaning:
      'Part of an amount that taxes, fee and card cost may take; the least amount in each currency follows it',
    default: '`33`',
  },
  {
    name: 'EKKO_COST_WARNING_PERCENT',
    meaning: 'Part of an amount above which costs are pointed out to whoever pays',
    default: '`25`',
  },
  {
    name: 'EKKO_PAYOUT_DAYS',
    meaning:
      'Within how many days impact partners get what was contributed. Shoppers in the United States are told so at the checkout, so say what you keep to',
    default: '`60`',
  },
  {
    name: 'EKKO_LOG_REQUESTS_PERCENT',
    meaning:
      'Part of the requests that get a line in the log, with route, status and time; failures of ours always do',
    default: '`0`',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    meaning:
      'OpenTelemetry collector that traces of requests, statements and provider calls are sent to, by OTLP over HTTP: `http://collector:4318`',
    default: 'none: no traces',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    meaning: 'Headers for the collector, such as `authorization=Basic%20…`, with commas between them',
    default: 'none',
  },
  { name: 'OTEL_SERVICE_NAME', meaning: 'Name of the service in traces', default: '`ekko`' },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    meaning:
      'Share of the traces to keep that begin here, 0 to 1; others keep the choice of whoever began them',
    default: '`1`',
  },
  {
    name: 'EKKO_RATE_LIMIT_PER_SECOND',
    meaning:
      'Requests a second that one API key may make in each process, twice as many in a burst; `0` for no limit',
    default: '`5000`: stops a loop that has run away; choose less to share a process fairly',
  },
  {
    name: 'EKKO_RATE_LIMIT_PER_SECRET',
    meaning: 'The same for one client secret, which is one shopper’s browser',
    default: '`50`',
  },
  {
    name: 'EKKO_TRUSTED_PROXIES',
    meaning:
      'Addresses, CIDR blocks and ranges, with commas between them, of the proxies in front of the service. The client’s address, which allow-lists look at, is taken from their `X-Forwarded-For` and from nobody else’s',
    default: 'none: the address that the connection comes from',
  },
  {
    name: 'EKKO_PSP',
    meaning: 'Payment provider: `sandbox` takes test cards only and is refused in production, or `stripe`',
    default: '`sandbox`',
  },
  {
    name: 'EKKO_STRIPE_SECRET_KEY',
    meaning: 'Stripe’s secret or restricted key: of test mode in a sandbox, a live one in production',
    default: 'none; required with `stripe`',
  },
  {
    name: 'EKKO_STRIPE_WEBHOOK_SECRET',
    meaning:
      'Signing secret of Stripe’s webhook endpoint, which is `$EKKO_ORIGIN/psp/stripe/notifications`; two with a comma between them while one replaces the other',
    default: 'none; required with `stripe`',
  },
]
