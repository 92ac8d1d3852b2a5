// npm test: every test but the peers (they need engines and packages of their own, see .ci/run), with the coverage gate.
// npm test -- test/x.test.ts …   only these files, no gate; options such as --test-name-pattern=… go to node --test.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { assertNodeVersion } from '../test/node-version.ts';

assertNodeVersion();

const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith('-'));
const named = args.filter((arg) => !arg.startsWith('-'));
const all = globSync('test/**/*.test.ts', { exclude: ['test/peers/**'] }).sort();

// Worker threads and child processes write their coverage to the same place (NODE_V8_COVERAGE is inherited), so the
// gate counts what src/scoring/worker.ts and a spawned `batchline serve` ran, as long as they end by themselves.
const gate = ['--experimental-test-coverage', '--test-coverage-include=src/**', '--test-coverage-lines=90'];
const whole = args.length === 0;
// Many tests wait for processes that they start; Node's own choice leaves one core free.
const files = `--test-concurrency=${availableParallelism()}`;

const { status, signal } = spawnSync(
  process.execPath,
  ['--test', files, ...(whole ? gate : []), ...options, ...(named.length > 0 ? named : all)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? (signal ? 1 : 0);
