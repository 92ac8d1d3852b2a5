import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { told } from '../calls.ts';
import { defaultRegion } from '../config.ts';
import { type S3Call, s3Code, s3Error } from './s3-errors.ts';

export interface S3Options {
  /** By default what variables or the profile say. */
  readonly region?: string;
  /** A profile of the AWS configuration; by default AWS_PROFILE, or none. */
  readonly profile?: string;
  /** By default what variables, the profile or the machine's role say. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** The address of a server other than AWS; by default what AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile say. */
  readonly endpoint?: string;
  /** How long a server may say nothing and take nothing before the connection is given up; 30 s by default. */
  readonly timeoutMs?: number;
  /** How often a call is made before it fails; 8 by default, which outlasts 5 s without a server. */
  readonly tries?: number;
  /** The longest pause before the second try; it doubles each time, up to 5 s. 100 ms by default. */
  readonly firstPauseMs?: number;
}

type Sdk = typeof import('@aws-sdk/client-s3');

/** What a call is made with. `attempt` counts from 1. */
export interface S3Session {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly attempt: number;
}

export interface S3Connection {
  /**
   * Makes a call, again and again while its failure may pass. The SDK's own retries are off: their pauses cannot be
   * ended by a signal, and their number is shared by all calls.
   * @throws BatchlineError, or the signal's reason
   */
  call<T>(about: S3Call, send: (session: S3Session) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Waits before try `failures + 1`; false, at once, if there have been as many failures as there may be. */
  pause(failures: number, signal: AbortSignal): Promise<boolean>;
}

/** Connects when it is first used: importing the SDK takes longer than most commands. */
export function connectS3(options: S3Options): S3Connection {
  const { tries = 8, firstPauseMs = 100 } = options;
  let opened: Promise<{ sdk: Sdk; client: S3Client }> | undefined;
  const connection: S3Connection = {
    async call(about, send, signal) {
      for (let attempt = 1; ; attempt += 1) {
        signal.throwIfAborted();
        opened ??= open(options);
        const error = await opened
          .then((session) => told(`s3:${about.operation} ${about.uri}`, () => send({ ...session, attempt }), s3Code))
          .then(
            (value) => ({ value }),
            (failure: unknown) => s3Error(failure, about),
          );
        if ('value' in error) return error.value;
        signal.throwIfAborted();
        if (!error.retryable || !(await connection.pause(attempt, signal))) throw error;
      }
    },
    async pause(failures, signal) {
      if (failures >= tries) return false;
      const longest = Math.min(5000, firstPauseMs * 2 ** (failures - 1));
      // Between half and all of it, so that calls that failed together do not come back together.
      await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => signal.throwIfAborted());
      return true;
    },
  };
  return connection;
}

async function open({ timeoutMs = 30_000, ...options }: S3Options): Promise<{ sdk: Sdk; client: S3Client }> {
  const [sdk, { NodeHttpHandler }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@smithy/node-http-handler'),
  ]);
  const { endpoint, region = defaultRegion(), profile, credentials } = options;
  const client = new sdk.S3Client({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 1,
    followRegionRedirects: true,
    // Without the first a server that stops in the middle of a body is waited for without end.
    requestHandler: new NodeHttpHandler({ socketTimeout: timeoutMs, connectionTimeout: Math.min(10_000, timeoutMs) }),
    // What is read is checked in s3-read.ts, which knows about resumed bodies.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  // Servers other than AWS rarely have a host name a bucket. Only here is known whether there is an endpoint: the SDK
  // looks for one in variables and profiles.
  const provider = client.config.endpointProvider;
  client.config.endpointProvider = (params, context) =>
    provider({ ...params, ForcePathStyle: params.ForcePathStyle === true || params.Endpoint !== undefined }, context);
  return { sdk, client };
}
