/** For tests: an SMTP server on this machine that keeps what it is given, and says no where it is told to. */

import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'

export interface TakenMail {
  readonly from: string
  readonly to: readonly string[]
  /** The whole message as it came, with its line ends as \n. */
  readonly text: string
}

export interface SmtpServer {
  readonly url: string
  readonly taken: readonly TakenMail[]
  /** What it says to each command that begins so, instead of taking it; `hang up` closes the connection. */
  readonly answers: Map<'MAIL' | 'RCPT' | 'DATA' | 'EHLO', string>
  close(): Promise<void>
}

export async function smtpServer(): Promise<SmtpServer> {
  const taken: TakenMail[] = []
  const answers: SmtpServer['answers'] = new Map()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    converse(socket, answers, taken)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    answers,
    close: () => closeAll(server, sockets),
  }
}

function converse(socket: Socket, answers: SmtpServer['answers'], taken: TakenMail[]): void {
  let received = ''
  let body: string[] | null = null
  let envelope = { from: '', to: [] as string[] }
  const say = (line: string) => socket.write(`${line}\r\n`)
  const take = (line: string) => {
    if (body !== null) {
      if (line !== '.') return void body.push(line.replace(/^\.\./, '.'))
      taken.push({ ...envelope, text: body.join('\n') })
      body = null
      envelope = { from: '', to: [] }
      return say('250 taken')
    }
    const verb = line.slice(0, 4).toUpperCase()
    const instead = answers.get(verb as 'MAIL')
    if (instead === 'hang up') return void socket.destroy()
    if (instead !== undefined) return say(instead)
    if (verb === 'STAR') return say('502 no encryption here')
    if (verb === 'MAIL') envelope.from = /<(.*?)>/.exec(line)?.[1] ?? ''
    if (verb === 'RCPT') envelope.to.push(/<(.*?)>/.exec(line)?.[1] ?? '')
    if (verb === 'DATA') {
      body = []
      return say('354 go on')
    }
    say(verb === 'QUIT' ? '221 bye' : '250 ok')
    if (verb === 'QUIT') socket.end()
  }
  say('220 test')
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk
    const lines = received.split('\r\n')
    received = lines.pop()!
    for (const line of lines) take(line)
  })
}

async function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
}
