/** The component in the flow of the page. Its space is kept free from the first paint in the browser on. */
import { createElement, type ReactElement, useCallback, useRef } from 'react'
import { type ImpactProps, useImpactElement } from './element.ts'

export interface ImpactPayEmbeddedProps extends ImpactProps {
  readonly className?: string
  /** Pixels kept free while loading, 480 by default. */
  readonly minHeight?: number
}

const minHeightDefault = 480

export function ImpactPayEmbedded(props: ImpactPayEmbeddedProps): ReactElement {
  const { appearance, className, minHeight = minHeightDefault } = props
  const container = useRef<HTMLDivElement | null>(null)
  const place = useCallback(
    (element: HTMLDivElement | null) => {
      container.current = element
      // On the element and not in the markup: a strict style-src refuses a style attribute that a server printed.
      element?.style.setProperty('min-block-size', `${minHeight}px`)
    },
    [minHeight],
  )
  useImpactElement(
    props,
    (elements) =>
      elements.createImpactPayEmbedded({
        container: container.current!,
        minHeight,
        ...(appearance && { appearance }),
      }),
    [minHeight],
  )
  return createElement('div', { ref: place, className, 'data-ekko': 'embedded' })
}
