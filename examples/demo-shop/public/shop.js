/**
 * For: starting ekko on the confirmation page, from the data attributes that the server printed.
 * Not for: the order; it is complete before this file is asked for.
 * Law: if the SDK does not load, nothing happens.
 */
const place = document.getElementById('ekko')
const sdk = document.getElementById('ekko-sdk')

const start = () => {
  const { ekkoOrigin, clientSecret, variant, locale } = place.dataset
  const ekko = new window.Ekko(ekkoOrigin, { locale })
  const elements = ekko.elements({ clientSecret })
  const element =
    variant === 'takeover'
      ? elements.createImpactPayPageTakeover({ onError: 'dismiss' })
      : elements.createImpactPayEmbedded({ container: document.getElementById('ekko-container') })
  // For tests, and for whoever looks: ready, unavailable, ineligible or destroyed.
  element.ready.then((outcome) => {
    place.dataset.status = outcome.status
  })
}

if (place && sdk) {
  if (window.Ekko) start()
  else {
    sdk.addEventListener('load', start)
    sdk.addEventListener('error', () => {
      place.dataset.status = 'unavailable'
    })
  }
}
