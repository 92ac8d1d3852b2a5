import { Html, html } from './html.ts';
import { style } from './style.ts';

export interface Page {
  readonly job: string;
  readonly status: string;
  readonly head: Html;
  readonly sections: readonly (Html | undefined)[];
  readonly footer: string;
}

/** One page without scripts and without anything from elsewhere. */
export function page({ job, status, head, sections, footer }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${job}: ${status}</title>
<style>${new Html(style)}</style>
</head>
<body>
${head}
<main>
${sections.map((section) => html`${section}\n`)}</main>
<footer>${footer}</footer>
</body>
</html>
`.toString();
}

/** One figure in the head, in a list of them. */
export function tile(name: string, value: string, more?: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}${more ? html`<small>${more}</small>` : undefined}</dd></div>\n`;
}
