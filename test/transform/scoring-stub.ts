import type { StubRequest } from './stub-container.ts';

/**
 * Answers as batchline's own server does: a line for each line, with an error line for what begins with `bad`, numbered
 * within the request, and the counts in headers.
 */
export function scoreLines({ body, response }: StubRequest): void {
  const lines = body === '' ? [] : body.replace(/\n$/, '').split('\n');
  const answers = lines.map((line, index) =>
    line.startsWith('bad') ? errorLine(index + 1) : JSON.stringify({ line }),
  );
  response.setHeader('x-batchline-records', lines.length);
  response.setHeader('x-batchline-errors', lines.filter((line) => line.startsWith('bad')).length);
  response.end(answers.map((answer) => `${answer}\n`).join(''));
}

export function errorLine(record: number): string {
  return JSON.stringify({ error: { code: 'INVALID_JSON', message: 'expected a value', record } });
}
