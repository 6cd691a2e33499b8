#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write a trained scikit-learn classifier as JSON, for `iotbpf model import`.

Run it where the model was trained, from the program that has the model:

    from sklearn_to_json import export
    export(model, "model.json")

or on a file of joblib or pickle that you made yourself (loading one runs whatever code is in it, so never do that with a
file from elsewhere; the router never does):

    sklearn_to_json.py model.joblib model.json

Supported: RandomForestClassifier, ExtraTreesClassifier, DecisionTreeClassifier, ExtraTreeClassifier, BaggingClassifier of
those trees on all features, GradientBoostingClassifier and HistGradientBoostingClassifier, all for one output. 32 rows around
the trees' thresholds and what predict_proba says of them are put in the file as its self-test.
"""
import json
import math
import sys
import warnings

import numpy
import sklearn

FORESTS = ("RandomForestClassifier", "ExtraTreesClassifier")
TREES = ("DecisionTreeClassifier", "ExtraTreeClassifier")
TEST_ROWS = 32


class Unsupported(ValueError):
    """The model is of a kind that cannot be exported, with the reason."""


def number(value):
    """A float of JSON; infinity, as threshold "all that is not missing", is null."""
    return None if math.isinf(value) else float(value)


def tree_of(tree, value, label=0):
    """A sklearn.tree._tree.Tree; `value` are what its leaves say, a row a node."""
    leaf = tree.children_left < 0
    missing_left = getattr(tree, "missing_go_to_left", numpy.zeros(tree.node_count))
    return {"label": label,
            "left": tree.children_left.tolist(), "right": tree.children_right.tolist(),
            "feature": numpy.where(leaf, 0, tree.feature).tolist(),
            "threshold": [0.0 if end else number(t) for end, t in zip(leaf, tree.threshold)],
            "missing_left": numpy.asarray(missing_left).astype(int).tolist(),
            "value": numpy.asarray(value)[leaf].ravel().tolist()}


def shares(tree):
    """Probabilities of a node's classes: counts before scikit-learn 1.4, shares since."""
    value = tree.value[:, 0, :].astype(float)
    total = value.sum(axis=1, keepdims=True)
    return value / numpy.where(total == 0, 1, total)


def forest(model, estimators):
    return {"link": "mean", "factor": 1 / len(estimators), "base": [0.0] * len(model.classes_),
            "trees": [tree_of(e.tree_, shares(e.tree_)) for e in estimators]}


def bagging(model):
    trees = model.estimators_
    if any(type(e).__name__ not in TREES for e in trees):
        raise Unsupported("BaggingClassifier of something else than decision trees")
    if any(list(f) != list(range(model.n_features_in_)) for f in model.estimators_features_):
        raise Unsupported("BaggingClassifier on parts of the features (max_features)")
    if any(len(e.classes_) != len(model.classes_) for e in trees):
        raise Unsupported("BaggingClassifier with a tree that has not seen all classes")
    return forest(model, trees)


def boosting(model):
    if model.loss not in ("log_loss", "deviance"):
        raise Unsupported(f"GradientBoostingClassifier with loss {model.loss}")
    zeros = numpy.zeros((1, model.n_features_in_), dtype=numpy.float32)
    kind = type(model.init_).__name__
    if kind not in ("DummyClassifier", "str") and model.init is not None:
        raise Unsupported(f"GradientBoostingClassifier that begins with a {kind}")
    base = model._raw_predict_init(zeros)[0].astype(float).tolist()
    binary = len(model.classes_) == 2
    return {"link": "softmax", "factor": float(model.learning_rate), "base": [0.0] + base if binary else base,
            "trees": [tree_of(e.tree_, e.tree_.value[:, 0, 0], 1 if binary else k)
                      for stage in model.estimators_ for k, e in enumerate(stage)]}


def histogram_tree(predictor, label):
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    if "is_categorical" in nodes.dtype.names and nodes["is_categorical"].any():
        raise Unsupported("HistGradientBoostingClassifier with categorical features")
    return {"label": label,
            "left": numpy.where(leaf, -1, nodes["left"].astype(int)).tolist(),
            "right": numpy.where(leaf, -1, nodes["right"].astype(int)).tolist(),
            "feature": numpy.where(leaf, 0, nodes["feature_idx"]).tolist(),
            "threshold": [0.0 if end else number(t) for end, t in zip(leaf, nodes["num_threshold"])],
            "missing_left": nodes["missing_go_to_left"].astype(int).tolist(),
            "value": nodes["value"][leaf].tolist()}


def histogram_boosting(model):
    base = numpy.asarray(model._baseline_prediction, dtype=float).ravel().tolist()
    binary = len(model.classes_) == 2
    return {"link": "softmax", "factor": 1.0, "base": [0.0] + base if binary else base,
            "trees": [histogram_tree(p, 1 if binary else k)
                      for stage in model._predictors for k, p in enumerate(stage)]}


def trees_of(model):
    kind = type(model).__name__
    if isinstance(getattr(model, "n_classes_", None), (list, numpy.ndarray)):
        raise Unsupported("more than one output")
    if not hasattr(model, "classes_") or len(model.classes_) < 2:
        raise Unsupported(f"{kind} is not a classifier of two classes or more, or is not fitted")
    if kind in FORESTS:
        return forest(model, model.estimators_)
    if kind in TREES:
        return forest(model, [model])
    if kind == "BaggingClassifier":
        return bagging(model)
    if kind == "GradientBoostingClassifier":
        return boosting(model)
    if kind == "HistGradientBoostingClassifier":
        return histogram_boosting(model)
    raise Unsupported(f"a {kind} is not made of trees that are supported")


def accepts_missing(model):
    rows = numpy.full((1, model.n_features_in_), numpy.nan, dtype=numpy.float32)
    try:
        predict(model, rows)
    except ValueError:
        return False
    return True


def predict(model, rows):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rows without the feature names that it was fitted with
        return model.predict_proba(rows)


def test_rows(model, trees, count=TEST_ROWS, seed=1):
    """Rows on, just below and just above thresholds; some missing where the model takes that."""
    random = numpy.random.default_rng(seed)
    rows = random.uniform(0, 100, (count, model.n_features_in_)).astype(numpy.float32)
    splits = [(f, t) for tree in trees for left, f, t in zip(tree["left"], tree["feature"], tree["threshold"])
              if left >= 0 and t is not None]
    for row in rows:
        for i in random.integers(0, max(len(splits), 1), len(splits) and 2 * rows.shape[1]):
            feature, threshold = splits[i]
            near = numpy.float32(threshold)
            row[feature] = random.choice([near, numpy.nextafter(near, numpy.float32(-numpy.inf)),
                                          numpy.nextafter(near, numpy.float32(numpy.inf))])
    if accepts_missing(model):
        rows[random.uniform(size=rows.shape) < 0.1] = numpy.nan
    return rows


def document(model):
    """The model as what json.dump() takes; raises Unsupported."""
    out = trees_of(model)
    names = getattr(model, "feature_names_in_", None)
    rows = test_rows(model, out["trees"])
    out.update(sklearn=sklearn.__version__, kind=type(model).__name__, classes=[str(c) for c in model.classes_],
               features=int(model.n_features_in_), feature_names=None if names is None else [str(n) for n in names],
               rows=[[None if math.isnan(v) else float(v) for v in row] for row in rows],
               probabilities=predict(model, rows).tolist())
    return out


def export(model, path):
    """Write `model` to the file `path`."""
    out = document(model)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(out, file, separators=(",", ":"), allow_nan=False)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: sklearn_to_json.py MODEL.joblib MODEL.json")
    import joblib  # of scikit-learn's own requirements

    try:
        export(joblib.load(sys.argv[1]), sys.argv[2])
    except Unsupported as reason:
        sys.exit(f"sklearn_to_json.py: {sys.argv[1]}: cannot be exported: {reason}")


if __name__ == "__main__":
    main()
