import type { Problem } from '../step.ts';
import { containerRules } from './rules/container-rules.ts';
import { environmentRules } from './rules/environment-rules.ts';
import { jobRules } from './rules/job-rules.ts';
import { kmsRules } from './rules/kms-rules.ts';
import { processingRules } from './rules/processing-rules.ts';
import { resourceRules } from './rules/resource-rules.ts';
import type { Ruled } from './rules/ruled.ts';
import { serverRules } from './rules/server-rules.ts';

/**
 * What the settings of a launch mean together. That each is one the API takes, payload × concurrency, and which filters
 * go with which types, was checked when the launch file was read.
 */
export function checkSettings(launch: Ruled): Problem[] {
  const rules = [jobRules, processingRules, serverRules, environmentRules, resourceRules, kmsRules, containerRules];
  return rules.flatMap((rule) => rule(launch));
}
