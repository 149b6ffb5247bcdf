/** A checkout session as the service would show it, and a fake service that answers with it. */
import { renderCheckout } from '../../../service/src/pages/checkout.ts'
import type { CheckoutView } from '../../../service/src/pages/views.ts'
import type { FakeService } from './fake-service.ts'
import { component } from './views.ts'

const split = (impactMinor: bigint, serviceFeeMinor: bigint, serviceFeeTaxMinor: bigint) => ({
  impactMinor,
  impactTaxMinor: 0n,
  serviceFeeMinor,
  serviceFeeTaxMinor,
})
const projects = component.projects.map(({ name }) => name)
const projectPartners = component.projects.map(({ partnerName }) => partnerName)
const partners = ['Sample Coast Trust']

/** £47.97, £0.80 of credits, and rounding up with and without them. */
export const checkout: CheckoutView = {
  ...component,
  state: 'ready',
  payoutDays: 60,
  choices: [
    { ticks: '', totalMinor: 4_797n, added: null },
    {
      ticks: 'impact',
      totalMinor: 4_877n,
      added: {
        amountMinor: 80n,
        creditsMinor: 80n,
        contributionMinor: 0n,
        split: split(65n, 13n, 2n),
        recipientNames: projects,
        partnerNames: projectPartners,
        fundsGrams: 19_300,
      },
    },
    {
      ticks: 'round-up',
      totalMinor: 4_800n,
      added: {
        amountMinor: 3n,
        creditsMinor: 0n,
        contributionMinor: 3n,
        split: split(2n, 1n, 0n),
        recipientNames: partners,
        partnerNames: partners,
        fundsGrams: 0,
      },
    },
    {
      ticks: 'impact round-up',
      totalMinor: 4_900n,
      added: {
        amountMinor: 103n,
        creditsMinor: 80n,
        contributionMinor: 23n,
        split: split(84n, 16n, 3n),
        recipientNames: [...projects, ...partners],
        partnerNames: [...projectPartners, ...partners],
        fundsGrams: 19_300,
      },
    },
  ],
}

/** From now on the session is a checkout session; what was asked for is answered for its variant alone. */
export function serveCheckout(fake: FakeService, over: Partial<CheckoutView> = {}): void {
  const view = { ...checkout, ...over, origin: fake.origin, methodUrl: fake.view.methodUrl }
  fake.intercept = (request, response) => {
    const url = new URL(request.url ?? '/', fake.origin)
    if (url.pathname !== '/v3/component') return false
    const locale = url.searchParams.get('locale') ?? view.locale
    const isAsked = url.searchParams.get('variant') === 'checkout'
    response.writeHead(isAsked ? 200 : 404, {
      'access-control-allow-origin': '*',
      'content-type': isAsked ? 'text/html; charset=utf-8' : 'application/json',
    })
    response.end(
      isAsked ? renderCheckout({ ...view, locale }, { styles: 'adopted' }) : '{"code":"NOT_FOUND"}',
    )
    return true
  }
}
