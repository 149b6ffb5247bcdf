// What it takes to see whether a service drains: a request that is under way for as long as the test likes.

import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const lookAgainMs = 20

interface SlowRequest {
  /** Sends the rest and answers what came back. */
  finish(): Promise<{ status: number | undefined; body: { sessionId: string } }>
  /** Ends the client's connections, which until then stay open as those of browsers and load balancers do. */
  close(): void
}

/** A POST whose head the service has taken (it says so) while the body is still to come; beside it a spare connection. */
export async function slowRequest(
  port: number,
  path: string,
  apiKey: string,
  body: unknown,
): Promise<SlowRequest> {
  const text = JSON.stringify(body)
  const keptOpen = new Agent({ keepAlive: true })
  const spare = connect(port, '127.0.0.1')
  const request = httpRequest({
    port,
    method: 'POST',
    path,
    agent: keptOpen,
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      expect: '100-continue',
    },
  })
  const answered = once(request, 'response') as Promise<[IncomingMessage]>
  await Promise.all([once(request, 'continue'), once(spare, 'connect')])
  return {
    async finish() {
      request.end(text)
      const [response] = await answered
      let answer = ''
      for await (const chunk of response) answer += chunk
      return { status: response.statusCode, body: JSON.parse(answer) }
    },
    close() {
      keptOpen.destroy()
      spare.destroy()
    },
  }
}

/** Resolves once nobody listens on the port any more. */
export async function untilDeaf(port: number): Promise<void> {
  while (await isListening(port)) await pause(lookAgainMs)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
