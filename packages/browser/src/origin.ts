/**
 * Which deployment to talk to. `'sandbox'` and `'prod'` name the one that the SDK was loaded from; when it was bundled into
 * other code nobody can know that, and then the origin has to be said. The one mistake that throws, and at once.
 */
const scriptAddress: string | undefined =
  typeof document === 'undefined'
    ? undefined
    : ((document.currentScript as HTMLScriptElement | null)?.src ?? import.meta.url)

export interface Deployment {
  readonly origin: string
  /** Undefined when only the origin was named. */
  readonly environment?: 'sandbox' | 'prod'
}

export function deploymentOf(name: string, origin: string | undefined): Deployment {
  if (name !== 'sandbox' && name !== 'prod') return { origin: originOf(name) }
  if (origin !== undefined) return { origin: originOf(origin), environment: name }
  // Only our own file name is a proof of our own origin.
  if (scriptAddress && /\/ekko\.m?js([?#]|$)/.test(scriptAddress)) {
    return { origin: originOf(scriptAddress), environment: name }
  }
  // Rendering on a server builds the objects and shows nothing, so there is nothing to talk to.
  if (typeof document === 'undefined') return { origin: '', environment: name }
  throw new TypeError(
    `Ekko: say where the service is, for example new Ekko('${name}', { origin: 'https://…' })`,
  )
}

function originOf(address: string): string {
  let url: URL | undefined
  try {
    url = new URL(address)
  } catch {
    // Told below.
  }
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new TypeError(
      `Ekko: '${address}' is not 'sandbox', 'prod' or an origin such as 'https://impact.example'`,
    )
  }
  return url.origin
}
