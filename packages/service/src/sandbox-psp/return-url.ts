/** Where a shopper may be sent back to: a web address and nothing that runs, hides a login or breaks a header. Pure. */
export const returnUrlMaxChars = 2_048

/** The address in its normal, ASCII-only form; undefined when shoppers may not be sent there. */
export function normalReturnUrl(text: string): string | undefined {
  if (text.length > returnUrlMaxChars || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  if (url.username !== '' || url.password !== '') return undefined
  return url.href.length > returnUrlMaxChars ? undefined : url.href
}
