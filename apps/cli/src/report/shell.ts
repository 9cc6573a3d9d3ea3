import { createHash } from "node:crypto";
import { Html, html } from "./html.js";
import { pageStyle } from "./style.js";

export interface ShellOptions {
  title: string;
  /** What stands in the page's body. */
  body: Html;
  /** Rules beside those of every page. */
  style?: string;
  /** Where pictures may come from: the page itself (default), or files beside it too. */
  pictures?: "data:" | "'self' data:";
  /** Where sounds may come from (default: the page has none). */
  sounds?: "data:" | "'self' data:";
}

/** A whole page without script that asks nobody for anything and takes no style but its own: what every page of the command line stands in. */
export function pageShell({ title, body, style = "", pictures = "data:", sounds }: ShellOptions): string {
  const rules = pageStyle + style;
  const policy = [
    "default-src 'none'",
    `img-src ${pictures}`,
    ...(sounds === undefined ? [] : [`media-src ${sounds}`]),
    `style-src 'sha256-${createHash("sha256").update(rules).digest("base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy.join("; "))}">
<title>${title} – Earshot</title>
<style>${new Html(rules)}</style>
</head>
<body>${body}</body>
</html>
`.text;
}
