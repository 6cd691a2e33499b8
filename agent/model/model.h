/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_MODEL_H
#define AGENT_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/features/features.h"

/*
 * A model: at one or more scales of evidence P(device | row) from one ensemble of trees and, for each device that has functions,
 * P(function | row, device) from an ensemble of its own. Opened read-only from a file of the format in image.h, checked once,
 * evaluated without allocation.
 */

struct model;

/** A figure of the card; NaN where it was not measured. */
struct model_accuracy {
	float window; /* share of windows that are right */
	float trial;  /* share of trials that are right, all windows of one taken together */
};

/**
 * model_open - map a model file, check it and run its self-test
 *
 * Returns 0 and *@model, or -errno, logged: -ENOENT and the like from open(2), -EBADMSG (not a model, damaged, made for
 * other features, or its self-test fails), -ENOMEM. Release with model_close().
 */
int model_open(const char *path, struct model **model);

/** model_open_memory - as model_open() for an image in memory, which must stay; @name is used in messages */
int model_open_memory(const void *bytes, size_t size, const char *name, struct model **model);

/** model_open_default - the model that is built into the program; -ENOENT, not logged, where there is none */
int model_open_default(struct model **model);

void model_close(struct model *model);
DEFINE_CLEANUP(struct model, model_close)

/* Texts of the card; never NULL. model_created() is "" unless the trainer was given a date. */
const char *model_name(const struct model *model);
const char *model_version(const struct model *model);
const char *model_created(const struct model *model);

/* Accuracy by grouped cross-validation: windows of one trial are all in training or all in the test. */
struct model_accuracy model_accuracy_device(const struct model *model);   /* the device is right */
struct model_accuracy model_accuracy_function(const struct model *model); /* the function, given the device */
struct model_accuracy model_accuracy_both(const struct model *model);     /* the pair with the largest product */

/** model_devices - how many devices it tells apart */
size_t model_devices(const struct model *model);

/** model_device_name - the label of device 0..model_devices()-1 */
const char *model_device_name(const struct model *model, size_t device);

/** model_device_threshold - P(device) below which a window's best answer is not to be believed (2 % quantile of right ones) */
float model_device_threshold(const struct model *model, size_t device);

/** model_device_accuracy - share of this device's windows and trials that were told right */
struct model_accuracy model_device_accuracy(const struct model *model, size_t device);

/** model_functions - how many functions of @device it tells apart; 0 where it knows none */
size_t model_functions(const struct model *model, size_t device);
const char *model_function_name(const struct model *model, size_t device, size_t function);
float model_function_threshold(const struct model *model, size_t device, size_t function);
struct model_accuracy model_function_accuracy(const struct model *model, size_t device, size_t function);

/** model_family - family of same-hardware types that the device belongs to, "" where it has none */
const char *model_family(const struct model *model, size_t device);

/** model_card - the whole card as JSON text of *@size bytes, which no NUL ends */
const char *model_card(const struct model *model, size_t *size);

/** model_scale_weight - of the scale's log P in the sum over scales, for the device or the function; 1 where the card has none */
float model_scale_weight(const struct model *model, enum features_scale scale, bool function);

/** model_temperature - that the summed-up log P of devices or functions is divided by; 1 where the card has none */
float model_temperature(const struct model *model, bool function);

/** model_unknown_threshold - geometric mean of P(row | best device) below which a device is unknown; 0 where the card has none */
float model_unknown_threshold(const struct model *model);

/** model_knows_home - was it trained on features that identify the home it was trained in (FEATURES_PAPER)? */
bool model_knows_home(const struct model *model);

/** model_has_scale - can model_device() be asked at this scale? */
bool model_has_scale(const struct model *model, enum features_scale scale);

/** model_has_functions - can model_function() be asked of this device at this scale? */
bool model_has_functions(const struct model *model, enum features_scale scale, size_t device);

/* Room for a row's keys: see model_rank(). */
#define MODEL_KEYS 2049

struct model_row {
	enum features_scale scale;
	int32_t key[MODEL_KEYS];
};

/**
 * model_rank - bring a row into the form that trees compare with, once for all ensembles of its scale
 * @row: features_count(scale) values, NaN where missing
 *
 * Nothing may be asked of the result where the model has no ensemble at this scale.
 */
void model_rank(const struct model *model, enum features_scale scale, const float *row, struct model_row *ranked);

/**
 * model_device_ranked - P(device | row), calibrated
 * @p: model_devices() probabilities, their sum is 1
 *
 * Returns the number of the most probable device, or -ENOENT where the model has no device model at the row's scale.
 */
int model_device_ranked(const struct model *model, const struct model_row *row, float *p);

/**
 * model_function_ranked - P(function | row, device), calibrated
 * @p: model_functions() probabilities, their sum is 1
 *
 * Returns the number of the most probable function, or -ENOENT where the model knows no functions of @device at the row's scale.
 */
int model_function_ranked(const struct model *model, const struct model_row *row, size_t device, float *p);

#define MODEL_FIT_ASKED 0.1f

/**
 * model_fit - how well a row fits each device by itself, whatever the others are: from 1, like its rows in training, to nearly 0 (ranges_fit())
 * @packets: that the row describes
 * @whole: it is not part of something longer (a window, a session that has ended)
 * @p: of each device, those below MODEL_FIT_ASKED are not looked at, to save time: what is so improbable needs no second reason. NULL: all are
 * @fit: model_devices() of them; 1 where the model knows no ranges of a device, NaN where it was not looked at
 *
 * Returns false, with all of them 1, where the model knows no ranges at this scale.
 */
bool model_fit(const struct model *model, enum features_scale scale, const float *row, uint32_t packets, bool whole, const float *p, float *fit);

/** model_has_fits - does it know the ranges of any device at this scale? */
bool model_has_fits(const struct model *model, enum features_scale scale);

/* The same of a row that is asked once only. */
int model_device(const struct model *model, enum features_scale scale, const float *row, float *p);
int model_function(const struct model *model, enum features_scale scale, size_t device, const float *row, float *p);

#endif
