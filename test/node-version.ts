/** The oldest Node that runs TypeScript by itself. */
const oldest = [22, 18] as const;
/** What the dev dependency `node` puts in front of PATH in npm scripts, and what the image runs. */
const npmScripts = 24;

/**
 * Stops a test run on the wrong Node, with the remedy. npm skips the install script of the `node` package silently
 * when it is not allowed, and then every npm script runs on whatever Node the machine has. Started by hand
 * (`node26 scripts/test.ts`) any supported version is meant.
 */
export function assertNodeVersion(version = process.versions.node, underNpm = 'npm_execpath' in process.env): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new Error(`batchline needs Node ${oldest.join('.')} or newer (native TypeScript); this is ${version}`);
  }
  if (underNpm && major !== npmScripts) {
    throw new Error(
      `npm scripts run on Node ${npmScripts} from the dev dependency "node"; this is ${version}, so its install script ` +
        'was skipped. Run "npm ci" with an npm that reads allowScripts in package.json, or "npm rebuild node"',
    );
  }
}
