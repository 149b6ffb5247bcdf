/**
 * The way to the hosted payment page. The window is opened inside the click, or browsers block it; blocked means the same tab,
 * with the way back in the address. What happens there is asked of the server: a closed window says nothing.
 */

/**
 * Browsers inside other apps: they say that a window opened, and show nothing or never come back from it.
 * Facebook, Instagram, Line, WeChat, Snapchat, TikTok, and Android's web views.
 */
const inApp = /\b(FBA[NV]|FB_IAB|Instagram|Line\/|MicroMessenger|Snapchat|musical_ly|BytedanceWebview)|; wv\)/

/** Address of the hosted page with all that the form says, as the browser itself would have sent it. */
export function addressOf(form: HTMLFormElement): string {
  const url = new URL(form.getAttribute('action') ?? '')
  for (const [name, value] of new FormData(form)) url.searchParams.set(name, String(value))
  return url.href
}

/** True when it opened in a window of its own; false when this page is being left for it. */
export function openPayment(address: string): boolean {
  if (!inApp.test(navigator.userAgent) && opensWindow(address)) return true
  const url = new URL(address)
  url.searchParams.set('return', location.href)
  location.assign(url)
  return false
}

/** Blockers answer null, and some throw. */
function opensWindow(address: string): boolean {
  try {
    const opened = window.open(address, '_blank')
    if (!opened) return false
    // The payment provider's pages have no business with the shop's window.
    opened.opener = null
    return true
  } catch {
    return false
  }
}
