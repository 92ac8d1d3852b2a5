// npm run bundle [-- OUTDIR]: what `batchline serve` needs as a few files without node_modules, for the image.
// One large file starts faster than hundreds of small ones, and nothing that serve does not use is in it.

import { globSync } from 'node:fs';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const outdir = process.argv[2] ?? 'build/serve';

await rm(outdir, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    main: 'src/cli/image.ts',
    worker: 'src/scoring/worker.ts', // where the pool looks for it: beside the file that it runs from
    'piscina-worker': 'node_modules/piscina/dist/worker.js',
  },
  outdir,
  bundle: true,
  splitting: true, // the three entries share modules, and a model format is loaded only when it is needed
  chunkNames: 'chunk-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true, // names stay as they are, so that stack traces in logs can be read
  legalComments: 'none', // THIRD-PARTY-LICENSES.txt has the whole texts
  // Logs are pretty on a developer's terminal only; piscina uses the other only for lower thread priority.
  external: ['pino-pretty', '@napi-rs/nice'],
  // CommonJS packages inside ES modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname, __filename = import.meta.filename;",
  },
  plugins: [piscinaWorkerBesideMain(), httpByRequire(), oneMimeDb()],
  metafile: true,
});
await writeFile(join(outdir, 'package.json'), '{ "type": "module" }\n');
await writeFile(join(outdir, 'THIRD-PARTY-LICENSES.txt'), await licences(metafile));
await copyFile('LICENSE', join(outdir, 'LICENSE'));

/** piscina starts `worker.js` in its own folder; in the bundle that name is taken by ours. */
function piscinaWorkerBesideMain(): Plugin {
  const original = "(__dirname, 'worker.js')";
  return {
    name: 'piscina-worker-beside-main',
    setup(build) {
      build.onLoad({ filter: /piscina\/dist\/index\.js$/ }, async ({ path }) => {
        const parts = (await readFile(path, 'utf8')).split(original);
        if (parts.length !== 2)
          throw new Error(`expected ${original} once in ${path}, found it ${parts.length - 1} times`);
        return { contents: parts.join("(__dirname, 'piscina-worker.js')") };
      });
    },
  };
}

/**
 * `import … from 'node:http'` reads every export once, and one of them loads all of undici: 25 ms that a require does
 * not take.
 */
function httpByRequire(): Plugin {
  return {
    name: 'http-by-require',
    setup(build) {
      build.onResolve({ filter: /^node:http$/ }, ({ kind, path }) =>
        kind === 'import-statement' ? { path, namespace: 'by-require' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'by-require' }, ({ path }) => ({
        contents: `module.exports = require('${path}');`,
      }));
    },
  };
}

/** express brings five copies of the list of media types, in two versions; evaluating them takes 18 ms. */
function oneMimeDb(): Plugin {
  const newest = { kind: 'require-call', resolveDir: 'node_modules/send', pluginData: 'newest' } as const;
  return {
    name: 'one-mime-db',
    setup(build) {
      build.onResolve({ filter: /^mime-db$/ }, ({ path, pluginData }) =>
        pluginData === newest.pluginData ? undefined : build.resolve(path, newest),
      );
    },
  };
}

/** The licence texts of every package that is in the bundle, as their authors ask. */
async function licences({ inputs }: Metafile): Promise<string> {
  const folders = new Set<string>();
  for (const input of Object.keys(inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder) folders.add(folder);
  }
  const texts = await Promise.all([...folders].sort().map(licence));
  return `batchline (LICENSE beside this file) contains these packages.\n\n${texts.join('\n')}`;
}

async function licence(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = globSync(`${folder}/{licen[cs]e,LICEN[CS]E,Licen[cs]e,NOTICE,COPYING}*`).filter(
    (file) => !/\.js$/.test(file),
  );
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const body = texts.length > 0 ? texts.map((text) => text.trim()).join('\n\n') : `Licence: ${license}`;
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n${body}\n`;
}
