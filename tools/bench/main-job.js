// The hot paths of the main job: creating a session or a quote durably, and the component's HTML.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, load, report } from './load.js'
import { startPostgres } from './postgres.js'
import { apiKey, startAnchor, startService } from './server.js'

const rounds = 5
const manySessions = 2_000

export async function mainJob() {
  const folder = mkdtempSync(join(tmpdir(), 'ekko-bench-'))
  const postgres = await startPostgres()
  const service = await startService({ DATABASE_URL: postgres.url, EKKO_DATA_DIR: folder })
  try {
    const session = example(await ownOrganisation(service.origin))
    await creations(postgres, service, session)
    await components(service, folder, JSON.stringify(session))
  } finally {
    await service.stop()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function creations(postgres, service, session) {
  const anchor = await startAnchor('anchor-insert', { DATABASE_URL: postgres.url })
  const { impactType, sdkVariant: _, ...quote } = session
  for (const [what, path, wanted] of [
    ['session', '/v3/post-purchase/sessions', session],
    ['quote', `/v3/quotes/${impactType}`, quote],
  ]) {
    const body = JSON.stringify(wanted)
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${apiKey}`,
    }
    const post = { method: 'POST', path, headers, body }
    const result = await compare(
      rounds,
      () => load(service.origin, () => post, { expected: 201 }),
      () => load(anchor.origin, () => post, { expected: 201 }),
    )
    report(
      `create a ${what}, durably, 32 connections / bare handler with one INSERT`,
      0.6,
      result,
      service.memoryMb(),
    )
  }
  await anchor.stop()
}

async function components(service, folder, body) {
  const secrets = []
  for (let made = 0; made < manySessions; made++) secrets.push(await newSecret(service.origin, body))
  const html = await (
    await fetch(`${service.origin}/v3/component?styles=adopted`, { headers: bearer(secrets[0]) })
  ).text()
  const file = join(folder, 'component.html')
  writeFileSync(file, html)
  const anchor = await startAnchor('anchor-bytes', { BENCH_BYTES_FILE: file })
  const get = (secret) => ({ path: '/v3/component?styles=adopted', headers: bearer(secret) })
  const one = () => get(secrets[0])
  let at = 0
  const each = () => get(secrets[at++ % secrets.length])
  const bare = () => load(anchor.origin, one)
  report(
    'component of one session / bare server, same bytes',
    0.5,
    await compare(rounds, () => load(service.origin, one), bare),
    service.memoryMb(),
  )
  report(
    `component of ${manySessions} sessions in turn / bare server, same bytes`,
    0.5,
    await compare(rounds, () => load(service.origin, each), bare),
    service.memoryMb(),
  )
  await anchor.stop()
}

const bearer = (credential) => ({ authorization: `Bearer ${credential}` })

async function ownOrganisation(origin) {
  const answer = await fetch(`${origin}/v3/organisations/me`, { headers: bearer(apiKey) })
  return (await answer.json()).organisationId
}

async function newSecret(origin, body) {
  const answer = await fetch(`${origin}/v3/post-purchase/sessions`, {
    method: 'POST',
    headers: { ...bearer(apiKey), 'content-type': 'application/json' },
    body,
  })
  return (await answer.json()).clientSecret
}

/** The documented example request. */
function example(organisationId) {
  const city = { city: 'London', postalCode: 'SW1A 1AA', countryCode: 'GBR' }
  return {
    organisationId,
    impactType: 'carbon',
    sdkVariant: 'embedded',
    consumer: { reference: 'consumer_123', ...city },
    merchant: {
      name: 'Blossom & Bloom',
      mcc: '5992',
      address: { line1: 'Ground floor', line2: '45 Rosewood Avenue', ...city },
    },
    transaction: { amount: 47.97, currencyCode: 'GBP' },
    orderItems: [
      {
        itemReference: 'line_1',
        sku: 'POT_MEDIUM',
        description: 'Flower pot',
        category: 'pots',
        quantity: 3,
        unitPrice: { value: 15.99, currencyCode: 'GBP' },
      },
    ],
    projectFilters: { matchConsumerLocation: true },
  }
}
