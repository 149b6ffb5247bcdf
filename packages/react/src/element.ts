/**
 * The life of an SDK element inside a component: made after mounting, destroyed with it, made anew when another session
 * is meant. Not for rendering anything: the SDK does.
 * Law: mounting twice, as StrictMode does, leaves one element; handlers may change without making another.
 */
import type { Appearance, ImpactElement, ImpactElements, ImpactEvents, ImpactFactory } from '@ekko/browser'
import { type DependencyList, useEffect, useRef } from 'react'

/** What an element tells; the newest handlers are called. */
export interface ImpactHandlers {
  readonly onReady?: (event: ImpactEvents['ready']) => void
  readonly onLoadError?: (event: ImpactEvents['loaderror']) => void
  readonly onChange?: (event: ImpactEvents['change']) => void
  readonly onContribution?: (event: ImpactEvents['contribution']) => void
  readonly onDismiss?: (event: ImpactEvents['dismiss']) => void
}

export interface ImpactProps extends ImpactHandlers {
  /** `new Ekko(…)` of the SDK or its loader, made once outside the component; another one makes another element. */
  readonly ekko: ImpactFactory
  readonly clientSecret: string
  /** Compared by value, so a literal in the markup will do. Taken away again, the brand's own look is back. */
  readonly appearance?: Appearance
}

/** @param make creates the element; called again when the session or one of `deps` changed */
export function useImpactElement(
  props: ImpactProps,
  make: (elements: ImpactElements) => ImpactElement,
  deps: DependencyList,
): void {
  const { ekko, clientSecret, appearance } = props
  const latest = useRef(props)
  const element = useRef<ImpactElement | null>(null)
  useEffect(() => {
    latest.current = props
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `make` is what `deps` say
  useEffect(() => {
    const made = make(ekko.elements({ clientSecret }))
    element.current = made
    made.on('ready', (event) => latest.current.onReady?.(event))
    made.on('loaderror', (event) => latest.current.onLoadError?.(event))
    made.on('change', (event) => latest.current.onChange?.(event))
    made.on('contribution', (event) => latest.current.onContribution?.(event))
    made.on('dismiss', (event) => latest.current.onDismiss?.(event))
    return () => {
      element.current = null
      made.destroy()
    }
  }, [ekko, clientSecret, ...deps])
  const look = JSON.stringify(appearance ?? {})
  const shown = useRef(look)
  useEffect(() => {
    if (shown.current === look) return
    shown.current = look
    element.current?.update({ appearance: JSON.parse(look) as Appearance })
  }, [look])
}
