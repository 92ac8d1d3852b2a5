// What the image weighs beside its base.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { MB } from '../machine.ts';
import type { Finding } from '../report.ts';

const base = 'node:24-bookworm-slim';
const tag = 'batchline:bench';

export async function run(): Promise<Finding | string> {
  if (!existsSync('Dockerfile') || spawnSync('docker', ['version'], { stdio: 'ignore' }).status !== 0)
    return 'no docker engine answers';
  execFileSync('docker', ['build', '--quiet', '--tag', tag, '.'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [baseMb, imageMb] = [sizeMb(base), sizeMb(tag)];
  return {
    method: `Uncompressed, as \`docker image inspect\` reports it. The base is this machine's ${base}.`,
    header: ['image', 'MB'],
    rows: [
      [base, baseMb.toFixed(0)],
      ['batchline', imageMb.toFixed(0)],
    ],
    figures: [
      { name: 'image above the base', value: imageMb - baseMb, target: 25, better: 'lower', unit: 'MB', digits: 1 },
    ],
  };
}

function sizeMb(image: string): number {
  return (
    Number(execFileSync('docker', ['image', 'inspect', '--format', '{{.Size}}', image], { encoding: 'utf8' })) / MB
  );
}
