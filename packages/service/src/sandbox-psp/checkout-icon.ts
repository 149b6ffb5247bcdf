/** The provider's icon: a card. An asset, kept as text so that it needs no file beside the compiled code. */
export const checkoutIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="2" y="6" width="28" height="20" rx="4" fill="#33475b"/><rect x="2" y="11" width="28" height="4" fill="#c9d3dd"/></svg>
`
