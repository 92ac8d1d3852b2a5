import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RecordError } from '../../src/errors.ts';
import { loadModel } from '../../src/models/load-model.ts';
import type { Model } from '../../src/models/model.ts';
import { openModel } from '../../src/models/open-model.ts';
import type { JsonValue } from '../../src/records/json-value.ts';
import { createSpanWalker } from '../../src/records/span-walker.ts';

export interface ModelCase {
  readonly name: string;
  /** Makes the model folder; `remove` is called at the end. */
  readonly folder: () => Promise<{ dir: string; remove: () => Promise<void> }>;
  /** At least three records that score, no two of them alike. */
  readonly records: readonly JsonValue[];
  /** Records that `read` or `predict` refuses. */
  readonly bad: readonly JsonValue[];
}

/** What every format promises of the interface `Model`, whatever it computes. */
export function modelContract({ name, folder, records, bad }: ModelCase): void {
  describe(`the model contract: ${name}`, () => {
    let made: { dir: string; remove: () => Promise<void> };
    let model: Model;
    before(async () => {
      made = await folder();
      // As on its way to a worker: what openModel gives must survive the clone.
      model = await loadModel(structuredClone(await openModel(made.dir)));
    });
    after(() => made.remove());

    const rowsOf = async (some: readonly JsonValue[]) => Promise.all(some.map((record) => model.read(record)));
    const predict = async (some: readonly JsonValue[]) => model.predict(await rowsOf(some));

    it('has a description with its name, version, format and output', () => {
      const { description } = model;
      for (const key of ['name', 'version', 'format'] as const) assert.equal(typeof description[key], 'string', key);
      assert.ok(description.output === 'json' || description.output.length > 0);
    });

    it('answers one prediction for each row, in order, whatever the sub-batch', async () => {
      const together = await predict(records);
      assert.equal(together.length, records.length);
      const alone = (await Promise.all(records.map((record) => predict([record])))).flat();
      assert.deepEqual(together, alone);
      assert.deepEqual((await predict([...records].reverse())).toReversed(), together);
    });

    it('is the same at every call', async () => {
      assert.deepEqual(await predict(records), await predict(records));
    });

    it('keeps the features of one record apart from the next', async () => {
      const rows = await rowsOf(records);
      await rowsOf([...records].reverse());
      assert.deepEqual(await model.predict(rows), await predict(records));
    });

    it('answers the keys of its output, in values that JSON can hold', async () => {
      const { output } = model.description;
      for (const prediction of await predict(records)) {
        assert.deepEqual(JSON.parse(JSON.stringify(prediction)), prediction);
        if (output === 'json') continue;
        for (const key of output) assert.ok(key in (prediction as object), key);
      }
    });

    it('leaves a record as it is', async () => {
      const before = structuredClone(records);
      await predict(records);
      assert.deepEqual(records, before);
    });

    it('refuses a bad record with an error of its own, and scores the next', async () => {
      for (const record of bad) {
        await assert.rejects(predict([record]), (error) => error instanceof RecordError || error instanceof Error);
        assert.equal((await predict(records.slice(0, 1))).length, 1);
      }
    });

    it('answers the same for texts as places in bytes, unless it is a handler', async () => {
      const { format, input } = model.description;
      const walker = format === 'handler' || input.features.length > 0 ? undefined : createSpanWalker(input);
      let compared = 0;
      for (const record of walker === undefined ? [] : records) {
        const bytes = Buffer.from(JSON.stringify(record));
        if (!walker?.walk(bytes, 0, bytes.length)) continue;
        assert.deepEqual(await model.predict([await model.read(walker.spans)]), await predict([record]));
        compared++;
      }
      assert.ok(walker === undefined || compared > 1);
    });

    it('can be closed', async () => {
      await model.close?.();
    });
  });
}
