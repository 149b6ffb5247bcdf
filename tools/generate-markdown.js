// The few pieces of Markdown that the reference pages are made of.

export function heading(title, source) {
  return `# ${title}\n\n<!-- Made by \`npm run generate\` from ${source}; a change by hand is lost. -->\n`
}

export function table(titles, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line), ''].join('\n')
}

export function code(text) {
  return `\`${cell(text)}\``
}

/** Text that may stand in a cell of a table. */
export function cell(text = '') {
  return String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
}
