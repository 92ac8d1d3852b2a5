/** The lines of a reply that a container refused a request with, as people read them. */
export function readableBody(body: string): string[] {
  const parsed = parse(body);
  if (parsed !== undefined) return ownError(parsed) ?? otherError(parsed) ?? [body.trim()];
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1];
  if (title !== undefined) return [title.trim()];
  return body.split('\n').filter((line) => line.trim() !== '');
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const parsed = JSON.parse(body) as unknown;
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** batchline's `{"error":{"code":…,"message":…}}`; too many errors name the first records, each of which gets a line. */
function ownError({ error }: Record<string, unknown>): string[] | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code !== 'string' || typeof message !== 'string') return undefined;
  return `${code}: ${message}`.split(/(?:\. |; )(?=record \d+: )/);
}

/** What the toolkits and model servers answer: an error and a trace, a code, a type and a message. */
function otherError(body: Record<string, unknown>): string[] | undefined {
  const said = ['type', 'error', 'error-message', 'message', 'detail'].map((name) => body[name]);
  const texts = said.filter((text) => typeof text === 'string' && text !== '');
  return texts.length === 0 ? undefined : [texts.join(': ')];
}
