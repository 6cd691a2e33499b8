/* SPDX-License-Identifier: BSD-2-Clause */

/* What a model's card says. */

#include "agent/model/model_internal.h"

const char *model_name(const struct model *model)
{
	return model->card.name;
}

const char *model_version(const struct model *model)
{
	return model->card.version;
}

const char *model_created(const struct model *model)
{
	return model->card.created;
}

struct model_accuracy model_accuracy_device(const struct model *model)
{
	return model->card.device;
}

struct model_accuracy model_accuracy_function(const struct model *model)
{
	return model->card.function;
}

struct model_accuracy model_accuracy_both(const struct model *model)
{
	return model->card.both;
}

size_t model_devices(const struct model *model)
{
	return model->card.device_count;
}

const char *model_device_name(const struct model *model, size_t device)
{
	return model->card.devices[device].name;
}

float model_device_threshold(const struct model *model, size_t device)
{
	return model->card.devices[device].threshold;
}

struct model_accuracy model_device_accuracy(const struct model *model, size_t device)
{
	return model->card.devices[device].accuracy;
}

size_t model_functions(const struct model *model, size_t device)
{
	return device < model->card.device_count ? model->card.devices[device].function_count : 0;
}

const char *model_function_name(const struct model *model, size_t device, size_t function)
{
	return model->card.devices[device].functions[function].name;
}

float model_function_threshold(const struct model *model, size_t device, size_t function)
{
	return model->card.devices[device].functions[function].threshold;
}

struct model_accuracy model_function_accuracy(const struct model *model, size_t device, size_t function)
{
	return model->card.devices[device].functions[function].accuracy;
}

const char *model_family(const struct model *model, size_t device)
{
	return model->card.devices[device].family;
}

const char *model_card(const struct model *model, size_t *size)
{
	*size = model->image->section[IMAGE_CARD].count;
	return image_section(model->image, IMAGE_CARD);
}

float model_scale_weight(const struct model *model, enum features_scale scale, bool function)
{
	return model->card.weight[scale][function];
}

float model_temperature(const struct model *model, bool function)
{
	return model->card.temperature[function];
}

float model_unknown_threshold(const struct model *model)
{
	return model->card.unknown_threshold;
}

bool model_knows_home(const struct model *model)
{
	return model->card.knows_home;
}
