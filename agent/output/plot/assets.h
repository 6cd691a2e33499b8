/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_ASSETS_H
#define AGENT_OUTPUT_PLOT_ASSETS_H

/* Files of the page, embedded by the Makefile: those of agent/share/plot, and the library's (empty where it could not be had). Each up to its _end. */

extern const char plot_uplot_js[], plot_uplot_js_end[];
extern const char plot_uplot_css[], plot_uplot_css_end[];
extern const char plot_uplot_license[], plot_uplot_license_end[];
extern const char plot_page_js[], plot_page_js_end[]; /* all files, in the order in which they are needed */
extern const char plot_page_css[], plot_page_css_end[];
extern const char plot_page_html[], plot_page_html_end[];

#endif
