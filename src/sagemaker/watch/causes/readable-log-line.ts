/** A container's line; of batchline's own JSON lines the code and the reason, if there are any. */
export function readableLogLine(line: string): string {
  if (!line.startsWith('{"level":')) return line;
  try {
    const { code, reason, msg } = JSON.parse(line) as { code?: string; reason?: string; msg?: string };
    return code === undefined ? (msg ?? line) : `${code}${reason === undefined ? '' : `: ${reason}`}`;
  } catch {
    return line;
  }
}
