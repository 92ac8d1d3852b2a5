import { type Html, type HtmlPart, html } from './html.ts';

export interface Column<T> {
  readonly name: string;
  readonly of: (row: T) => HtmlPart;
  /** Numbers stand at the right; keys may break anywhere. */
  readonly kind?: 'number' | 'key';
}

/** A table that scrolls within the page where it is too wide for it. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[]): Html {
  const classes = { number: html` class="n"`, key: html` class="key"` };
  const attribute = ({ kind }: Column<T>): Html | undefined => kind && classes[kind];
  const head = columns.map((column) => html`<th scope="col"${attribute(column)}>${column.name}</th>`);
  const body = rows.map(
    (row) => html`<tr>${columns.map((column) => html`<td${attribute(column)}>${column.of(row)}</td>`)}</tr>\n`,
  );
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table></div>`;
}

/** Facts by name. */
export function facts(rows: readonly (readonly [name: string, value: HtmlPart])[]): Html {
  const body = rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="key">${value}</td></tr>\n`);
  return html`<div class="scroll"><table><tbody>${body}</tbody></table></div>`;
}
