import { resolve } from 'node:path';
import { type FileDocument, invalid, isMembers, type Members, readDocument } from '../../documents/read-document.ts';
import { parseCreateModel } from '../../sagemaker-api/create-model.ts';
import { parseCreateTransformJob } from '../../sagemaker-api/parse-create-transform-job.ts';
import type { Locate } from '../../sagemaker-api/parse-request.ts';
import type { Launch } from './launch.ts';

export const apiSections = ['CreateModel', 'CreateTransformJob'] as const;
export type ApiSection = (typeof apiSections)[number];

/** A request of the API, written in the launch file or in a file of its own. */
export interface Section {
  readonly members: Members;
  readonly locate: Locate;
}

/** @throws BatchlineError INVALID_SETTING if it is neither a structure nor the name of a file that holds one */
export async function readSection(
  name: ApiSection,
  given: unknown,
  { folder, document }: { folder: string; document: FileDocument },
): Promise<Section> {
  if (typeof given === 'string') {
    const { value, locate } = await readDocument(resolve(folder, given));
    return { members: value, locate };
  }
  const locate: Locate = (path) => document.locate([name, ...path]);
  if (isMembers(given)) return { members: given, locate };
  const received = given === undefined ? 'nothing' : JSON.stringify(given);
  throw invalid(
    `${document.locate([name])}: ${name}: expected the members of a ${name} request, or the name of a JSON file of them, received ${received}`,
  );
}

const standIn = 'stand-in';

/** Checked with stand-ins for what the launch finds out. */
export function parseModelSection({ members, locate }: Section): Launch['createModel'] {
  const { PrimaryContainer: primary, Containers: several } = members;
  const containers = several === undefined ? { PrimaryContainer: container(primary ?? {}) } : listed(several);
  parseCreateModel({ ModelName: standIn, ...members, ...containers }, { unknown: 'refuse', locate });
  const rest = several === undefined ? { PrimaryContainer: primary ?? {} } : {};
  return textual({ ...members, ...rest }) as Launch['createModel'];
}

function listed(several: unknown): Members {
  return { Containers: Array.isArray(several) ? several.map(container) : several };
}

function container(given: unknown): unknown {
  return isMembers(given) ? textual({ Image: standIn, ...given }) : given;
}

export function parseJobSection({ members, locate }: Section): Launch['job'] {
  const given = textual(members);
  parseCreateTransformJob({ TransformJobName: standIn, ModelName: standIn, ...given }, { unknown: 'refuse', locate });
  return given as Launch['job'];
}

/** YAML's `WORKERS: 8` is a number, the API's values of variables are strings. */
function textual(members: Members): Members {
  const environment = members['Environment'];
  const primary = members['PrimaryContainer'];
  const several = members['Containers'];
  return {
    ...members,
    ...(isMembers(environment) ? { Environment: textValues(environment) } : {}),
    ...(isMembers(primary) ? { PrimaryContainer: textual(primary) } : {}),
    ...(Array.isArray(several) ? { Containers: several.map((one) => (isMembers(one) ? textual(one) : one)) } : {}),
  };
}

function textValues(values: Members): Members {
  const text = (value: unknown) => (['number', 'boolean'].includes(typeof value) ? String(value) : value);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
}
