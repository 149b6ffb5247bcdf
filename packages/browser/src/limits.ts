/** Every limit of the SDK in one place: the order page must never wait for us longer than this. */

/** From `create…` until something is shown or given up. */
export const loadMs = 10_000
/** One request. */
export const requestMs = 4_000
export const requestTries = 3
/** Doubles with each try; a `Retry-After` within the deadline goes before it. */
export const pauseMs = 400
/** How long a browser may take to say that it was the page's policy that refused a request. */
export const policyEventMs = 50

/** While the payment page is open and this page is looked at. */
export const pollMs = 2_000
export const slowPollMs = 10_000
export const quickPolls = 60
/** Some 25 minutes of looking; a return to the page starts anew. */
export const pollsMax = 200

/** A takeover waits for the page to paint, but not for ever: a hidden tab does not paint. */
export const paintMs = 1_000
/** A second click so soon is a double click. */
export const doubleClickMs = 1_000

export const reservedPixels = 480
export const markupCharactersMax = 200_000
