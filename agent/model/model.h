/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_MODEL_H
#define AGENT_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"

/*
 * A model: P(device | window) from one ensemble of trees and, for each device that has functions, P(function | window,
 * device) from an ensemble of its own. Opened read-only from a file of the format in image.h, checked once, evaluated
 * without allocation.
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

/** model_device_threshold - P(device) below which a window's best answer is not to be believed (2 % quantile of right
 * ones) */
float model_device_threshold(const struct model *model, size_t device);

/** model_device_accuracy - share of this device's windows and trials that were told right */
struct model_accuracy model_device_accuracy(const struct model *model, size_t device);

/** model_functions - how many functions of @device it tells apart; 0 where it knows none */
size_t model_functions(const struct model *model, size_t device);
const char *model_function_name(const struct model *model, size_t device, size_t function);
float model_function_threshold(const struct model *model, size_t device, size_t function);
struct model_accuracy model_function_accuracy(const struct model *model, size_t device, size_t function);

/**
 * model_device - P(device | window), calibrated
 * @row: a vector of features_window()
 * @p: model_devices() probabilities, their sum is 1
 *
 * Returns the number of the most probable device.
 */
int model_device(const struct model *model, const float *row, float *p);

/**
 * model_function - P(function | window, device), calibrated
 * @p: model_functions() probabilities, their sum is 1
 *
 * Returns the number of the most probable function, or -ENOENT where the model knows no functions of @device.
 */
int model_function(const struct model *model, size_t device, const float *row, float *p);

#endif
