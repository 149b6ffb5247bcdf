/**
 * A service and a shop on 127.0.0.1, small enough to be told what to do wrong. The pages are the real renderers'; the rest is
 * only what the SDK asks for. Shop and service are different origins, as in life.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bundleSdk } from '../../../../tools/bundle.js'
import { renderComponent } from '../../../service/src/pages/component.ts'
import { appearanceCss, appearanceFromQuery } from '../../../service/src/pages/styles/appearance.ts'
import type { ComponentView } from '../../../service/src/pages/views.ts'
import { assets, clientSecret, component, contribution } from './views.ts'

export interface FakeService {
  readonly origin: string
  readonly shop: string
  /** What the session looks like now; change it to make something happen. */
  view: ComponentView
  /** The shop's page and its script `/shop.js`, and the policy that they are served with. */
  page: string
  script: string
  /** What else the shop serves, by path. */
  files: Record<string, readonly [contentType: string, body: string]>
  policy: string
  headers: Record<string, string>
  /** Answers instead of the service when it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
  readonly requests: string[]
  readonly render: (styles: 'link' | 'adopted', wish?: URLSearchParams) => string
  readonly reset: () => void
  readonly close: () => Promise<void>
}

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization',
  'access-control-allow-methods': 'GET, POST',
  'access-control-expose-headers': 'retry-after',
  'access-control-max-age': '600',
}

export async function startFakeService(): Promise<FakeService> {
  const sdk = new Map((await bundleSdk()).map(({ name, code }) => [`/v1/${name}`, code]))
  const servers: Server[] = []
  const listen = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  const servicePort = await listen((request, response) => serve(fake, sdk, request, response))
  const shopPort = await listen((request, response) => {
    if (request.url === '/shop.js')
      return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(fake.script)
    const file = fake.files[request.url ?? '']
    if (file) return void response.writeHead(200, { 'content-type': file[0] }).end(file[1])
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...fake.headers,
      ...(fake.policy && { 'content-security-policy': fake.policy }),
    })
    // A page further on, without a component in it.
    response.end(request.url === '/done' ? '<!doctype html><title>Done</title>' : fake.page)
  })
  const origin = `http://127.0.0.1:${servicePort}`
  const fake: FakeService = {
    origin,
    shop: `http://localhost:${shopPort}`,
    view: component,
    page: '',
    script: '',
    files: {},
    policy: '',
    headers: {},
    intercept: () => false,
    requests: [],
    render: (styles, wish) => {
      const variant = (wish?.get('variant') ?? fake.view.variant) as ComponentView['variant']
      return renderComponent(
        { ...fake.view, variant, locale: wish?.get('locale') ?? fake.view.locale },
        { styles },
      )
    },
    reset: () => {
      fake.view = { ...component, origin, payUrl: `${origin}/pay/il_4fK9`, methodUrl: `${origin}/method` }
      fake.page = ''
      fake.script = ''
      fake.files = {}
      fake.policy = ''
      fake.headers = {}
      fake.intercept = () => false
      fake.requests.length = 0
    },
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
  fake.reset()
  return fake
}

function serve(
  fake: FakeService,
  sdk: Map<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', fake.origin)
  if (request.method !== 'OPTIONS') fake.requests.push(`${request.method} ${url.pathname}`)
  if (request.method === 'OPTIONS') response.writeHead(204, cors).end()
  else if (!fake.intercept(request, response)) {
    const secretIsGood = request.headers.authorization === `Bearer ${clientSecret}`
    if (url.pathname.startsWith('/v3/') && !secretIsGood) refuse(response, 'UNAUTHORIZED')
    else send(response, answer(fake, sdk, url))
  }
}

type Answer = readonly [status: number, contentType: string, body?: string | Buffer]

function answer(fake: FakeService, sdk: Map<string, string>, url: URL): Answer {
  const asset = assets.all.find(({ path }) => path === url.pathname)
  if (asset?.immutable) return [200, asset.contentType, asset.body]
  const script = sdk.get(url.pathname)
  if (script) return [200, 'text/javascript', script]
  switch (url.pathname) {
    case '/v1/appearance.css':
      return [200, 'text/css', appearanceCss(appearanceFromQuery(url.searchParams))]
    case '/pay/il_4fK9':
      return [200, 'text/html', '<title>Pay</title>']
    case '/v3/component':
      return [200, 'text/html; charset=utf-8', fake.render('adopted', url.searchParams)]
    case '/v3/component/state': {
      const { sessionId, state } = fake.view
      return [200, 'application/json', JSON.stringify({ sessionId, state, contribution: null })]
    }
    case '/v3/component/dismissal':
      fake.view = { ...fake.view, state: 'dismissed' }
      return [204, 'text/plain']
    default:
      return [404, 'text/plain']
  }
}

function send(response: ServerResponse, [status, contentType, body = '']: Answer): void {
  response.writeHead(status, { ...cors, 'content-type': contentType }).end(body)
}

export function refuse(response: ServerResponse, code: string, status = 401): void {
  response.writeHead(status, { ...cors, 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: 'no', code, requestId: 'r' }))
}

/** The payment went through: what the service would show from now on. */
export function pay(fake: FakeService): void {
  fake.view = { ...fake.view, state: 'thanked', contribution }
}
