/** The component in front of the page. Renders nothing itself; rendering it opens the dialog, once it has its content. */
import type { TakeoverOptions } from '@ekko/browser'
import { type ImpactProps, useImpactElement } from './element.ts'

export interface ImpactPayTakeoverProps
  extends ImpactProps,
    Pick<TakeoverOptions, 'redirectUrl' | 'onError' | 'history' | 'returnFocus'> {}

export function ImpactPayTakeover(props: ImpactPayTakeoverProps): null {
  const { appearance, redirectUrl, onError, history, returnFocus } = props
  useImpactElement(
    props,
    (elements) =>
      elements.createImpactPayPageTakeover({
        ...(appearance && { appearance }),
        ...(redirectUrl !== undefined && { redirectUrl }),
        ...(onError && { onError }),
        ...(history !== undefined && { history }),
        ...(returnFocus && { returnFocus }),
      }),
    [redirectUrl, onError, history],
  )
  return null
}
