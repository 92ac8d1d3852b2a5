import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FittedLinearText } from '../../../src/learning/linear-text-folder.ts';
import type { KeyedPrediction } from '../../../src/models/prediction.ts';
import { needsShared, readReference } from '../text/shared-reference.ts';
import { loadModel, score } from './load-folder.ts';

function close(actual: unknown, expected: number, tolerance = 1e-9): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

const textModel = (overrides: Partial<FittedLinearText['description']> = {}): FittedLinearText => ({
  description: {
    name: 'words',
    input: { text: ['text'] },
    vectorizer: { kind: 'vocabulary' },
    output: ['predicted_label', 'raw_score'],
    ...overrides,
  },
  terms: ['bad', 'good'],
  coef: [[-1, 2]],
  intercept: [-0.5],
});

function referenceModel(reference: ReturnType<typeof readReference>, part: 'binary' | 'multiclass'): FittedLinearText {
  const binary = part === 'binary';
  return {
    description: {
      name: part,
      input: { text: ['text'] },
      analyzer: { ngram_range: reference.vectorizer.ngram_range },
      vectorizer: { kind: 'vocabulary', norm: 'l2' },
      activation: binary ? 'sigmoid' : 'softmax',
      ...(!binary && { labels: reference.multiclass.classes }),
      output: ['predicted_label', 'probability', 'probabilities', 'labels', 'raw_score'],
    },
    terms: reference.vocabulary_in_index_order,
    idf: reference.idf,
    coef: binary ? [reference.binary.coef] : reference.multiclass.coef,
    intercept: [reference[part].intercept].flat(),
  };
}

test("equals scikit-learn's decisions, labels and probabilities of two classes", needsShared, async (t) => {
  const reference = readReference('linear.json');
  const { texts, decision, label, sigmoid, tanh } = reference.binary;
  const model = await loadModel(t, referenceModel(reference, 'binary'));
  const predictions = score(model, ...texts.map((text: string) => ({ text })));
  for (const [index, { raw_score, predicted_label, probability, probabilities, labels }] of predictions.entries()) {
    close(raw_score, decision[index]);
    assert.equal(predicted_label, label[index]);
    const [negative, positive] = probabilities as number[];
    close(positive, sigmoid[index]);
    close(negative, 1 - sigmoid[index]);
    close(probability, label[index] === 1 ? sigmoid[index] : 1 - sigmoid[index]);
    assert.deepEqual(labels, [0, 1]);
  }
  const scorer = referenceModel(reference, 'binary');
  const description = { ...scorer.description, task: 'score', activation: 'tanh', output: ['score'] } as const;
  const tanhModel = await loadModel(t, { ...scorer, description: { ...description, output: ['score'] } });
  for (const [index, text] of texts.entries()) close(score(tanhModel, { text })[0]?.score, tanh[index]);
});

test("equals scikit-learn's decisions, labels and softmax of many classes", needsShared, async (t) => {
  const reference = readReference('linear.json');
  const { classes, decision, label_index, softmax } = reference.multiclass;
  const model = await loadModel(t, referenceModel(reference, 'multiclass'));
  const predictions = score(model, ...reference.binary.texts.map((text: string) => ({ text })));
  for (const [index, { raw_score, predicted_label, probability, probabilities }] of predictions.entries()) {
    for (const [which, expected] of decision[index].entries()) close((raw_score as number[])[which], expected);
    for (const [which, expected] of softmax[index].entries()) close((probabilities as number[])[which], expected);
    assert.equal(predicted_label, classes[label_index[index]]);
    close(probability, softmax[index][label_index[index]]);
  }
});

test("equals scikit-learn's Platt probabilities and the score made of them", needsShared, async (t) => {
  for (const { A, B, query, p, score: scores } of readReference('calibration.json').platt) {
    const model = await loadModel(t, {
      description: {
        name: 'platt',
        input: { features: ['decision'] },
        calibration: { method: 'platt', a: A, b: B },
        output: ['probabilities', 'score'],
      },
      coef: [[1]],
      intercept: [0],
    });
    for (const [index, decision] of query.entries()) {
      const prediction = score(model, { decision })[0] as KeyedPrediction;
      close((prediction.probabilities as number[])[1], p[index], 1e-5);
      if (scores) close(prediction.score, scores[index], 1e-5);
    }
  }
});

test('fills the asked keys only', async (t) => {
  const asked = async (output: FittedLinearText['description']['output']) => {
    const model = await loadModel(t, textModel({ activation: 'sigmoid', labels: ['no', 'yes'], output }));
    return Object.keys(score(model, { text: 'good' })[0] ?? {});
  };
  for (const output of [['predicted_label'], ['score', 'labels'], ['probability', 'raw_score']] as const) {
    assert.deepEqual(await asked([...output]), output);
  }
});

test('a label is decided by the threshold where there is a probability, else by the sign', async (t) => {
  const labelAt = async (overrides: Partial<FittedLinearText['description']>, intercept: number) => {
    const model = await loadModel(t, {
      description: {
        name: 'threshold',
        input: { features: ['x'] },
        labels: ['no', 'yes'],
        output: ['predicted_label'],
        ...overrides,
      },
      coef: [[1]],
      intercept: [intercept],
    });
    return score(model, { x: 0 })[0]?.predicted_label;
  };
  assert.equal(await labelAt({}, 0), 'no');
  assert.equal(await labelAt({}, 1e-300), 'yes');
  assert.equal(await labelAt({ activation: 'sigmoid' }, 0), 'no');
  assert.equal(await labelAt({ activation: 'sigmoid' }, 1e-300), 'yes');
  assert.equal(await labelAt({ activation: 'sigmoid', threshold: 0.9 }, 2), 'no');
  assert.equal(await labelAt({ activation: 'sigmoid', threshold: 0.9 }, 2.2), 'yes');
  assert.equal(await labelAt({ activation: 'sigmoid', threshold: 0 }, -30), 'yes');
  assert.equal(await labelAt({ activation: 'sigmoid', threshold: 1 }, 30), 'no');
  const platt = (a: number, b: number) => ({ calibration: { method: 'platt', a, b } as const });
  assert.equal(await labelAt({ ...platt(-2, 1) }, 0.4), 'no');
  assert.equal(await labelAt({ ...platt(-2, 1) }, 0.6), 'yes');
  assert.equal(await labelAt({ ...platt(-2, 1), threshold: 0.8 }, 1), 'no');
});

test('the first of equal classes wins, and large decisions do not overflow', async (t) => {
  const model = await loadModel(t, {
    description: {
      name: 'ties',
      input: { features: ['x'] },
      activation: 'softmax',
      labels: ['a', 'b', 'c'],
      output: ['predicted_label', 'probability'],
    },
    coef: [[0], [1000], [1000]],
    intercept: [0, 0, 0],
  });
  assert.deepEqual(score(model, { x: 1 }, { x: 0 }, { x: -1 }), [
    { predicted_label: 'b', probability: 0.5 },
    { predicted_label: 'a', probability: 1 / 3 },
    { predicted_label: 'a', probability: 1 },
  ]);
});

const mixedModel: FittedLinearText = {
  description: {
    name: 'mixed',
    task: 'regression',
    input: {
      features: ['rating', '$.price.min'],
      text: ['$.menu[*].name', { path: 'note', prefix: 'n_', optional: true }],
    },
    vectorizer: { kind: 'vocabulary' },
    output: ['score'],
  },
  terms: ['tea', 'n_tea'],
  coef: [[1, 10, 100, 1000]],
  intercept: [0.5],
};

test('numbers and texts by path, by position and as CSV give the same score', async (t) => {
  const model = await loadModel(t, mixedModel);
  const byPath = { rating: 2, price: { min: 3 }, menu: [{ name: 'tea' }, { name: 'Tea' }], note: 'tea' };
  const scores = score(model, byPath, [2, 3, ['tea', 'Tea'], 'tea'], { features: [2, 3, 'tea, tea', 'tea'] }, [
    '2',
    '3.0',
    'tea tea',
    'tea',
  ]);
  for (const prediction of scores) assert.deepEqual(prediction, { score: 0.5 + 2 + 10 + 200 + 3000 });
  assert.deepEqual(score(model, { rating: 0, price: { min: 0 }, menu: [] }), [{ score: 0.5 }]);
  assert.deepEqual(score(model, [0, 0, [], null]), [{ score: 0.5 }]);
});

test('a record that cannot be read says where and why, and never what it holds', async (t) => {
  const model = await loadModel(t, mixedModel);
  const good = '"rating":2,"price":{"min":3}';
  const cases: [record: string, code: string, message: string | RegExp][] = [
    ['7', 'WRONG_TYPE', 'the record is a number: expected an object or an array'],
    ['null', 'WRONG_TYPE', 'the record is null: expected an object or an array'],
    ['{}', 'MISSING_FIELD', '$.rating is missing: expected a number'],
    ['{"rating":"secret"}', 'WRONG_TYPE', '$.rating is a string: expected a number'],
    ['{"rating":1e400}', 'WRONG_TYPE', 'rating is not finite: expected a finite number'],
    ['{"rating":1,"price":3}', 'WRONG_TYPE', '$.price is a number: expected an object'],
    [`{${good}}`, 'MISSING_FIELD', '$.menu is missing: expected an array'],
    [`{${good},"menu":null}`, 'MISSING_FIELD', '$.menu is null: expected an array'],
    [`{${good},"menu":{}}`, 'WRONG_TYPE', '$.menu is an object: expected an array'],
    [`{${good},"menu":[{"name":"a"},{"name":1}]}`, 'WRONG_TYPE', '$.menu[1].name is a number: expected a string'],
    [`{${good},"menu":[{}]}`, 'MISSING_FIELD', '$.menu[*].name: the only element lacks it: expected a string'],
    [`{${good},"menu":[],"note":[]}`, 'WRONG_TYPE', '$.note is an array: expected a string'],
    ['[1,2,[]]', 'WRONG_LENGTH', 'expected 4 values (rating, $.price.min, $.menu[*].name, note), received 3'],
    ['["1;2;tea;secret"]', 'WRONG_LENGTH', /received 1; is ";" the delimiter\? CSV is read with commas$/],
    ['["1\\t2"]', 'WRONG_LENGTH', /is a tab the delimiter\?/],
    ['{"features":[1]}', 'WRONG_LENGTH', /received 1$/],
    ['[1,null,[],null]', 'MISSING_FIELD', 'value 2 ($.price.min) is null: expected a number'],
    ['[1,"2",[],null]', 'WRONG_TYPE', 'value 2 ($.price.min) is a string: expected a number'],
    ['{"features":["1","2","a","b"]}', 'WRONG_TYPE', 'value 1 (rating) is a string: expected a number'],
    ['[1,2,3,null]', 'WRONG_TYPE', 'value 3 ($.menu[*].name) is a number: expected a string or an array'],
    ['[1,2,["a",4],null]', 'WRONG_TYPE', 'element 2 of value 3 ($.menu[*].name) is a number: expected a string'],
    ['[1,2,"a",["b"]]', 'WRONG_TYPE', 'value 4 (note) is an array: expected a string'],
    ['[1,1e400,"a",null]', 'WRONG_TYPE', 'value 2 ($.price.min) is not finite: expected a finite number'],
    ['["1","","a","b"]', 'MISSING_FIELD', 'value 2 ($.price.min) is empty: expected a number'],
    ['["1","0x10","a","b"]', 'WRONG_TYPE', 'value 2 ($.price.min) is text that is not a number: expected a number'],
    ['["1","1e999","a","b"]', 'WRONG_TYPE', 'value 2 ($.price.min) is not finite: expected a finite number'],
  ];
  for (const [record, code, message] of cases) {
    assert.throws(() => model.read(JSON.parse(record)), { name: 'RecordError', code, message }, record);
  }
  assert.deepEqual(score(model, [0, 0, [], null]), [{ score: 0.5 }], 'a failed record leaves nothing behind');
});

test('CSV numbers are decimal, with blanks around them at most', async (t: TestContext) => {
  const model = await loadModel(t, {
    description: { name: 'one', task: 'regression', input: { features: ['x'] }, output: ['score'] },
    coef: [[1]],
    intercept: [0],
  });
  for (const [cell, value] of [
    ['1', 1],
    ['-.5', -0.5],
    ['+1.', 1],
    [' 2e3\t', 2000],
  ] as const) {
    assert.deepEqual(score(model, [cell]), [{ score: value }], cell);
  }
  for (const cell of [' ', 'NaN', 'Infinity', '1_000', '0b1', '1,5', '1e', '.', '١']) {
    assert.throws(() => model.read([cell]), { code: 'WRONG_TYPE' }, cell);
  }
});

test('a model whose own paths name features, or an index, takes such records by its paths', async (t) => {
  const byName = await loadModel(t, textModel({ input: { text: ['$.features[*]'] } }));
  assert.equal(score(byName, { features: ['good', 'good'] })[0]?.raw_score, 3.5);
  const byIndex = await loadModel(t, textModel({ input: { text: ['$[*].name'] } }));
  assert.equal(score(byIndex, [{ name: 'good' }, { name: 'bad' }])[0]?.raw_score, 0.5);
});

test("an inherited property is not a record's", async (t) => {
  const model = await loadModel(t, textModel({ input: { text: ['constructor'] } }));
  assert.throws(() => model.read({}), {
    code: 'MISSING_FIELD',
    message: '$.constructor is missing: expected a string',
  });
});
