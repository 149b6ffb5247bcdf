/**
 * For: looking behind the counter: what the shop received, and giving a contribution back.
 * Not for: shoppers; a real shop would ask for a login here.
 */
import { reportEvents } from './event-report.ts'
import { eventsPage } from './pages/events.ts'
import { refund } from './refunds.ts'
import type { RouteParts } from './routes.ts'
import { formOf, type Handler, json, page, seeOther } from './visit.ts'

export const inspect = ({ client, state }: RouteParts): Readonly<Record<string, Handler>> => {
  const overview = async () => {
    const { organisationId, endpoint, refused } = state.read()
    const registered = endpoint && { id: endpoint.id, url: endpoint.url }
    return { organisationId, endpoint: registered, events: await reportEvents(client, state), refused }
  }
  return {
    'GET /events': async (visit) => page(eventsPage(await overview(), visit.query.get('refund'))),
    'GET /events.json': async () => json(await overview()),
    'POST /refund': async (visit) => {
      const outcome = await refund(client, state, formOf(visit))
      return seeOther(`/events?refund=${encodeURIComponent(outcome)}`)
    },
  }
}
