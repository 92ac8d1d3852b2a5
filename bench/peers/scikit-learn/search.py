"""python search.py plain|once FILE

12 values of alpha in 5 folds, two processes: `plain`, GridSearchCV over a pipeline, which makes the features of each fit
anew; `once`, by hand, the features of a fold made once for all alphas. The best is fitted again.
"""
import csv
import sys
import warnings

import numpy as np
from joblib import Parallel, delayed
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline

warnings.filterwarnings("ignore")
how, file = sys.argv[1:]
rows = list(csv.DictReader(open(file, encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
texts = [row["text"] for row in rows]
labels = np.array([int(row["label"]) for row in rows])
alphas = list(np.geomspace(1e-6, 1e-3, 12))
folds = StratifiedKFold(5, shuffle=True, random_state=0)


def vectorizer():
    return TfidfVectorizer(ngram_range=(1, 2))


def learner(alpha):
    return SGDClassifier(alpha=alpha, average=True, max_iter=20, tol=None, random_state=0)


def fold(train, test):
    fitted = vectorizer()
    seen = fitted.fit_transform([texts[row] for row in train])
    unseen = fitted.transform([texts[row] for row in test])
    return [learner(alpha).fit(seen, labels[train]).score(unseen, labels[test]) for alpha in alphas]


if how == "plain":
    pipeline = Pipeline([("tfidf", vectorizer()), ("sgd", learner(1e-4))])
    search = GridSearchCV(pipeline, {"sgd__alpha": alphas}, cv=folds, n_jobs=2, scoring="accuracy")
    search.fit(texts, labels)
else:
    scores = Parallel(n_jobs=2)(delayed(fold)(train, test) for train, test in folds.split(texts, labels))
    best = alphas[int(np.mean(scores, axis=0).argmax())]
    learner(best).fit(vectorizer().fit_transform(texts), labels)
