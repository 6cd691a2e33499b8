#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The rules of the house (ci/lint) as a test.
exec /usr/bin/python3 "$(dirname "$0")/../../ci/lint"
