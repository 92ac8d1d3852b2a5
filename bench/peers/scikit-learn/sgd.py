"""scikit-learn's SGDClassifier on the very rows that batchline fits: sgd.py FOLDER

FOLDER holds starts, columns, values and labels as flat little-endian arrays. Answers each line of standard input, the
arguments of SGDClassifier as JSON, with one line of JSON: the CPU milliseconds of `fit` and, where "coef" is true among
them, the coefficients.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

folder = Path(sys.argv[1])
read = lambda name, dtype: np.fromfile(folder / name, dtype)
starts, columns = (read(name, "<u4").astype(np.int32) for name in ("starts", "columns"))
rows = csr_matrix((read("values", "<f8"), columns, starts))
labels = read("labels", "<i4")

for line in sys.stdin:
    given = json.loads(line)
    wants_coef = given.pop("coef", False)
    classifier = SGDClassifier(**given)
    begin = time.thread_time()
    classifier.fit(rows, labels)
    answer = {"milliseconds": (time.thread_time() - begin) * 1000}
    if wants_coef:
        answer["coef"] = classifier.coef_[0].tolist()
    print(json.dumps(answer), flush=True)
