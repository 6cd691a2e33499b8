#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# iotbpf model import: forms of other libraries against an independent evaluator, and what cannot be imported.
# (XGBoost is compared with the library itself: tests/unit/model/test_xgboost.c.)
set -u
cd "$(dirname "$0")/../.."
O=${O:-build}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

# ok STATUS NAME: one result; what was said follows a failure.
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "$dir/out" "$dir/log" | tail -n 20
	fi
}

import() {
	"$O/iotbpf" model import "$@" > "$dir/out" 2> "$dir/log"
}

# same FILE ARGUMENT...: every row of FILE's CSV within 0.000001
same() {
	file=$1
	shift
	import "$dir/$file" --check "$dir/${file%.*}.csv" -o "$dir/out.iotm" "$@" && grep -q '^checked [0-9]* rows' "$dir/out"
	ok $? "$file: $(sed -n 's/^checked/checked/p' "$dir/out")"
}

# refused EXIT PATTERN NAME ARGUMENT...: exit code, one line that matches, and nothing is written
refused() {
	code=$1 pattern=$2 name=$3
	shift 3
	rm -f "$dir/out.iotm"
	import "$@" -o "$dir/out.iotm"
	[ $? -eq "$code" ] && [ "$(wc -l < "$dir/log")" -eq 1 ] && grep -q "$pattern" "$dir/log" && [ ! -e "$dir/out.iotm" ]
	ok $? "$name"
}

# altered EXIT PATTERN FILE EDIT: FILE changed by sed
altered() {
	sed "$4" "$dir/$3" > "$dir/altered"
	! cmp -s "$dir/altered" "$dir/$3" || echo "# $4 changes nothing"
	refused "$1" "$2" "refused: $2" "$dir/altered" --labels a,b
}

python3 -B tests/model/fixtures.py "$dir" 10000 2> "$dir/log" > "$dir/out"
ok $? "fixtures"
same lightgbm-multiclass.txt --labels a,b,c,d
same lightgbm-binary.txt --labels on,off --function-of plug
same lightgbm-forest.txt --labels a,b,c
same catboost-multiclass.json
same catboost-binary.json --labels a,b
for f in tests/model/sklearn-*.json; do
	name=$(basename "$f" .json)
	cp "$f" "${f%.json}.csv" "$dir"
	same "$name.json"
done

import "$dir/lightgbm-binary.txt" --labels on,off --function-of plug -o "$dir/model.iotm" &&
	"$O/iotbpf" model show "$dir/model.iotm" > "$dir/out" 2> "$dir/log" && grep -q plug "$dir/out" && grep -q off "$dir/out"
ok $? "an imported model can be shown"

refused 65 'no model of' "refused: something else" Makefile
: > "$dir/empty"
refused 65 'empty' "refused: an empty file" "$dir/empty"
refused 66 'No such file' "refused: no file" "$dir/none"
refused 66 'not a file' "refused: a folder" "$dir"
refused 64 'no names' "refused: classes without names" "$dir/catboost-binary.json"
refused 64 'names 3 classes' "refused: too many names" "$dir/catboost-binary.json" --labels a,b,c
refused 64 'two classes are named' "refused: a name twice" "$dir/catboost-binary.json" --labels a,a
refused 65 "no feature 'length_mean'" "refused: features of another scale" "$dir/catboost-binary.json" --labels a,b --scale rhythm
awk -F, -v OFS=, 'NR == 77 { $8 = 1 - $8; $9 = 1 - $9 } { print }' "$dir/lightgbm-binary.csv" > "$dir/wrong.csv"
refused 65 'line 77: the imported trees differ' "refused: rows that differ" "$dir/lightgbm-binary.txt" --labels a,b --check "$dir/wrong.csv"
sed '9s/,.*//' "$dir/lightgbm-binary.csv" > "$dir/wrong.csv"
refused 65 'line 9: needs 7 features and 2' "refused: rows that are cut" "$dir/lightgbm-binary.txt" --labels a,b --check "$dir/wrong.csv"

altered 65 'linear functions' lightgbm-binary.txt '0,/is_linear=0/s//is_linear=1/'
altered 65 'splits on categories' lightgbm-binary.txt '0,/decision_type=[0-9]*/s//decision_type=1/'
altered 65 'objective lambdarank' lightgbm-binary.txt 's/^objective=.*/objective=lambdarank/'
altered 65 'objective multiclassova' lightgbm-multiclass.txt 's/^objective=multiclass/objective=multiclassova/'
altered 65 'no objective' lightgbm-binary.txt '/^objective=/d'
altered 65 'random forest of LightGBM 2' lightgbm-forest.txt 's/^version=.*/version=v2/'
altered 65 'its end is missing' lightgbm-binary.txt '/^end of trees/,$d'
altered 65 "no feature 'humidity'" lightgbm-binary.txt 's/ packets / humidity /'
altered 65 "feature 'length_mean' twice" lightgbm-binary.txt 's/ packets / length_mean /'
altered 65 'loss function RMSE' catboost-binary.json 's/Logloss/RMSE/'
altered 65 'categorical_features' catboost-binary.json 's/"features_info": {/&"categorical_features": [{}],/'
altered 65 'not oblivious' catboost-binary.json 's/"oblivious_trees"/"trees"/'
echo "1..$n"
