// In a frame of the playground: what only a script can show, by the SDK itself. The dialog of a takeover is opened as the SDK
// opens it; a component that is loading waits for a client secret that never comes, and one that is unavailable has none.
const slot = document.querySelector('#slot')
const { state, variant, locale } = slot.dataset

if (state === 'loading' || state === 'unavailable') {
  const fetchClientSecret = () => (state === 'loading' ? new Promise(() => {}) : Promise.resolve(''))
  const elements = new window.Ekko(location.origin, { locale }).elements({ fetchClientSecret })
  if (variant === 'takeover') elements.createImpactPayPageTakeover({ onError: 'screen', history: false })
  else elements.createImpactPayEmbedded({ container: slot })
} else if (variant === 'takeover') {
  const dialog = slot.firstElementChild.shadowRoot.querySelector('dialog')
  dialog.removeAttribute('open')
  dialog.showModal()
}
