// The small reference pages: errors, events, configuration and states, each from its one table.

import { errors } from '../packages/contract/dist/errors.js'
import { ImpactPaymentEvent } from '../packages/contract/dist/events.js'
import { EventType } from '../packages/contract/dist/webhook-resources.js'
import { disputeStates } from '../packages/service/dist/allocations/dispute.js'
import { reversalStates } from '../packages/service/dist/allocations/reversal.js'
import { variables } from '../packages/service/dist/config-variables.js'
import { paymentStates } from '../packages/service/dist/payments/payment.js'
import { breakStates } from '../packages/service/dist/reconciliation/breaks.js'
import { deliveryStates } from '../packages/service/dist/webhooks/delivery.js'
import { healthStates } from '../packages/service/dist/webhooks/health.js'
import { fieldsOf } from './generate-fields.js'
import { cell, code, heading, table } from './generate-markdown.js'

const retryWords = {
  never: 'No: the answer stays the same.',
  later: 'Yes, the same request later.',
  'after change': 'Only after the request, or what it is about, was changed.',
}

export function errorsPage() {
  return [
    heading('Errors', 'packages/contract/src/errors.ts'),
    'A refusal is `{ "error", "code", "requestId" }`, with `issues` (`path` and `message`) where single fields are at fault.',
    'Programs go by `code`; `error` is for people and may be worded differently tomorrow.',
    '',
    ...Object.entries(errors).map(([name, { status, meaning, retry }]) =>
      [
        `## ${name}`,
        '',
        `${status}. ${meaning}`,
        '',
        `Can sending it again help? ${retryWords[retry]}`,
        '',
      ].join('\n'),
    ),
  ].join('\n')
}

export function eventsPage() {
  const rows = fieldsOf(ImpactPaymentEvent, new Map()).map(({ path, optional, kind, meaning }) => [
    code(path),
    optional ? `${kind}, optional` : kind,
    cell(meaning),
  ])
  return [
    heading('Events', 'packages/contract/src/events.ts'),
    'What is posted to a webhook endpoint. Amounts are positive in both directions; `eventType` says which way the money',
    `went: ${EventType.anyOf.map((each) => code(each.const)).join(' or ')}.`,
    '',
    table(['Field', 'Type', 'Meaning'], rows),
  ].join('\n')
}

export function configurationPage() {
  return [
    heading('Configuration', 'packages/service/src/config-variables.ts'),
    'The service is configured by the environment. No variable has to be set to start a sandbox.',
    '',
    table(
      ['Variable', 'Meaning', 'Default'],
      variables.map((each) => [code(each.name), cell(each.meaning), cell(each.default)]),
    ),
  ].join('\n')
}

const lives = [
  [
    'A payment',
    'payments/payment.ts',
    paymentStates,
    'What the payment provider is seen to say. What is not drawn changes nothing, however late or often it is said.',
  ],
  [
    'A reversal',
    'allocations/reversal.ts',
    reversalStates,
    'What becomes of money that goes back. A lost dispute is a reversal of its own, booked at once.',
  ],
  [
    'A dispute',
    'allocations/dispute.ts',
    disputeStates,
    'What a scheme is seen to decide. The money is in suspense while the dispute is open.',
  ],
  [
    'A delivery',
    'webhooks/delivery.ts',
    deliveryStates,
    'What becomes of one event on its way to one endpoint.',
  ],
  [
    'The health of an endpoint',
    'webhooks/health.ts',
    healthStates,
    'How much a receiver is trusted with: `degraded` gets one attempt at a time, `paused` one probe a step.',
  ],
  [
    'A settlement break',
    'reconciliation/breaks.ts',
    breakStates,
    'Where the books and the payment provider do not agree.',
  ],
]

export function statesPage() {
  return [
    heading('States', 'the state tables in packages/service/src'),
    'The service checks every transition against these tables; the pictures are drawn from them.',
    '',
    ...lives.map(([title, source, states, meaning]) =>
      [
        `## ${title}`,
        '',
        `${meaning} From ${code(`packages/service/src/${source}`)}.`,
        '',
        diagram(states),
        '',
      ].join('\n'),
    ),
  ].join('\n')
}

/** @param {Record<string, Record<string, string>>} states for each state, what may happen and where it leads; the first begins */
function diagram(states) {
  const arrows = Object.entries(states).flatMap(([from, happenings]) => arrowsFrom(from, happenings))
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${Object.keys(states)[0]}`, ...arrows, '```'].join('\n')
}

/** One arrow for all that leads to the same state; without words where the happening is called like the state. */
function arrowsFrom(from, happenings) {
  const targets = [...new Set(Object.values(happenings))]
  return targets.map((to) => {
    const names = Object.keys(happenings).filter((happening) => happenings[happening] === to)
    return `  ${from} --> ${to}${names.join() === to ? '' : `: ${names.join(', ')}`}`
  })
}
