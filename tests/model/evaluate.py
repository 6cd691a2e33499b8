# SPDX-License-Identifier: BSD-2-Clause
"""What LightGBM and CatBoost say of a row, computed from the text of their models alone, in double.

Written from the libraries' documentation and sources, without a look at the importers that it checks.
"""
import json
import math
import struct

ZERO = struct.unpack("f", struct.pack("f", 1e-35))[0]  # LightGBM's kZeroThreshold, a float


def single(value):
    """The nearest float32, infinite beyond its range."""
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def softmax(raw):
    top = max(raw)
    e = [math.exp(v - top) for v in raw]
    return [v / sum(e) for v in e]


def sigmoid(v):
    p = 1 / (1 + math.exp(-v)) if v > -700 else 0.0
    return [1 - p, p]


class LightGBM:
    def __init__(self, text):
        head, *rest = text.split("\nTree=")
        self.head = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
        self.average = "average_output" in head.splitlines()
        self.each = int(self.head["num_tree_per_iteration"])
        self.trees = [self.read(block.split("\nend of trees")[0]) for block in rest]
        self.names = self.head["feature_names"].split()

    @staticmethod
    def read(block):
        lines = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        tree = {key: [float(v) for v in lines[key].split()] for key in ("threshold", "leaf_value")}
        tree.update({key: [int(v) for v in lines[key].split()]
                     for key in ("split_feature", "decision_type", "left_child", "right_child")})
        return tree

    @staticmethod
    def left(x, threshold, decision):
        missing = decision >> 2 & 3
        if math.isnan(x) and missing != 2:
            x = 0.0
        if missing == 1 and -ZERO <= x <= ZERO or missing == 2 and math.isnan(x):
            return decision & 2
        return x <= threshold

    def leaf(self, tree, row):
        if not tree["split_feature"]:
            return tree["leaf_value"][0]
        node = 0
        while node >= 0:
            left = self.left(row[tree["split_feature"][node]], tree["threshold"][node], tree["decision_type"][node])
            node = tree["left_child" if left else "right_child"][node]
        return tree["leaf_value"][~node]

    def predict(self, row):
        # The library's prediction interfaces leave out values this near to 0, which is to say that they are 0.
        row = [0.0 if abs(x) <= ZERO else x for x in row]
        raw = [0.0] * self.each
        for i, tree in enumerate(self.trees):
            raw[i % self.each] += self.leaf(tree, row)
        if self.average:
            raw = [v / (len(self.trees) // self.each) for v in raw]
        name, *parameters = self.head["objective"].split()
        if name == "binary":
            slope = float(dict(p.split(":") for p in parameters)["sigmoid"])
            return sigmoid(slope * raw[0])
        return softmax(raw)

    def cuts(self):
        return [(f, t) for tree in self.trees for f, t in zip(tree["split_feature"], tree["threshold"])]


class CatBoost:
    def __init__(self, text):
        self.model = json.loads(text)
        self.features = self.model["features_info"]["float_features"]
        self.names = [f["feature_name"] for f in self.features]

    def bit(self, row, split):
        feature = split["float_feature_index"]
        x = row[feature]
        if math.isnan(x):
            return self.features[feature]["nan_value_treatment"] == "AsTrue"
        return x > single(split["border"])

    def predict(self, row):
        scale, bias = self.model["scale_and_bias"]
        raw = [0.0] * len(bias)
        for tree in self.model["oblivious_trees"]:
            index = sum(self.bit(row, s) << i for i, s in enumerate(tree["splits"] or []))
            for k in range(len(bias)):
                raw[k] += tree["leaf_values"][index * len(bias) + k]
        raw = [scale * v + b for v, b in zip(raw, bias)]
        return sigmoid(raw[0]) if len(raw) == 1 else softmax(raw)

    def cuts(self):
        return [(s["float_feature_index"], s["border"])
                for tree in self.model["oblivious_trees"] for s in tree["splits"] or []]


def load(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return LightGBM(text) if text.startswith("tree\n") else CatBoost(text)
