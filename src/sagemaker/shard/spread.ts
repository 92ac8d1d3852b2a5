/**
 * How much longer the busiest instance works than the average if objects go round the instances in their order; 1 is
 * perfectly even. SageMaker does not say how it divides keys; this is neither the best way nor the worst.
 */
export function unevenness(sizes: readonly number[], instances: number): number {
  const loads = Array<number>(instances).fill(0);
  for (const [index, size] of sizes.entries()) loads[index % instances] = (loads[index % instances] ?? 0) + size;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return total === 0 ? 1 : (Math.max(...loads) * instances) / total;
}

/**
 * An order in which large and small items are spread evenly, whether instances get every n-th of them or one n-th in a
 * row: dealt to piles by size, and the piles one after the other, each turned so that its largest come to another turn.
 */
export function spread<T>(items: readonly T[], instances: number, sizeOf: (item: T) => number): T[] {
  const bySize = items.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const order: T[] = [];
  for (let number = 0; number < instances; number += 1) {
    const pile = bySize.filter((_, index) => index % instances === number);
    const turn = pile.length - ((((number - order.length) % instances) + instances) % instances);
    order.push(...pile.slice(Math.max(0, turn)), ...pile.slice(0, Math.max(0, turn)));
  }
  return order;
}
