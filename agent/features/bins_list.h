/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_BINS_LIST_H
#define AGENT_FEATURES_BINS_LIST_H

#include <stddef.h>

/*
 * Packets by length, sent and then received: 20 bytes a bin up to 299 bytes, 50 up to 1,499, and one above. A length that one answer of
 * a server happened to have is not told from its neighbours.
 */
#define FEATURES_BINS(X, side)                                                                                        \
	X(side "_upto79") X(side "_upto99") X(side "_upto119") X(side "_upto139") X(side "_upto159")                  \
	X(side "_upto179") X(side "_upto199") X(side "_upto219") X(side "_upto239") X(side "_upto259")                \
	X(side "_upto279") X(side "_upto299") X(side "_upto349") X(side "_upto399") X(side "_upto449")                \
	X(side "_upto499") X(side "_upto549") X(side "_upto599") X(side "_upto649") X(side "_upto699")                \
	X(side "_upto749") X(side "_upto799") X(side "_upto849") X(side "_upto899") X(side "_upto949")                \
	X(side "_upto999") X(side "_upto1049") X(side "_upto1099") X(side "_upto1149") X(side "_upto1199")            \
	X(side "_upto1249") X(side "_upto1299") X(side "_upto1349") X(side "_upto1399") X(side "_upto1449")           \
	X(side "_upto1499") X(side "_above1499")
#define FEATURES_BIN_NAME(text) (text),
#define FEATURES_BIN_NAMES FEATURES_BINS(FEATURES_BIN_NAME, "sent") FEATURES_BINS(FEATURES_BIN_NAME, "received")
#define FEATURES_BIN_SIDE 37 /* bins a direction */
#define FEATURES_BIN_COUNT (2 * FEATURES_BIN_SIDE)

/* Place of a length among the bins of its direction. */
size_t features_bin(unsigned int length);

#endif
