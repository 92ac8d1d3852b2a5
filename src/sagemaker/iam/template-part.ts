/** A part of the template. What begins with a dollar sign and a brace is put in by CloudFormation. */
export interface TemplatePart {
  /** Parameters by which resources of the same name can be left out, and what they are about. */
  readonly optional: Readonly<Record<string, string>>;
  readonly resources: Readonly<Record<string, object>>;
  readonly outputs: Readonly<Record<string, { readonly Description: string; readonly Value: string }>>;
}

/** The parameter, and with `Too` its condition, that a resource is made by. */
export function optionOf(resource: string): string {
  return `Make${resource}`;
}

/** A value that CloudFormation puts in: `AWS::Region`, or an attribute of a resource. */
export function fromStack(name: string): string {
  return `\${${name}}`;
}
