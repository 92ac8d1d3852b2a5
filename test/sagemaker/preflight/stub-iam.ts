import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export type Form = URLSearchParams;
/** What one of IAM's or STS's actions answers: the inside of its result, or an error. */
export type Answer = string | { readonly code: string; readonly status?: number; readonly message?: string } | 'silent';

export interface StubIam {
  readonly url: string;
  /** What was asked, as the forms came. */
  readonly asked: Form[];
}

/** IAM and STS over HTTP: forms in, XML out; an action that is not given does not exist. */
export async function stubIam(
  t: TestContext,
  actions: Readonly<Record<string, (form: Form) => Answer>>,
): Promise<StubIam> {
  const asked: Form[] = [];
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    asked.push(form);
    const action = form.get('Action') ?? '';
    const answer = actions[action]?.(form) ?? { code: 'InvalidAction' };
    if (answer === 'silent') return;
    response.setHeader('content-type', 'text/xml');
    if (typeof answer === 'object') {
      const { code, status = 400, message = `The stub answers ${code}.` } = answer;
      const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
      return void response.writeHead(status).end(`<ErrorResponse>${error}</ErrorResponse>`);
    }
    response.end(`<${action}Response><${action}Result>${answer}</${action}Result></${action}Response>`);
  };
  const server = createServer((request, response) => {
    void reply(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export const account = '123456789012';
export const roleArn = `arn:aws:iam::${account}:role/scoring`;

const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** GetRole of roles that are there. */
export function roleXml(
  name: string,
  { arn = `arn:aws:iam::${account}:role/${name}`, policy = trust as unknown } = {},
) {
  const document = encodeURIComponent(JSON.stringify(policy));
  return `<Role><Path>/</Path><RoleName>${name}</RoleName><RoleId>AROA</RoleId><Arn>${arn}</Arn><CreateDate>2026-11-23T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument></Role>`;
}

/** SimulatePrincipalPolicy, which denies some actions. */
export function simulationXml(form: Form, denied: readonly string[] = [], missing: readonly string[] = []): string {
  const actions = [...form].filter(([name]) => name.startsWith('ActionNames.member.')).map(([, action]) => action);
  const members = actions.map((action) => {
    const decision = denied.includes(action) ? 'implicitDeny' : 'allowed';
    const context = missing.map((key) => `<member>${key}</member>`).join('');
    return `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision><MissingContextValues>${context}</MissingContextValues></member>`;
  });
  return `<EvaluationResults>${members.join('')}</EvaluationResults><IsTruncated>false</IsTruncated>`;
}

export function identityXml(arn: string): string {
  return `<Arn>${arn}</Arn><UserId>AIDA</UserId><Account>${account}</Account>`;
}
