// Anchor: a bare node:http server that sends the same bytes with the same content type to everybody.
import { readFileSync } from 'node:fs'
import http from 'node:http'

const bytes = readFileSync(process.env.BENCH_BYTES_FILE)
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-length': bytes.length,
}
const server = http.createServer((_request, response) => response.writeHead(200, headers).end(bytes))
server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
