import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lacks, runClient } from '../clients/run-client.ts';

/** Why requests cannot be held against botocore's models here; false if they can. */
export const withoutBotocore: string | false = lacks('awscli');

/** As `startFaultyAws` records it. */
export interface ApiRequest {
  /** botocore's name: sagemaker, ecr, sts, iam, logs. */
  readonly service: string;
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * What AWS's own models of its APIs have against requests: unknown and missing members, types, lengths, enumerations,
 * patterns (whole strings). Empty when all are right.
 */
export async function validateByBotocore(requests: readonly ApiRequest[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'batchline-botocore-'));
  try {
    const file = join(folder, 'requests.json');
    const different = new Set(
      requests.map(({ service, operation, body }) => JSON.stringify({ service, operation, body })),
    );
    await writeFile(file, `[${[...different].join()}]`);
    return await runClient<string[]>({}, { venv: 'awscli', file: 'validate_requests.py', given: { file }, env: {} });
  } finally {
    await rm(folder, { recursive: true });
  }
}
