/** A thing that is bought, with what people write about it. `{}` takes a word of the aspect. */
export interface Product {
  readonly name: string;
  readonly aspects: readonly (readonly [aspect: string, good: readonly string[], bad: readonly string[]])[];
}

export const products: readonly Product[] = [
  {
    name: 'headphones',
    aspects: [
      ['sound', ['rich', 'crisp', 'full', 'warm'], ['tinny', 'muffled', 'flat', 'hollow']],
      ['fit', ['snug', 'comfortable', 'light'], ['loose', 'painful', 'tight']],
      ['battery', ['long-lasting', 'dependable', 'generous'], ['weak', 'unreliable', 'dead within a day']],
      ['cable', ['sturdy', 'long enough', 'well made'], ['flimsy', 'far too short', 'frayed already']],
    ],
  },
  {
    name: 'kettle',
    aspects: [
      ['lid', ['solid', 'easy to open', 'tight'], ['loose', 'stuck', 'cracked']],
      ['handle', ['cool', 'well shaped', 'sturdy'], ['hot', 'wobbly', 'slippery']],
      ['spout', ['precise', 'clean', 'neat'], ['leaky', 'messy', 'clogged']],
    ],
  },
  {
    name: 'novel',
    aspects: [
      ['plot', ['gripping', 'clever', 'moving', 'surprising'], ['thin', 'predictable', 'tedious', 'confused']],
      ['heroine', ['believable', 'funny', 'memorable'], ['wooden', 'irritating', 'hollow']],
      ['ending', ['satisfying', 'perfect', 'touching'], ['rushed', 'absurd', 'disappointing']],
      ['prose', ['elegant', 'lively', 'sharp'], ['clumsy', 'stale', 'overwrought']],
    ],
  },
  {
    name: 'café',
    aspects: [
      ['coffee', ['excellent', 'smooth', 'aromatic'], ['burnt', 'watery', 'lukewarm']],
      ['staff', ['friendly', 'quick', 'attentive'], ['rude', 'slow', 'indifferent']],
      ['cake', ['fresh', 'delicious', 'moist'], ['stale', 'dry', 'overpriced']],
      ['room', ['cosy', 'bright', 'quiet'], ['noisy', 'cramped', 'dirty']],
    ],
  },
];

export const goodVerdicts = [
  'I would buy it again',
  'worth every penny',
  'my favourite by far',
  'I recommend it to everybody',
  'better than I had hoped',
  'a real pleasure',
] as const;

export const badVerdicts = [
  'I want my money back',
  'a waste of money',
  'never again',
  'I regret it already',
  'worse than I had feared',
  'avoid it',
] as const;

/** What says nothing of the verdict, and a learner should find that out. */
export const openings = [
  'Bought this in spring.',
  'A present from my sister.',
  'My second one.',
  'Tried it over the weekend.',
  'It was on offer.',
  'A friend told me about it.',
  'After a month:',
] as const;

export const strengths = ['very', 'really', 'rather', 'quite', 'remarkably', 'simply'] as const;
