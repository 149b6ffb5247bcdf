/** Serves stylesheets and the browser SDK. They are public and may be loaded from any page. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { appearanceCss, appearanceFromQuery, appearanceRoute } from './styles/appearance.ts'
import type { Asset, Assets } from './styles/assets.ts'

const forEver = 'public, max-age=31536000, immutable'
const revalidated = 'public, max-age=300, must-revalidate'

export function registerAssets(app: FastifyInstance, assets: Assets): void {
  for (const asset of assets.all) app.get(asset.path, (request, reply) => sendAsset(asset, request, reply))
  app.get(appearanceRoute, (request, reply) => {
    const query = new URL(request.url, 'http://localhost').searchParams
    return openToAll(reply)
      .header('cache-control', forEver)
      .type('text/css; charset=utf-8')
      .send(appearanceCss(appearanceFromQuery(query)))
  })
}

function sendAsset(asset: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  openToAll(reply)
    .header('cache-control', asset.immutable ? forEver : revalidated)
    .header('etag', asset.etag)
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send()
  return reply.type(asset.contentType).send(asset.body)
}

function openToAll(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  })
}
