import { readableBody } from './readable-body.ts';

/** What the data log says of one object that failed. */
export interface FailedObject {
  /** `<bucket>/<key>`. */
  readonly object: string;
  /** The last ones, made readable. */
  readonly lines: readonly string[];
}

export interface DataLog {
  readonly failed: readonly FailedObject[];
  /** Lines that are about no object. */
  readonly others: readonly string[];
}

/** The settings, and what `batchline local` waits for. */
const saysNothing = /^MaxConcurrentTransforms=|\[batchline local\]: /;
const mostLines = 15;
const mostOthers = 50;
const longestLine = 500;

/**
 * Reads lines of data logs: `<time>:[sagemaker logs]: <bucket>/<key>: ClientError: 400`, then the same with nothing,
 * with `Message:`, and with each line of the reply. Source: aws/sagemaker-tensorflow-serving-container#93.
 */
export function readDataLog(lines: readonly string[]): DataLog {
  const said = lines.flatMap((line) => line.split('\n')).map(withoutTime);
  const names = objectNames(said);
  const byObject = new Map<string, string[]>();
  const others: string[] = [];
  for (const line of said) {
    const { object, text } = divided(line, names);
    if (object === undefined) others.push(cut(text));
    else byObject.set(object, [...(byObject.get(object) ?? []), text].slice(-10 * mostLines));
  }
  return {
    failed: [...byObject].map(([object, texts]) => ({ object, lines: readable(texts).slice(-mostLines).map(cut) })),
    others: others.filter((line) => line !== '' && !saysNothing.test(line)).slice(-mostOthers),
  };
}

function withoutTime(line: string): string {
  return line.replace(/^(?:\d{4}-[\d:.TZ-]+:)?\[sagemaker logs\]: ?/, '').trimEnd();
}

/** Keys may have colons: where a reply is quoted, the line before it tells exactly where the key ends. */
function objectNames(lines: readonly string[]): Set<string> {
  return new Set(lines.filter((line) => line.endsWith(quoted)).map((line) => line.slice(0, -quoted.length)));
}

const quoted = ': Message:';

function divided(line: string, names: ReadonlySet<string>): { object: string | undefined; text: string } {
  for (let end = line.indexOf(':'); end !== -1; end = line.indexOf(':', end + 1)) {
    if (names.has(line.slice(0, end)))
      return { object: line.slice(0, end), text: line.slice(end + 1).replace(/^ /, '') };
  }
  const [, object, text = ''] = /^([^\s:]*[./].*?):(?: (.*))?$/s.exec(line) ?? [];
  return object === undefined ? { object: undefined, text: line } : { object, text };
}

/** A failed request's title, and then its reply, decoded. */
function readable(texts: readonly string[]): string[] {
  const lines: string[] = [];
  let body: string[] | undefined;
  const endBody = (): void => {
    if (body) lines.push(...readableBody(body.join('\n')));
    body = undefined;
  };
  for (const text of texts) {
    if (isTitle(text)) endBody();
    if (text === 'Message:') body = [];
    else if (body) body.push(text);
    else if (text !== '') lines.push(text);
  }
  endBody();
  return lines.filter((line, index) => line !== lines[index - 1]);
}

function isTitle(text: string): boolean {
  return /^(ClientError: \d{3}|Bad HTTP status received from algorithm: \d+|Unable to get response from algorithm)/.test(
    text,
  );
}

function cut(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}
