/**
 * One history entry for an open dialog, so that the back button closes the dialog and not the order page.
 * Browsers skip entries of pages that were never touched; then the back button does what it always did.
 */
export interface HistoryEntry {
  /** Takes the entry out again. */
  readonly leave: () => void
  /** Leaves it to whoever replaces it. */
  readonly forget: () => void
}

export function enterHistory(onBack: () => void): HistoryEntry {
  const mark = Math.random().toString(36).slice(2)
  const forget = () => removeEventListener('popstate', back)
  const back = () => {
    if (isOurs(mark)) return
    forget()
    onBack()
  }
  try {
    // What the page's own router keeps in its state goes along.
    history.pushState({ ...history.state, ekko: mark }, '')
  } catch {
    // Sandboxed, or too many entries in too short a time: then there is none, and nothing to take out.
  }
  addEventListener('popstate', back)
  return {
    forget,
    leave: () => {
      forget()
      if (isOurs(mark)) history.back()
    },
  }
}

function isOurs(mark: string): boolean {
  return (history.state as { ekko?: string } | null)?.ekko === mark
}
