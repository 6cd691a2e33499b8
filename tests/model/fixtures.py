#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Models in the forms of LightGBM and CatBoost, with every kind of node, and rows with what evaluate.py says of them.

    fixtures.py FOLDER [ROWS]

writes NAME.txt or NAME.json and NAME.csv for each: random trees, thresholds that no float32 is, rows on thresholds, beside
them, missing, infinite, denormal.
"""
import json
import math
import pathlib
import random
import struct
import sys

import evaluate

NAMES = ("length_mean", "packets", "gap_mean_ms", "ttl_min", "sent_share", "tcp_window_max", "df_share")
ODD = (0.0, -0.0, 1e-35, -1e-35, 1e-36, -1e-36, 1e-45, -1e-45, math.nan, math.inf, -math.inf, 3.4028234663852886e38)


def grow(rng, leaves):
    """Children of the inner nodes of a random tree, leaves as ~number, by splitting one leaf after the other."""
    left, right = [], []
    places = [None]  # where each leaf hangs: (list, node)
    for node in range(leaves - 1):
        leaf = rng.randrange(len(places))
        if places[leaf]:
            side, parent = places[leaf]
            side[parent] = node
        left.append(~leaf)
        right.append(~len(places))
        places[leaf] = (left, node)
        places.append((right, node))
    return left, right


def threshold(rng):
    return rng.choice((rng.uniform(-3, 3), rng.uniform(-3, 3), round(rng.uniform(-3, 3) * 4) / 4, 0.0, 1e-35, -1e-35,
                       1.0000000180025095e-35, -1.0000000180025095e-35, 1e-40, -1e-40, 1e300))


def line(values):
    return " ".join("%.17g" % v if isinstance(v, float) else str(v) for v in values)


def lightgbm_tree(rng, number, leaves):
    left, right = grow(rng, leaves)
    inner = leaves - 1
    fields = {"num_leaves": leaves, "num_cat": 0, "split_feature": line(rng.randrange(len(NAMES)) for _ in range(inner)),
              "split_gain": line(rng.uniform(0, 9) for _ in range(inner)),
              "threshold": line(threshold(rng) for _ in range(inner)),
              "decision_type": line(rng.choice((0, 2, 4, 6, 8, 10)) for _ in range(inner)),
              "left_child": line(left), "right_child": line(right),
              "leaf_value": line(rng.gauss(0, 0.5) for _ in range(leaves)),
              "leaf_weight": line(rng.uniform(1, 9) for _ in range(leaves)), "internal_value": line([0] * inner),
              "is_linear": 0, "shrinkage": 0.1}
    return "Tree=%d\n" % number + "".join("%s=%s\n" % f for f in fields.items()) + "\n\n"


def lightgbm(rng, objective, each, trees, average=False):
    head = ["tree", "version=v4", "num_class=%d" % each, "num_tree_per_iteration=%d" % each, "label_index=0",
            "max_feature_idx=%d" % (len(NAMES) - 1), "objective=" + objective] + ["average_output"] * average
    head += ["feature_names=" + " ".join(NAMES), "feature_infos=" + " ".join("[-3:3]" for _ in NAMES), "tree_sizes=0", "", ""]
    body = "".join(lightgbm_tree(rng, i, rng.choice((1, 2, 7, 31))) for i in range(trees))
    return "\n".join(head) + body + "end of trees\n\nfeature_importances:\n\nparameters:\n[boosting: gbdt]\nend of parameters\n"


def catboost_tree(rng, borders, dimensions):
    splits = []
    for _ in range(rng.randrange(6)):
        feature = rng.randrange(len(borders))
        splits.append({"border": rng.choice(borders[feature]), "float_feature_index": feature, "split_index": 0,
                       "split_type": "FloatFeature"})
    leaves = 1 << len(splits)
    return {"leaf_values": [rng.gauss(0, 0.4) for _ in range(leaves * dimensions)], "leaf_weights": [1] * leaves,
            "splits": splits or None}


def catboost(rng, loss, dimensions, trees, names=None):
    """Borders as the library prints them: float32, in as many digits as tell it from its neighbours."""
    borders = [sorted({float("%.9g" % evaluate.single(rng.uniform(-3, 3))) for _ in range(6)} | {0.25}) for _ in NAMES]
    borders[1].append(3.4028234663852886e38)
    treatment = ("AsIs", "AsFalse", "AsTrue")
    features = [{"borders": b, "feature_index": i, "flat_feature_index": i, "feature_id": n, "feature_name": n, "has_nans": i % 3 > 0,
                 "nan_value_treatment": treatment[i % 3]} for i, (n, b) in enumerate(zip(NAMES, borders))]
    info = {"params": {"loss_function": {"type": loss, "params": {}}, "flat_params": {}}}
    if names:
        info["class_params"] = {"class_label_type": "String", "class_names": names, "class_to_label": list(range(len(names)))}
    return json.dumps({"features_info": {"float_features": features}, "model_info": info,
                       "oblivious_trees": [catboost_tree(rng, borders, dimensions) for _ in range(trees)],
                       "scale_and_bias": [0.75, [rng.uniform(-1, 1) for _ in range(dimensions)]]}, indent=1)


def beside(value, step):
    """The float32 that many steps further away from 0 (of 0: the smallest ones)."""
    bits = struct.unpack("I", struct.pack("f", value))[0]
    if bits & 0x7fffffff == 0 and step < 0:
        return -beside(0.0, 1)
    return struct.unpack("f", struct.pack("I", bits + step))[0]


def rows(rng, model, count):
    cuts = model.cuts()
    for _ in range(count):
        row = [rng.choice((rng.uniform(-4, 4), round(rng.uniform(-3, 3) * 4) / 4, rng.choice(ODD))) for _ in NAMES]
        for _ in range(3):
            feature, cut = rng.choice(cuts)
            row[feature] = evaluate.single(cut) + 0.0
            if math.isfinite(row[feature]):
                row[feature] = beside(row[feature], rng.choice((-1, 0, 1)))
        yield [evaluate.single(v) for v in row]


def write_rows(path, model, rng, count):
    with open(path, "w", encoding="ascii") as file:
        file.write(",".join(model.names) + ",p\n")
        for row in rows(rng, model, count):
            cells = ["" if math.isnan(v) else "%.9g" % v for v in row] + ["%.17g" % p for p in model.predict(row)]
            file.write(",".join(cells) + "\n")


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    rng = random.Random(2026)
    made = {"lightgbm-multiclass.txt": lightgbm(rng, "multiclass num_class:4", 4, 16),
            "lightgbm-binary.txt": lightgbm(rng, "binary sigmoid:0.7", 1, 12),
            "lightgbm-forest.txt": lightgbm(rng, "multiclass num_class:3", 3, 12, True),
            "catboost-multiclass.json": catboost(rng, "MultiClass", 3, 12, ["plug", "cam", "h\u00fcb"]),
            "catboost-binary.json": catboost(rng, "Logloss", 1, 10)}
    for name, text in made.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        write_rows(path.with_suffix(".csv"), evaluate.load(path), rng, count)


if __name__ == "__main__":
    main()
