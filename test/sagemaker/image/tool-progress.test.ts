import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildProgress, pushProgress } from '../../../src/sagemaker/image/tool-progress.ts';
import type { LaunchEvent } from '../../../src/sagemaker/tell.ts';

// Lines of docker 20.10 with and without BuildKit, podman 4.3 and buildah 1.28.
const builds: [line: string, told: string][] = [
  ['#9 [build 4/8] RUN npm ci --ignore-scripts', 'build 4/8 RUN npm ci --ignore-scripts'],
  ['Step 2/3 : COPY a /a', '2/3 COPY a /a'],
  ['STEP 2/2: COPY a /a', '2/2 COPY a /a'],
  ['[1/2] STEP 3/9: RUN true', '3/9 RUN true'],
];
const pushes: [lines: string[], told: string][] = [
  [['abcdefabcdef: Preparing', '0123456789ab: Waiting'], '0 of 2 layers are there'],
  [
    ['abcdefabcdef: Preparing', '0123456789ab: Layer already exists', 'abcdefabcdef: Pushed'],
    '2 of 2 layers are there',
  ],
  [[`Copying blob sha256:${'a'.repeat(64)}`, `Copying blob ${'b'.repeat(64)}`], 'layer 2'],
  [[`Copying blob sha256:${'a'.repeat(64)}`, 'Writing manifest to image destination'], 'all layers are there'],
];

describe('progress', () => {
  for (const [line, told] of builds) {
    test(`of a build: ${line}`, () => {
      const events: LaunchEvent[] = [];
      const progress = buildProgress((event) => events.push(event), 'docker');
      progress.line('#9 3.2 added 34 packages');
      progress.line(line);
      progress.end();
      assert.deepEqual(
        events.map(({ message }) => message),
        ['docker builds the image', `docker builds the image: ${told}`],
      );
    });
  }
  for (const [lines, told] of pushes) {
    test(`of a push: ${lines.join(', ').slice(0, 60)}`, () => {
      const events: LaunchEvent[] = [];
      const progress = pushProgress((event) => events.push(event), 'podman');
      for (const line of ['Getting image source signatures', ...lines]) progress.line(line);
      progress.end();
      assert.equal(events.at(-1)?.message, `podman pushes the image: ${told}`);
      assert.equal(events.at(-1)?.event, 'image.push');
    });
  }

  test('comes a few times a second at most, and when nothing is heard', (t) => {
    t.mock.timers.enable({ apis: ['Date', 'setInterval'] });
    const events: LaunchEvent[] = [];
    const progress = buildProgress((event) => events.push(event), 'docker');
    for (let step = 1; step <= 100; step++) progress.line(`Step ${step}/100 : RUN true`);
    assert.equal(events.length, 1);
    t.mock.timers.tick(300);
    assert.equal(events.at(-1)?.message, 'docker builds the image: 100/100 RUN true');
    t.mock.timers.tick(6000);
    assert.match(events.at(-1)?.message ?? '', /: 100\/100 RUN true \([56] s\)$/);
    assert.equal(events.length, 3);
    progress.end();
    t.mock.timers.tick(60_000);
    assert.equal(events.length, 3);
  });
});
