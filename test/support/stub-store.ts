import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { BatchlineError } from '../../src/errors.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import { openStores } from '../../src/storage/open-store.ts';
import type { S3Options } from '../../src/storage/s3-client.ts';
import { type Fault, type StubS3, stubS3 } from './stub-s3.ts';

export const secrets = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-very-secret-key' };

// The SDK takes these from the environment, as it does in life.
Object.assign(process.env, secrets, {
  AWS_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
});

const mebibyte = 1024 * 1024;
/** Three parts of an upload. */
export const large = Buffer.alloc(17 * mebibyte, 'abcdefghijklmnopqrstuvwxyz\n');
export const slowDown: Fault = { status: 503, code: 'SlowDown' };
export const internal: Fault = { status: 500, code: 'InternalError' };

/** The bucket of a stub of S3, that is tried again without long pauses. */
export async function stubStore(
  t: TestContext,
  options: S3Options & { pageSize?: number } = {},
): Promise<{ stub: StubS3; store: ObjectStore }> {
  const { pageSize = 1000, ...s3 } = options;
  const stub = await stubS3(t, { pageSize });
  const stores = openStores({ endpoint: stub.url, firstPauseMs: 2, timeoutMs: 10_000, ...s3 });
  return { stub, store: stores('s3://bucket/').store };
}

/** What a failure must say, whatever else; never a secret. */
export function failure(...parts: (string | RegExp)[]): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof BatchlineError, String(error));
    for (const part of parts) assert.match(error.message, typeof part === 'string' ? new RegExp(part) : part);
    for (const secret of Object.values(secrets)) assert.ok(!error.message.includes(secret), error.message);
    return true;
  };
}

/** How often an operation was asked for. */
export function count(stub: StubS3, operation: string): number {
  return stub.requests.filter((request) => request.startsWith(`${operation} `)).length;
}
