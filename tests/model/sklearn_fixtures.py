#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make sklearn-*.json and sklearn-*.csv here: models of scikit-learn by the exporter, and what the library itself says of rows.

Needs python3-sklearn; its output is committed, so the tests do not.
"""
import pathlib
import sys

import numpy
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tools/export"))
import sklearn_to_json  # noqa: E402

NAMES = ["packets", "length_mean", "gap_mean_ms", "ttl_min", "sent_share"]
ROWS = 300


def write(name, model, x, y):
    model.fit(x, y)
    model.feature_names_in_ = numpy.array(NAMES, dtype=object)
    sklearn_to_json.export(model, HERE / f"{name}.json")
    rows = sklearn_to_json.test_rows(model, sklearn_to_json.trees_of(model)["trees"], ROWS, seed=2)
    with open(HERE / f"{name}.csv", "w", encoding="ascii") as file:
        for row, p in zip(rows, sklearn_to_json.predict(model, rows)):
            cells = ["" if numpy.isnan(v) else "%.9g" % v for v in row] + ["%.9g" % v for v in p]
            file.write(",".join(cells) + "\n")


def main():
    random = numpy.random.default_rng(7)
    x = random.normal(size=(400, len(NAMES))).round(1)
    kind = (x[:, 0] + x[:, 1] > 0).astype(int) + (x[:, 2] > 0.5)
    y = numpy.array(["cam", "hub", "plug"])[kind]
    write("sklearn-forest", RandomForestClassifier(8, max_depth=5, random_state=1), x, y)
    write("sklearn-boosting", GradientBoostingClassifier(n_estimators=6, max_depth=3, random_state=1), x, y)
    holes = numpy.where(random.uniform(size=x.shape) < 0.2, numpy.nan, x)
    write("sklearn-histogram", HistGradientBoostingClassifier(max_iter=6, max_leaf_nodes=8, random_state=1), holes, y != "cam")


if __name__ == "__main__":
    main()
