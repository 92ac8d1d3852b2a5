import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { ECRClient } from '@aws-sdk/client-ecr';

export interface StubEcr {
  readonly client: ECRClient;
  /** `CreateRepository {…}` of each call, in order. */
  readonly calls: string[];
  readonly repositories: Set<string>;
  readonly policies: Map<string, string>;
  /** `user:password` of the tokens given from now on. */
  login: string;
  proxyEndpoint: string;
  /** By operation: the codes of the next failures. */
  readonly failures: Map<string, string[]>;
}

interface EcrInput {
  readonly repositoryName: string;
  readonly repositoryNames: readonly string[];
  readonly lifecyclePolicyText: string;
}

/** ECR's API as far as the launcher calls it. Its tokens say that they have expired long ago, as moto's do. */
export async function stubEcr(t: TestContext): Promise<StubEcr> {
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    let body = '';
    request.on('data', (piece) => (body += piece));
    request.on('end', () => {
      const [status, reply] = answer(operation, JSON.parse(body) as EcrInput, body);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(reply));
    });
  });
  const answer = (operation: string, input: EcrInput, body: string): [number, unknown] => {
    ecr.calls.push(`${operation} ${body}`);
    const failure = ecr.failures.get(operation)?.shift();
    if (failure) return [400, { __type: failure, message: 'as told' }];
    return answers[operation]?.(input) ?? [400, { __type: 'UnknownOperationException' }];
  };
  const answers: Record<string, (input: EcrInput) => [number, unknown]> = {
    GetAuthorizationToken: () => {
      const authorizationToken = Buffer.from(ecr.login).toString('base64');
      const { proxyEndpoint } = ecr;
      return [200, { authorizationData: [{ authorizationToken, proxyEndpoint, expiresAt: 1_420_070_400 }] }];
    },
    DescribeRepositories: ({ repositoryNames }) =>
      ecr.repositories.has(repositoryNames[0] ?? '')
        ? [200, { repositories: [] }]
        : [400, { __type: 'RepositoryNotFoundException', message: 'no such repository' }],
    CreateRepository: ({ repositoryName }) => {
      ecr.repositories.add(repositoryName);
      return [200, {}];
    },
    GetLifecyclePolicy: ({ repositoryName }) => {
      const lifecyclePolicyText = ecr.policies.get(repositoryName);
      return lifecyclePolicyText === undefined
        ? [400, { __type: 'LifecyclePolicyNotFoundException', message: 'none' }]
        : [200, { lifecyclePolicyText }];
    },
    PutLifecyclePolicy: ({ repositoryName, lifecyclePolicyText }) => {
      ecr.policies.set(repositoryName, lifecyclePolicyText);
      return [200, {}];
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new ECRClient({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  t.after(() => {
    client.destroy();
    server.close();
  });
  const ecr: StubEcr = {
    client,
    calls: [],
    repositories: new Set(),
    policies: new Map(),
    login: 'AWS:first:secret',
    proxyEndpoint: 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    failures: new Map(),
  };
  return ecr;
}
