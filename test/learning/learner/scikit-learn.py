"""Answers of SGDClassifier (scikit-learn 1.9.1) to what ../shared/data/reference leaves out: python scikit-learn.py > scikit-learn.json"""

import json

import numpy as np
import sklearn
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

random = np.random.default_rng(6)
rows = np.round(random.normal(size=(60, 8)) * (random.random((60, 8)) < 0.4), 3)
labels = np.argmax(rows[:, :3] + 0.5 * random.normal(size=(60, 3)), axis=1)
until = {"tol": 1e-3, "max_iter": 1000}
cases = [
    {**until, "loss": loss, "penalty": penalty, "average": average, "classes": 2}
    for loss in ("hinge", "log_loss")
    for penalty in ("l2", "l1", "elasticnet", None)
    for average in (False, True)
]
cases += [
    {**until, "loss": loss, "learning_rate": "adaptive", "eta0": 0.1, "classes": 2}
    for loss in ("hinge", "log_loss", "squared_hinge", "modified_huber")
]
cases += [
    {**until, "class_weight": "balanced", "classes": 3},
    {**until, "class_weight": {"0": 3, "2": 0.5}, "classes": 3, "average": True},
    {**until, "class_weight": {"0": 3, "1": 0.5}, "classes": 2},
    {"tol": None, "max_iter": 7, "fit_intercept": False, "classes": 2},
    {**until, "tol": 0.05, "n_iter_no_change": 2, "alpha": 0.1, "l1_ratio": 0.7, "penalty": "elasticnet", "classes": 3},
    {"tol": None, "max_iter": 30, "learning_rate": "constant", "eta0": 0.9, "alpha": 0.8, "average": True, "classes": 2},
]


def answer(classes, class_weight=None, **given):
    weights = {int(k): v for k, v in class_weight.items()} if isinstance(class_weight, dict) else class_weight
    model = SGDClassifier(**{"alpha": 0.01, **given}, class_weight=weights, shuffle=False)
    model.fit(csr_matrix(rows), np.minimum(labels, classes - 1))
    settings = {"alpha": 0.01, **given, "class_weight": class_weight}
    coef, intercept = model.coef_.tolist(), model.intercept_.tolist()
    return {"classes": classes, "settings": settings, "epochs": int(model.n_iter_), "coef": coef, "intercept": intercept}


answers = [answer(**case) for case in cases]
print(json.dumps({"version": sklearn.__version__, "rows": rows.tolist(), "labels": labels.tolist(), "cases": answers}))
