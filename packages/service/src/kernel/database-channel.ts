// Names of notification channels. Not for their payloads.
// Law: a name goes into a statement as text, so nothing but a plain name ever gets there.

const channelName = /^[a-z_][a-z0-9_]{0,62}$/

/** The name, quoted for LISTEN and UNLISTEN, for even a plain name may be a word of SQL. @throws TypeError */
export function quotedChannel(channel: string): string {
  if (!channelName.test(channel)) throw new TypeError(`not a channel name: ${channel}`)
  return `"${channel}"`
}
