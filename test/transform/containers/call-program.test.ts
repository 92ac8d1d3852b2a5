import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callProgram } from '../../../src/transform/containers/call-program.ts';
import { stubEngine } from './stub-engine.ts';

describe('a program', () => {
  test('gets its input', async (t) => {
    await stubEngine(t, { docker: 'cat' });
    assert.equal(await callProgram('docker', ['login'], { input: 'secret' }), 'secret');
  });

  test('that does not read its input is no reason to fail', async (t) => {
    await stubEngine(t, { docker: 'exec 0<&-; echo done' });
    assert.equal(await callProgram('docker', ['login'], { input: 'x'.repeat(1_000_000) }), 'done');
  });

  test('tells each line, of stdout and of stderr', async (t) => {
    await stubEngine(t, { docker: 'echo one; echo two >&2; printf three' });
    const lines: string[] = [];
    assert.equal(await callProgram('docker', ['push'], { onLine: (line) => lines.push(line) }), 'one\nthree');
    assert.deepEqual(lines.sort(), ['one', 'three', 'two']);
  });

  test('that fails is quoted', async (t) => {
    await stubEngine(t, { docker: 'echo "no such image" >&2; exit 1' });
    await assert.rejects(callProgram('docker', ['push']), { message: 'no such image' });
  });

  test('that is not installed is missing', async (t) => {
    await stubEngine(t, {});
    await assert.rejects(callProgram('docker', ['push']), { code: 'ENOENT' });
  });

  test('is not started after the signal', async (t) => {
    const stub = await stubEngine(t, { docker: 'true' });
    await assert.rejects(callProgram('docker', ['push'], { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
    await assert.rejects(stub.calls());
  });
});
