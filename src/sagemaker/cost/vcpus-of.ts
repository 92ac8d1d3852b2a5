const sizes: Readonly<Record<string, number>> = { medium: 1, large: 2, xlarge: 4 };

/**
 * The vCPUs of an instance type by its name: of Intel's and AMD's families an xlarge has 4, an n-xlarge n times as many.
 * Undefined for names that say nothing, such as metal.
 */
export function vCpusOf(instanceType: string): number | undefined {
  const [, family = '', size = ''] = /^ml\.([^.]+)\.([^.]+)$/.exec(instanceType) ?? [];
  // Burstable ones have two of them up to large.
  if (/^t\d/.test(family) && ['medium', 'large'].includes(size)) return 2;
  const [, times] = /^(\d+)xlarge$/.exec(size) ?? [];
  return times === undefined ? sizes[size] : 4 * Number(times);
}
