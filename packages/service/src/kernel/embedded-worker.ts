// The thread in which the embedded engine runs, so that a long statement never holds up the rest of the process.
// Not for deciding who may speak when: the main thread sends requests in the right order.
// Law: nothing is flushed or answered as durable once the folder's lock is lost.

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { stillHeld } from './directory-lock.ts'
import { DurableFS, durableStartParams } from './embedded-durable-fs.ts'
import { EmbeddedEngine } from './embedded-engine.ts'
import {
  type EmbeddedAnswer,
  type EmbeddedRequest,
  type EmbeddedWorkerData,
  embeddedReady,
} from './embedded-messages.ts'

const { folder, mode, lockFile, lockInode } = workerData as EmbeddedWorkerData
const port = parentPort
if (port === null) throw new Error('this file runs in a worker thread')

const startParams = [
  ...durableStartParams,
  // Commits do not wait for the disk one by one: `settle` flushes for all of them before any is answered.
  ...['-c', 'synchronous_commit=off'],
  ...['-c', 'client_min_messages=warning'],
]
const db = await PGlite.create({ fs: new DurableFS(folder), startParams })

if (mode === 'create') {
  await db.close()
  port.postMessage(embeddedReady)
  port.close()
} else {
  const engine = new EmbeddedEngine(db, () => {
    if (!stillHeld(lockFile, lockInode))
      throw new Error(`the lock ${lockFile} was taken over by another process`)
  })
  serve(engine)
  port.postMessage(embeddedReady)
}

function serve(engine: EmbeddedEngine): void {
  const queue: EmbeddedRequest[] = []
  const unsettled: number[] = []
  let busy = false
  port?.on('message', (batch: EmbeddedRequest[]) => {
    queue.push(...batch)
    if (busy) return
    busy = true
    // Whatever escapes is not an answer of PostgreSQL. Left unhandled it ends the thread, and the main thread says so.
    void work(engine, queue, unsettled).then(() => {
      busy = false
    })
  })
}

async function work(engine: EmbeddedEngine, queue: EmbeddedRequest[], unsettled: number[]): Promise<void> {
  const answers: EmbeddedAnswer[] = []
  for (let request = queue.shift(); request !== undefined; request = queue.shift()) {
    if (request.kind === 'close') {
      await db.close()
      send([...answers, empty(request.id)])
      port?.close()
      return
    }
    if (request.kind === 'settle') unsettled.push(request.id)
    else answers.push(await engine.run(request))
    collect(queue)
    // One flush serves every request to settle that is already here.
    if (unsettled.length > 0 && engine.canSettle && !queue.some(({ kind }) => kind === 'settle')) {
      await engine.settle()
      answers.push(...unsettled.splice(0).map(empty))
      send(answers)
    }
    if (queue.length === 0) {
      send(answers)
      await engine.maintain()
      collect(queue)
    }
  }
}

/** Takes what has arrived meanwhile; the thread's event loop does not turn while the engine works. */
function collect(queue: EmbeddedRequest[]): void {
  for (;;) {
    const received = port === null ? undefined : receiveMessageOnPort(port)
    if (received === undefined) return
    queue.push(...(received.message as EmbeddedRequest[]))
  }
}

function send(answers: EmbeddedAnswer[]): void {
  if (answers.length > 0) port?.postMessage(answers.splice(0))
}

function empty(id: number): EmbeddedAnswer {
  return { id, columns: [], rows: [], command: '', error: undefined, notifications: [] }
}
