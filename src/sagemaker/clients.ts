import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { defaultRegion } from '../config.ts';

/** The APIs that a launch calls; S3 is called through `src/storage`. */
export interface AwsClients {
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly ecr: ECRClient;
  readonly sagemaker: SageMakerClient;
  readonly logs: CloudWatchLogsClient;
  readonly region: string;
  close(): void;
}

export interface ClientOptions {
  readonly region: string;
  readonly profile?: string;
}

/** Throttling is a matter of course where many jobs are watched: five refusals in a row are outlasted. */
const maxAttempts = 8;

/**
 * Clients of one region. Credentials and endpoints come from where every AWS program has them: variables
 * (`AWS_ENDPOINT_URL_SAGEMAKER`, …), profiles, the machine's role.
 */
export function createClients({ region, profile }: ClientOptions): AwsClients {
  return clientsWith({
    region,
    ...(profile === undefined ? {} : { profile }),
    maxAttempts,
    retryMode: 'adaptive',
    requestHandler: new NodeHttpHandler({ socketTimeout: 60_000, connectionTimeout: 10_000 }),
  });
}

/** Of the options that every client has, those that are used here. */
type CommonOptions = Pick<
  STSClientConfig,
  'endpoint' | 'profile' | 'credentials' | 'maxAttempts' | 'retryMode' | 'retryStrategy' | 'requestHandler'
> & {
  readonly region: string;
};

/** The clients with the same options. */
export function clientsWith(options: CommonOptions): AwsClients {
  const clients = {
    sts: new STSClient(options),
    iam: new IAMClient(options),
    ecr: new ECRClient(options),
    sagemaker: new SageMakerClient(options),
    logs: new CloudWatchLogsClient(options),
  };
  const close = () => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, region: options.region, close };
}

/** The region that variables or the profile say; undefined if they say none. */
export async function regionOf(profile: string | undefined): Promise<string | undefined> {
  const client = new STSClient(profile === undefined ? {} : { profile });
  return await client.config.region().catch(() => defaultRegion());
}
