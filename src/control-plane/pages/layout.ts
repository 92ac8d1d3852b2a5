import { type Html, type HtmlPart, html } from '../../transform/report/html.ts';

export interface Layout {
  readonly title: string;
  readonly heading: HtmlPart;
  readonly main: HtmlPart;
  /** Whether what is shown still changes: the page then comes again every two seconds. */
  readonly isLive: boolean;
}

/** A whole page. */
export function layout({ title, heading, main, isLive }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isLive ? html`<meta http-equiv="refresh" content="2">` : undefined}
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<header>${heading}</header>
<main>${main}</main>
<footer>${isLive ? html`<p>This page comes again every two seconds while jobs are under way.</p>` : undefined}</footer>
</body>
</html>
`;
}
