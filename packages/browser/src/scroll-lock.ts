/** Keeps the page behind a dialog where it is. A modal dialog does not do that by itself. */

/** Returns the way back, to the exact position and to the exact inline styles. */
export function lockScroll(): () => void {
  const { style } = document.documentElement
  const { overflow, scrollbarGutter } = style
  const { scrollX, scrollY } = window
  style.overflow = 'hidden'
  style.scrollbarGutter = 'stable'
  return () => {
    style.overflow = overflow
    style.scrollbarGutter = scrollbarGutter
    scrollTo({ left: scrollX, top: scrollY, behavior: 'instant' })
  }
}
