import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRefusedLogin, isTransient, ToolError } from '../../../src/sagemaker/image/tool-failure.ts';

// What docker 20.10, podman 4.3 and buildah 1.28 write.
const cases: [said: string, remedy: RegExp][] = [
  [
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    /the engine is not running: start it/,
  ],
  [
    'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "…": dial unix /var/run/docker.sock: connect: permission denied',
    /your user may not use the engine/,
  ],
  ['write /var/lib/docker/tmp/x: no space left on device', /the disk is full/],
  ['no basic auth credentials', /the registry refuses the login: allow/],
  ['denied: requested access to the resource is denied', /the registry refuses the login: allow/],
  ['Error: logging into "127.0.0.1:5000": invalid username/password', /the registry refuses the login: allow/],
  [
    "name unknown: The repository with name 'a' does not exist in the registry with id '123456789012'",
    /the repository has been deleted meanwhile/,
  ],
  [
    'pinging container registry 10.0.0.1:5000: Get "https://10.0.0.1:5000/v2/": http: server gave HTTP response to HTTPS client',
    /speaks plain HTTP/,
  ],
  ['Get "https://r.example.com/v2/": x509: certificate signed by unknown authority', /does not trust/],
  [
    'Get "https://r.example.com/v2/": dial tcp: lookup r.example.com on 10.0.0.53:53: no such host',
    /the network: check/,
  ],
  ['An image does not exist locally with the tag: 127.0.0.1:5000/t/nope', /did not leave its image in the engine/],
  ['ERROR: BuildKit is enabled but the buildx component is missing or broken.', /buildx plug-in/],
  ['exec /bin/sh: exec format error', /on another machine install QEMU/],
  [
    "tag invalid: The image tag 'x' already exists in the 'y' repository and cannot be overwritten because the repository is immutable.",
    /does not let tags be moved/,
  ],
];

describe('what a tool says', () => {
  for (const [said, remedy] of cases) {
    test(`has a remedy: ${said.slice(0, 60)}`, () => {
      const { message } = new ToolError('docker push', said, { cause: undefined });
      assert.match(message, remedy);
      assert.ok(message.endsWith(`:\n  ${said}`));
    });
  }

  test('is repeated where nothing is known about it', () => {
    const { message } = new ToolError('docker build', 'one\ntwo', { cause: undefined });
    assert.equal(message, 'docker build failed:\n  one\n  two');
  });

  test('may be about the login', () => {
    for (const said of [
      'no basic auth credentials',
      'denied: Your authorization token has expired. Reauthenticate and try again.',
      'Error response from daemon: login attempt to http://127.0.0.1:5000/v2/ failed with status: 401 Unauthorized',
      'Error: logging into "127.0.0.1:5000": invalid username/password',
    ]) {
      assert.ok(isRefusedLogin(said), said);
    }
    assert.ok(!isRefusedLogin('no space left on device'));
  });

  test('may be different in a moment', () => {
    for (const said of [
      'unexpected EOF',
      'write tcp 10.0.0.1:1->10.0.0.2:443: write: connection reset by peer',
      'net/http: TLS handshake timeout',
      'received unexpected HTTP status: 503 Service Unavailable',
    ]) {
      assert.ok(isTransient(said), said);
    }
    for (const said of ['no space left on device', 'digest: sha256:500 size: 502']) assert.ok(!isTransient(said), said);
  });
});
