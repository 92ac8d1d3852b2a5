import type { BatchStrategy } from '../../transform/settings.ts';

/** What commander makes of the options of command.ts. */
export interface Flags {
  readonly job?: string;
  readonly input?: string;
  readonly output?: string;
  readonly model?: string;
  readonly image?: string;
  readonly url?: URL;
  readonly createModel?: string;
  readonly env: readonly string[];
  readonly workers?: number;
  readonly containerEngine?: 'docker' | 'podman';
  readonly contentType?: string;
  readonly accept?: string;
  readonly splitType?: 'None' | 'Line' | 'RecordIO' | 'TFRecord';
  readonly assembleWith?: 'None' | 'Line';
  readonly compressionType?: 'None' | 'Gzip';
  readonly manifest?: boolean;
  readonly inputFilter?: string;
  readonly outputFilter?: string;
  readonly joinSource?: 'Input' | 'None';
  readonly batchStrategy?: BatchStrategy;
  readonly maxPayloadInMb?: number;
  readonly maxConcurrentTransforms?: number;
  readonly timeoutSeconds?: number;
  readonly maxRetries?: number;
  readonly instanceCount?: number;
  readonly assume: readonly string[];
  readonly resume?: boolean;
  readonly retryErrors?: boolean;
  readonly shard?: number;
  /** False for --no-report, true by default. */
  readonly report: string | boolean;
  readonly showRecords?: boolean;
  readonly prices?: string;
  readonly tune?: boolean;
  readonly preview: number;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}
