// Writes the bundled sample, made-up outlets in the shape of the real ones. The same seed gives the same bytes.
//   node examples/flag-combo/generate.ts [--output FILE] [--labels FILE] [--outlets N] [--seed N]
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../../src/learning/random.ts';
import {
  type Cuisine,
  cities,
  comboCategories,
  cuisines,
  nearMisses,
  outletFirstWords,
  outletLastWords,
  quarters,
} from './menu-words.ts';

const { values: options } = parseArgs({
  options: {
    output: { type: 'string', default: join(import.meta.dirname, 'data/outlets.jsonl') },
    labels: { type: 'string' }, // which outlets were given combos, as a table; by default not written
    outlets: { type: 'string', default: '600' },
    seed: { type: 'string', default: '20220723' },
  },
});

const random = createRandom(Number(options.seed));
const chance = (probability: number) => random() < probability;
const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
const pick = <Value>(values: readonly Value[]) => values[between(0, values.length - 1)] as Value;

function makeOutlet(index: number) {
  const name = `${pick(outletFirstWords)} ${pick(outletLastWords)}`;
  const quarter = pick(quarters);
  const served = [pick(cuisines), ...(chance(0.5) ? [pick(cuisines)] : [])];
  const outlet = {
    outlet_id: slug(`${name} ${quarter} ${index + 1}`),
    name,
    city: pick(cities),
    cuisines: [...new Set(served.map((cuisine) => cuisine.name))],
    rating: chance(0.08) ? null : between(28, 48) / 10,
    price_for_one: `₹${between(2, 16) * 50} for one`,
    ...makeMenu(served),
  };
  const { hasCombo, ...published } = outlet;
  return { outlet: published, hasCombo };
}

function makeMenu(served: readonly Cuisine[]) {
  const length = between(20, chance(0.35) ? 120 : 70);
  const menu: ReturnType<typeof makeItem>[] = [];
  const hasCombo = chance(0.45);
  if (hasCombo) menu.push(...makeCombos(pick(served)));
  if (chance(0.3)) menu.push(makeItem('Specials', pick(nearMisses)));
  const categories = served.flatMap((cuisine) => cuisine.categories);
  while (menu.length < length) {
    const [category, styles, bases] = pick(categories);
    for (let count = between(3, 9); count > 0 && menu.length < length; count--) {
      menu.push(makeItem(category, `${pick(styles)} ${pick(bases)}`));
    }
  }
  return { menu, hasCombo };
}

/** A handful of combos, in one of the ways that outlets sell them. */
function makeCombos(cuisine: Cuisine) {
  const nameCombo = pick(comboNames);
  const category = chance(0.6) ? pick(comboCategories) : pick(cuisine.categories)[0];
  return Array.from({ length: between(1, 6) }, () => makeItem(category, nameCombo(dish(cuisine), pick(cuisine.sides))));
}

/** The ways that outlets name a combo. */
const comboNames: readonly ((main: string, side: string) => string)[] = [
  (main, side) => (chance(0.3) ? `${main}+${side}` : `${main} + ${side}`),
  (main, side) => `${main} with ${side}`,
  (main, side) => `${main} ${pick(['Combo', 'Mini Combo', 'COMBO'])} (${side})`,
  (main) => `${main} ${pick(['Meal', 'Thali', 'Meal Box', 'Executive Meal'])}`,
  (main, side) => `Party of ${between(2, 6)}: ${main}, ${side} and a drink`,
];

function dish(cuisine: Cuisine): string {
  const [, styles, bases] = pick(cuisine.categories);
  return `${pick(styles)} ${pick(bases)}`;
}

function makeItem(category: string, name: string) {
  return {
    category,
    name,
    veg: !/chicken|mutton|lamb|prawn|fish|salmon|kebab|bolognese/i.test(name),
    must_try: chance(0.04),
    chef_special: chance(0.03),
    recommended: chance(0.12),
  };
}

function slug(text: string): string {
  const ascii = text.normalize('NFKD').replace(/[^\0-\x7f]/g, '');
  return ascii.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

const made = Array.from({ length: Number(options.outlets) }, (_, index) => makeOutlet(index));
write(
  options.output,
  made.map(({ outlet }) => JSON.stringify(outlet)),
);
if (options.labels) {
  const rows = made.map(({ outlet, hasCombo }) => `${outlet.outlet_id}\t${hasCombo ? 1 : 0}\ty`);
  write(options.labels, ['outlet_id\tlabel\tsure', ...rows]);
}

function write(file: string, lines: readonly string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
}
