#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the seeds in corpus/import: a small model in each form, with the kinds of values that the forms have."""
import json
import pathlib
import random
import struct
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "model"))
import fixtures  # noqa: E402

INT32, FLOAT, BYTE = "l", "d", "U"


def xgboost(typed):
    """A model as XGBoost 1.7 writes it; `typed` marks arrays that UBJSON types."""
    tree = {"categories": typed([], INT32), "categories_nodes": typed([], INT32), "categories_segments": typed([], "L"),
            "categories_sizes": typed([], "L"), "base_weights": typed([0.5, -0.25, 1.5], FLOAT), "default_left": typed([1, 0, 0], BYTE),
            "id": 0, "left_children": typed([1, -1, -1], INT32), "loss_changes": typed([9.5, 0, 0], FLOAT),
            "parents": typed([2147483647, 0, 0], INT32), "right_children": typed([2, -1, -1], INT32),
            "split_conditions": typed([2.5, -0.25, 0.75], FLOAT), "split_indices": typed([1, 0, 0], INT32),
            "split_type": typed([0, 0, 0], BYTE), "sum_hessian": typed([4, 2, 2], FLOAT),
            "tree_param": {"num_deleted": "0", "num_feature": "2", "num_nodes": "3", "size_leaf_vector": "0"}}
    trees = [dict(tree, id=i) for i in range(3)]
    model = {"gbtree_model_param": {"num_parallel_tree": "1", "num_trees": "3", "size_leaf_vector": "0"}, "tree_info": [0, 1, 2],
             "trees": trees}
    learner = {"attributes": {"best_iteration": "7"}, "feature_names": ["packets", "length_mean"], "feature_types": ["float", "float"],
               "gradient_booster": {"model": model, "name": "gbtree"},
               "learner_model_param": {"base_score": "5E-1", "boost_from_average": "1", "num_class": "3", "num_feature": "2",
                                       "num_target": "1"},
               "objective": {"name": "multi:softprob", "softmax_multiclass_param": {"num_class": "3"}}}
    return {"learner": learner, "version": [1, 7, 4]}


class Typed(list):
    """An array that has one type for all elements."""

    kind = None


def typed(values, kind):
    out = Typed(values)
    out.kind = kind
    return out


FORMAT = {INT32: ">i", FLOAT: ">f", BYTE: ">B", "L": ">q"}


def ubjson(value):
    if isinstance(value, dict):
        return b"{" + b"".join(count(len(k)) + k.encode() + ubjson(v) for k, v in value.items()) + b"}"
    if isinstance(value, Typed):
        body = b"".join(struct.pack(FORMAT[value.kind], v) for v in value)
        return b"[$" + value.kind.encode() + b"#" + count(len(value)) + body
    if isinstance(value, list):
        return b"[" + b"".join(map(ubjson, value)) + b"]"
    if isinstance(value, str):
        return b"S" + count(len(value)) + value.encode()
    return b"l" + struct.pack(">i", value) if abs(value) > 127 else b"i" + struct.pack(">b", value)


def count(length):
    return b"L" + struct.pack(">q", length)


def sklearn():
    tree = {"label": 0, "left": [1, -1, -1], "right": [2, -1, -1], "feature": [0, 0, 0], "threshold": [0.1, 0, 0],
            "missing_left": [1, 0, 0], "value": [1, 0, 0.25, 0.75]}
    return {"sklearn": "1.2.1", "kind": "RandomForestClassifier", "classes": ["cam", "h\u00fcb"], "features": 2,
            "feature_names": ["ttl_min", "packets"], "link": "mean", "factor": 0.5, "base": [0, 0],
            "trees": [tree, dict(tree, threshold=[None, 0, 0])], "rows": [[0.25, 3]], "probabilities": [[0.625, 0.375]]}


ROWS = {"good": "ttl_min,packets,cam,hub\n" + 40 * "0.25, 3 ,0.625,0.375\n" + '"0.25","3",.375\r\n0.25,3,0.375', "differ": "0.25,3,0.5,0.5\n",
        "text": "0.25,3,0.375\nx,3,0.375\n", "many": "0.25,3,0.625,0.375,1\n0.25,3,0.625,0.375,1\n", "few": "0.25\n", "beyond": "0.25,3,1.5,-0.5\n",
        "long": "0.25,3," + "0" * 70 + "\n\n", "none": ""}


# Models that are whole but for one thing.
WRONG = {"classes": {"classes": ["cam"]}, "twice": {"feature_names": ["packets", "packets"]}, "trees": {"trees": []}, "count": {"features": 1.5},
         "many": {"features": 3}, "unknown": {"feature_names": ["ttl_min", "colour"]}, "kind": {"kind": "SVC"}}


def main():
    rng = random.Random(3)
    folder = HERE / "corpus" / "import"
    plain = json.dumps(xgboost(lambda values, kind: values), separators=(",", ":"))
    (folder / "xgboost.json").write_text(plain)
    (folder / "xgboost.ubj").write_bytes(ubjson(xgboost(typed)))
    (folder / "sklearn.json").write_text(json.dumps(sklearn(), separators=(",", ":")))
    for name, rows in ROWS.items():
        (folder / f"rows-{name}").write_text(json.dumps(sklearn(), separators=(",", ":")) + "\f" + rows)
    for name, members in WRONG.items():
        (folder / f"wrong-{name}").write_text(json.dumps(dict(sklearn(), **members), separators=(",", ":")))
    (folder / "wrong-lines").write_text("tree\r\nversion=v3\r\n")
    (folder / "lightgbm.txt").write_text(fixtures.lightgbm(rng, "binary sigmoid:1", 1, 2))
    (folder / "lightgbm-forest.txt").write_text(fixtures.lightgbm(rng, "multiclass num_class:2", 2, 2, True))
    (folder / "catboost.json").write_text(fixtures.catboost(rng, "MultiClass", 3, 2, ["a", "b", "c"]))


if __name__ == "__main__":
    main()
