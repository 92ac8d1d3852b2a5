import type { IamOptions } from './iam-options.ts';
import { partitionOf } from './iam-options.ts';
import { allow, type Statement } from './policy.ts';

/** Statements for KMS keys; none where no key is set. AWS takes a key's id, its ARN, an alias, or an alias's ARN. */
export function allowKeys(
  Sid: string,
  options: IamOptions,
  { actions, keys }: { actions: readonly string[]; keys: readonly (string | undefined)[] },
): Statement[] {
  const given = [...new Set(keys)].filter((key) => key !== undefined && key !== '') as string[];
  const aliases = given.filter(isAlias);
  const ids = given.filter((key) => !isAlias(key));
  // An alias is no resource of these actions: what it stands for is found by a condition.
  const named = aliases.map((key) => key.slice(key.indexOf('alias/')));
  const condition = { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': named } };
  return [
    ...(ids.length > 0
      ? [
          allow(
            Sid,
            actions,
            ids.map((key) => keyArn(options, key)),
          ),
        ]
      : []),
    ...(named.length > 0 ? [allow(`${Sid}ByAlias`, actions, keyArn(options, '*'), condition)] : []),
  ];
}

function isAlias(key: string): boolean {
  return /(^|:)alias\//.test(key);
}

function keyArn(options: IamOptions, key: string): string {
  if (key.startsWith('arn:')) return key;
  return `arn:${partitionOf(options)}:kms:${options.region}:${options.account}:key/${key}`;
}
