/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include <string.h>

#include "html.h"
#include "reach.h"

/* Shades by powers of ten: what matters is never, few, many. */
static unsigned int shade(unsigned int times)
{
	return times < 10 ? 1 : times < 100 ? 2 : times < 1000 ? 3 : 4;
}

static void cell(struct rp_out *out, const struct rp_reach *reach, unsigned int s, unsigned int e)
{
	unsigned int times = reach->times[s][e];

	if (!rp_cell_defined(s, e))
		rp_raw(out, "<td class=\"undef\" title=\"cannot happen\">&#8211;</td>");
	else if (!times)
		rp_raw(out, "<td class=\"miss\" title=\"not reached\">0</td>");
	else
		rp_put(out, "<td class=\"h%u\">%u</td>", shade(times), times);
}

void rp_html_reach(struct rp_out *out, const struct rp_log *log)
{
	struct rp_reach reach;
	unsigned int s, e;

	rp_reach(&reach, log);
	rp_raw(out, "<section id=\"reached\">\n<h2>States and commands reached</h2>\n");
	rp_put(out, "<p class=\"muted\">%u of the %u cells of the state table were reached. ",
	       reach.reached, reach.defined);
	if (!reach.reached) {
		rp_raw(out, "</p>\n</section>\n");
		return;
	}
	rp_raw(out, "A number says how often; a dashed 0 was not reached in this run; "
		    "&#8211; cannot happen.</p>\n");
	if (reach.unknown)
		rp_put(out,
		       "<p class=\"muted\">%u entries of the log name no cell of the table.</p>\n",
		       reach.unknown);
	rp_raw(out, "<div class=\"scroll\"><table class=\"heat\">\n<thead><tr><th>Event</th>");
	for (s = 0; s < rp_states(); s++)
		rp_put(out, "<th>%s</th>", rp_state_name(s));
	rp_raw(out, "</tr></thead>\n<tbody>\n");
	for (e = 0; e < rp_events(); e++) {
		rp_put(out, "<tr><th scope=\"row\"><span class=\"mono\">%s</span>",
		       rp_event_name(e));
		if (strcmp(rp_event_name(e), rp_event_meaning(e)))
			rp_put(out, " <span class=\"mean muted small\">%s</span>",
			       rp_event_meaning(e));
		rp_raw(out, "</th>");
		for (s = 0; s < rp_states(); s++)
			cell(out, &reach, s, e);
		rp_raw(out, "</tr>\n");
	}
	rp_raw(out, "</tbody></table></div>\n</section>\n");
}
