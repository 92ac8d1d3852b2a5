import {
  CreateModelCommand,
  type CreateModelCommandInput,
  DeleteModelCommand,
  DescribeModelCommand,
  type DescribeModelCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { BatchlineError } from '../../errors.ts';
import type { CreateModelRequest } from '../../sagemaker-api/create-model.ts';
import { awsCode, callAws } from '../aws-call.ts';
import type { Step } from '../step.ts';
import { canonical } from './model-request.ts';

type ModelStep = Pick<Step, 'clients' | 'tell' | 'signal'>;

export interface CreatedModel {
  readonly name: string;
  /** Whether it was made now, and not by a launch before. */
  readonly created: boolean;
}

/**
 * Makes a model, unless it is there already. One of that name which is another is an error; one that appears while it is
 * made (the reply was lost and the call repeated, or another launch did the same) is not.
 * @throws BatchlineError INVALID_SETTING for another model of that name
 */
export async function createModel(request: CreateModelRequest, step: ModelStep): Promise<CreatedModel> {
  const name = request.ModelName;
  const created = !(await exists(request, step)) && (await create(request, step));
  step.tell({
    event: 'model',
    message: created ? `model ${name}: created` : `model ${name}: unchanged`,
    details: { name, created },
  });
  return { name, created };
}

/** @returns whether it is there, and is the same */
export async function exists(request: CreateModelRequest, step: Pick<Step, 'clients' | 'signal'>): Promise<boolean> {
  const there = await describe(request.ModelName, step);
  if (there) refuseAnother(request, there);
  return there !== undefined;
}

export async function deleteModel(name: string, { clients, signal, tell }: ModelStep): Promise<void> {
  const call = { operation: 'DeleteModel', action: 'sagemaker:DeleteModel', about: `model ${name}` };
  const command = new DeleteModelCommand({ ModelName: name });
  await callAws(call, () => clients.sagemaker.send(command, { abortSignal: signal }), signal);
  tell({ event: 'note', message: `model ${name}: deleted` });
}

async function create(request: CreateModelRequest, step: ModelStep): Promise<boolean> {
  const { clients, signal } = step;
  const call = { operation: 'CreateModel', action: 'sagemaker:CreateModel', about: `model ${request.ModelName}` };
  const command = new CreateModelCommand(request as CreateModelCommandInput);
  try {
    await callAws(call, () => clients.sagemaker.send(command, { abortSignal: signal }), signal);
    return true;
  } catch (error) {
    if (conflict.test(awsCode(error) ?? '') && (await exists(request, step).catch(() => false))) return true;
    throw error;
  }
}

/** What the API answers for a name that is taken. */
export const conflict = /^(ValidationException|ResourceInUse)/;

async function describe(
  name: string,
  { clients, signal }: Pick<Step, 'clients' | 'signal'>,
): Promise<DescribeModelCommandOutput | undefined> {
  const call = { operation: 'DescribeModel', action: 'sagemaker:DescribeModel', about: `model ${name}` };
  const command = new DescribeModelCommand({ ModelName: name });
  return await callAws(call, () => clients.sagemaker.send(command, { abortSignal: signal }), signal).catch((error) => {
    if (awsCode(error) === 'ValidationException') return undefined; // "Could not find model"
    throw error;
  });
}

function refuseAnother(wanted: CreateModelRequest, there: DescribeModelCommandOutput): void {
  const compared = [
    'Containers',
    'ExecutionRoleArn',
    'VpcConfig',
    'EnableNetworkIsolation',
    'InferenceExecutionConfig',
  ];
  const differing = compared.filter((member) => {
    const [a, b] = [wanted, there].map((model) => canonical(comparable(model as Model)[member as keyof Comparable]));
    return a !== b;
  });
  if (differing.length === 0) return;
  throw new BatchlineError(
    'INVALID_SETTING',
    `model ${wanted.ModelName}: there is one of that name, and it is another: ${differing.join(', ')} differ. ` +
      'Leave CreateModel.ModelName out, so that the name is derived from what the model is; or delete that one',
  );
}

type Model = CreateModelRequest & Partial<DescribeModelCommandOutput>;
type Comparable = ReturnType<typeof comparable>;

/** Of a request or an answer: what makes a model, in one form. Empty and absent are the same. */
function comparable({ Containers: several, PrimaryContainer: primary, ...model }: Model) {
  const containers = (several && several.length > 0 ? several : primary ? [primary] : []) as readonly object[];
  return {
    Containers: containers.map((container) => plain({ Mode: 'SingleModel', ...container })),
    ExecutionRoleArn: model.ExecutionRoleArn ?? '',
    VpcConfig: plain(model.VpcConfig ?? {}),
    EnableNetworkIsolation: model.EnableNetworkIsolation ?? false,
    InferenceExecutionConfig: several && several.length > 1 ? (model.InferenceExecutionConfig?.Mode ?? 'Serial') : '',
  };
}

/** AWS answers with members that were not given: an empty Environment, ModelDataSource of a ModelDataUrl. */
function plain(members: object): object {
  const known = [
    'Image',
    'ModelDataUrl',
    'Environment',
    'Mode',
    'ImageConfig',
    'ContainerHostname',
    'ModelPackageName',
    'SecurityGroupIds',
    'Subnets',
  ];
  return Object.fromEntries(
    Object.entries(members).filter(([name, value]) => known.includes(name) && value !== undefined && !isEmpty(value)),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
