// Anchor: a bare node:http handler that parses a JSON body and inserts it as one row, through the service's driver.
import { randomUUID } from 'node:crypto'
import http from 'node:http'
import { createRequire } from 'node:module'

const pg = createRequire(new URL('../../packages/service/package.json', import.meta.url))('pg')
const connectionsMax = 10

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: connectionsMax })
await pool.query(
  'create table if not exists bench_anchor (id uuid primary key, body jsonb not null, created_at timestamptz not null)',
)
const insert = { name: 'insert', text: 'insert into bench_anchor values ($1, $2, $3)' }

const server = http.createServer((request, response) => {
  if (request.method === 'GET') return response.end('ok')
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', async () => {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    const id = randomUUID()
    await pool.query({ ...insert, values: [id, JSON.stringify(body), new Date()] })
    const answer = JSON.stringify({ id })
    response
      .writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) })
      .end(answer)
  })
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
