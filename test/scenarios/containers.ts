/** Somebody else's container, by what it answers to a body. */
interface Stub {
  readonly answer: (body: Buffer, asked: number) => Answer | Promise<Answer>;
}

/** batchline's own server around a handler's code. */
interface Handler {
  readonly code: string;
}

interface Answer {
  readonly status?: number;
  readonly body: Buffer | string;
}

/** The containers of the scenarios. `asked` counts how often that very body has come, from 1. */
export const containers = {
  echo: { answer: (body) => ({ body }) },
  /** Says how large each request is, without a newline. */
  size: { answer: (body) => ({ body: String(body.length) }) },
  /** The sum of each row. */
  sum: { answer: (body) => ({ body: linesOf(body).map(sumOf).join('') }) },
  'loses the last line': { answer: (body) => ({ body: linesOf(body).slice(0, -1).join('') }) },
  'adds a line': { answer: (body) => ({ body: Buffer.concat([body, Buffer.from('more\n')]) }) },
  'answers nothing': { answer: () => ({ status: 204, body: '' }) },
  '400 for bad': { answer: (body) => (body.includes('bad') ? { status: 400, body: 'a bad record' } : { body }) },
  '503 for bad': { answer: (body) => (body.includes('bad') ? { status: 503, body: 'out of order' } : { body }) },
  '500 at first': { answer: (body, asked) => (asked === 1 ? { status: 500, body: 'not yet' } : { body }) },
  'silent for bad': { answer: (body) => (body.includes('bad') ? new Promise(() => undefined) : { body }) },
  /** The earlier a record, the later its answer. */
  'last comes first': {
    answer: async (body) => {
      await new Promise((done) => setTimeout(done, 80 - 10 * Number(body.toString())));
      return { body };
    },
  },
  'own echo': { code: 'export const predict = (batch) => batch;' },
  doubling: { code: 'export const predict = (batch) => batch.map(({ n }) => ({ double: n * 2 }));' },
  'own failure for bad': {
    code: "export const predict = (batch) => batch.map((word) => { if (word === 'bad') throw new Error('bad word'); return word; });",
  },
} satisfies Record<string, Stub | Handler>;

export type ContainerName = keyof typeof containers;

/** The code of a handler; undefined for somebody else's container. */
export function handlerOf(name: ContainerName): string | undefined {
  const container: Stub | Handler = containers[name];
  return 'code' in container ? container.code : undefined;
}

export function answerOf(name: ContainerName): Stub['answer'] | undefined {
  const container: Stub | Handler = containers[name];
  return 'answer' in container ? container.answer : undefined;
}

function linesOf(body: Buffer): string[] {
  return body.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function sumOf(row: string): string {
  return `${row.split(',').reduce((sum, cell) => sum + Number(cell), 0)}\n`;
}
