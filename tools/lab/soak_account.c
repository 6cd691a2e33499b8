/* SPDX-License-Identifier: BSD-2-Clause */
/* What a soak's generator wrote, in the agent's words. */
#include "tools/lab/soak_account.h"

#include <stdbool.h>

#include "agent/base/mac.h"

typedef unsigned long long ull;

void soak_count(struct soak_account *a, int from, int to, size_t length, unsigned int reason)
{
	bool nobody = reason == IOT_SKIP_SOURCE || from == SOAK_AT_GATEWAY;

	a->frames++;
	a->bytes += length;
	/* What refuses a sender refuses no receiver. */
	a->reason[reason] += reason != IOT_SKIP_SOURCE || to < 0;
	if (reason == IOT_SKIP_SHORT)
		return;
	a->strangers += !nobody && from == SOAK_STRANGER;
	a->received_only += nobody && to >= 0;
	if (!nobody && from >= 0) {
		a->device[from].tx_packets++;
		a->device[from].tx_bytes += length;
	}
	if (to >= 0) {
		a->device[to].rx_packets++;
		a->device[to].rx_bytes += length;
	}
}

void soak_print(const struct soak_account *a, FILE *out)
{
	char mac[MAC_TEXT_SIZE];
	const char *comma = "";

	fprintf(out, "{\"frames\":%llu,\"bytes\":%llu,\"strangers\":%llu,\"received_only\":%llu,\"floods\":%u,\"silences\":%u,\"steps\":%u,"
		"\"forward_s\":%.3f,\"backward_s\":%.3f,\"reasons\":{",
		(ull)a->frames, (ull)a->bytes, (ull)a->strangers, (ull)a->received_only, a->floods, a->silences, a->steps,
		(double)a->stepped_us[0] / 1e6, (double)a->stepped_us[1] / 1e6);
	for (unsigned int k = 1; k < IOT_REASON_COUNT; k++) {
		if (!a->reason[k])
			continue;
		fprintf(out, "%s\"%s\":%llu", comma, lab_odd_reason_text(k), (ull)a->reason[k]);
		comma = ",";
	}
	fputs("},\"devices\":[", out);
	for (unsigned int i = 0; i < SOAK_DEVICES; i++)
		fprintf(out, "%s{\"mac\":\"%s\",\"tx_packets\":%llu,\"tx_bytes\":%llu,\"rx_packets\":%llu,\"rx_bytes\":%llu}",
			i ? "," : "", mac_format(soak_mac(i), mac), (ull)a->device[i].tx_packets, (ull)a->device[i].tx_bytes,
			(ull)a->device[i].rx_packets, (ull)a->device[i].rx_bytes);
	fputs("]}\n", out);
}
