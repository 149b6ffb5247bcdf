/**
 * For: the version that the User-Agent tells the service.
 * Not for: reading package.json at run time; a bundled server has none beside it.
 * Law: equal to package.json; a test compares them.
 */
export const version = '0.1.0'
