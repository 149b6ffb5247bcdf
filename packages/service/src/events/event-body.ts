/**
 * Pure: an event's body is stored without its consumer and shown with them.
 * Law: the same event is shown and sent with the same bytes for as long as the consumer is known, and with an empty
 * `customerId` once they were erased.
 */

/** As JSON writes it. Inside a JSON string its quotation marks would be escaped, so it is nowhere but in its place. */
const emptyPlace = '"customerId":""'

export function shownBody(stored: string, reference: string | null): string {
  if (reference === null) return stored
  return stored.replace(emptyPlace, () => `"customerId":${JSON.stringify(reference)}`)
}

/** What a receiver answered, should it have sent the consumer back: never longer than before. */
export function withoutReference(answer: string, reference: string): string {
  return answer.replaceAll(JSON.stringify(reference).slice(1, -1), '*').replaceAll(reference, '*')
}
