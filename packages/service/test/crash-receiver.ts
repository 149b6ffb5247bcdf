// A merchant's webhook receiver that checks every signature and remembers what came.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'

/** Slow enough for a kill to come between the delivery and its answer. */
const answerAfterMaxMs = 20
const lookAgainMs = 20

export interface Receiver {
  readonly url: string
  /** Given once the endpoint exists. */
  secret: string
  /** What was wrong with what came: a bad signature, or one event with two bodies. */
  readonly faults: string[]
  /** How many deliveries came, those that came again included. */
  readonly count: number
  /** The allocation that a payment of the session was booked as, once its event has come. */
  allocationOf(sessionId: string): string | undefined
  /** Those of the sessions and reversals that no event has come for after `limitMs`. */
  missing(ids: readonly string[], limitMs: number): Promise<string[]>
  close(): Promise<void>
}

interface EventBody {
  readonly eventType: string
  readonly sessionId: string
  readonly reversalId: string | null
  readonly fundsAllocationId: string
}

export async function startReceiver(): Promise<Receiver> {
  const bodies = new Map<string, string>()
  const allocations = new Map<string, string>()
  const told = new Set<string>()
  const take = (headers: Record<string, string>, body: string) => {
    receiver.count += 1
    try {
      new Webhook(receiver.secret).verify(body, headers)
    } catch (error) {
      receiver.faults.push(`${(error as Error).message}: ${body}`)
      return
    }
    const id = headers['webhook-id']!
    if ((bodies.get(id) ?? body) !== body) receiver.faults.push(`another body for event ${id}: ${body}`)
    bodies.set(id, body)
    const event = JSON.parse(body) as EventBody
    const isPayment = event.eventType === 'IMPACT_PAYMENT'
    if (isPayment) allocations.set(event.sessionId, event.fundsAllocationId)
    told.add(isPayment ? event.sessionId : event.reversalId!)
  }
  const server = createServer(async (request, response) => {
    let body = ''
    try {
      for await (const chunk of request) body += chunk
    } catch {
      return // The sender was killed in the middle of it.
    }
    take(request.headers as Record<string, string>, body)
    await pause(Math.random() * answerAfterMaxMs)
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    secret: '',
    faults: [] as string[],
    count: 0,
    allocationOf: (sessionId: string) => allocations.get(sessionId),
    async missing(ids: readonly string[], limitMs: number) {
      const deadline = performance.now() + limitMs
      for (;;) {
        const left = ids.filter((id) => !told.has(id))
        if (left.length === 0 || performance.now() > deadline) return left
        await pause(lookAgainMs)
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}
