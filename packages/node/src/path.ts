/**
 * For: putting an id into a path.
 * Not for: checking that the id exists.
 * Law: an id can never become another path: an empty one, `..` or a slash is refused before anything is sent.
 */

export const idInPath = (id: string): string => {
  if (typeof id === 'string' && /^[\w-]{1,128}$/.test(id)) return id
  throw new TypeError('An id of letters, digits, - and _ is needed here')
}
