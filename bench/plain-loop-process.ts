// The plain loop's process: what any program must at least do in one thread, once for each message.
import { readFile } from 'node:fs/promises';
import { loadModel } from '../src/models/load-model.ts';
import { openModel } from '../src/models/open-model.ts';
import type { JsonValue } from '../src/records/json-value.ts';

const [, , file = '', modelDir = ''] = process.argv;
/** Node's own method behind toString('utf8'), which @types/node leaves out. */
interface Utf8Bytes extends Buffer {
  utf8Slice(start: number, end: number): string;
}

const bytes = (await readFile(file)) as Utf8Bytes;
const model = await loadModel(await openModel(modelDir));

process.on('message', () => {
  const before = process.cpuUsage();
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    model.read(JSON.parse(bytes.utf8Slice(start, end)) as JsonValue);
    start = end + 1;
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.((user + system) / 1e6);
});
process.send?.('ready');
