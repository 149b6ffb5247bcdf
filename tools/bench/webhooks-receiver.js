// The receiver of tools/bench/webhooks.js, a process of its own: notes when each webhook arrived; paths under /hang are
// never answered.

import { createServer } from 'node:http'

let arrivals = []
const server = createServer((request, response) => {
  const at = performance.timeOrigin + performance.now()
  request.resume().on('end', () => {
    if (request.url.startsWith('/hang')) return
    arrivals.push([request.headers['webhook-id'], at])
    response.end()
  })
})
server.keepAliveTimeout = 60_000
process.on('message', (question) => {
  if (question === 'count') return process.send(arrivals.length)
  process.send(arrivals)
  arrivals = []
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
