/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "abstract.h"

struct node {
	uint64_t low, high; /* digest */
	uint32_t parent;
	uint8_t action;
};

/* States of one depth, as runs of words that differ from those of the first state. */
struct frontier {
	uint32_t *word;
	size_t used, room;
	uint64_t count;
};

struct search {
	struct world *w;
	struct check *check;
	struct action action[MAX_ACTIONS];
	unsigned int num_actions;
	struct node *node;
	uint64_t num_nodes, max_nodes;
	uint32_t *slot; /* by digest: index + 1 */
	uint64_t num_slots; /* a power of two */
	uint32_t *first, *now; /* the first state, and the one whose successors are made */
	size_t words;
	struct frontier frontier, next;
};

static void *grow(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n, size);
	if (!p) {
		fprintf(stderr, "lm-explore: no memory for %zu elements\n", n);
		exit(2);
	}
	return p;
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void read_world(const struct search *s, uint32_t *to)
{
	uint8_t *p = (uint8_t *)to;
	unsigned int i;
	size_t size;
	void *mem;

	for (i = 0; i < WORLD_PARTS; i++) {
		world_part(s->w, i, &mem, &size);
		memcpy(p, mem, size);
		p += size;
	}
}

static void write_world(const struct search *s, const uint32_t *from)
{
	const uint8_t *p = (const uint8_t *)from;
	unsigned int i;
	size_t size;
	void *mem;

	for (i = 0; i < WORLD_PARTS; i++) {
		world_part(s->w, i, &mem, &size);
		memcpy(mem, p, size);
		p += size;
	}
}

static size_t world_words(struct world *w)
{
	size_t sum = 0, size;
	unsigned int i;
	void *mem;

	for (i = 0; i < WORLD_PARTS; i++) {
		world_part(w, i, &mem, &size);
		sum += size;
	}
	return (sum + 3) / 4;
}

static void append(struct frontier *f, uint32_t word)
{
	if (f->used == f->room) {
		f->room = f->room ? f->room * 2 : 1 << 16;
		f->word = grow(f->word, f->room, sizeof(*f->word));
	}
	f->word[f->used++] = word;
}

/* index of its node, number of runs; then of each run: where, how many, the words */
static void put_state(struct search *s, uint32_t index, const uint32_t *state)
{
	struct frontier *f = &s->next;
	size_t runs, i, j;

	append(f, index);
	runs = f->used;
	append(f, 0);
	for (i = 0; i < s->words; i = j) {
		j = i + 1;
		if (state[i] == s->first[i])
			continue;
		while (j < s->words && state[j] != s->first[j])
			j++;
		f->word[runs]++;
		append(f, (uint32_t)i);
		append(f, (uint32_t)(j - i));
		for (; i < j; i++)
			append(f, state[i]);
	}
	f->count++;
}

static const uint32_t *get_state(struct search *s, const uint32_t *p, uint32_t *index)
{
	uint32_t runs;

	memcpy(s->now, s->first, s->words * sizeof(*s->now));
	*index = *p++;
	for (runs = *p++; runs; runs--) {
		memcpy(s->now + p[0], p + 2, p[1] * sizeof(*p));
		p += 2 + p[1];
	}
	return p;
}

static void index_all(struct search *s)
{
	uint64_t i, at;

	free(s->slot);
	s->num_slots = s->num_slots ? s->num_slots * 2 : 1 << 16;
	s->slot = calloc(s->num_slots, sizeof(*s->slot));
	if (!s->slot) {
		fprintf(stderr, "lm-explore: no memory for the index of states\n");
		exit(2);
	}
	for (i = 0; i < s->num_nodes; i++) {
		for (at = s->node[i].low; s->slot[at & (s->num_slots - 1)]; at++)
			;
		s->slot[at & (s->num_slots - 1)] = (uint32_t)i + 1;
	}
}

/* Whether the state is new; then it is a node. */
static bool add(struct search *s, const uint32_t *state, uint32_t parent, unsigned int action)
{
	XXH128_hash_t digest = XXH3_128bits(state, s->words * sizeof(*state));
	uint64_t at;

	if (s->num_nodes * 2 >= s->num_slots)
		index_all(s);
	for (at = digest.low64; s->slot[at & (s->num_slots - 1)]; at++) {
		const struct node *n = &s->node[s->slot[at & (s->num_slots - 1)] - 1];

		if (n->low == digest.low64 && n->high == digest.high64)
			return false;
	}
	if (s->num_nodes == s->max_nodes) {
		s->max_nodes = s->max_nodes ? s->max_nodes * 2 : 1 << 16;
		s->node = grow(s->node, s->max_nodes, sizeof(*s->node));
	}
	s->node[s->num_nodes] = (struct node){ .low = digest.low64,
					       .high = digest.high64,
					       .parent = parent,
					       .action = (uint8_t)action };
	s->slot[at & (s->num_slots - 1)] = (uint32_t)++s->num_nodes;
	return true;
}

static void trace(const struct search *s, uint32_t index, const struct action *last,
		  struct outcome *o)
{
	uint32_t at;
	unsigned int n = last ? 1 : 0;

	for (at = index; at; at = s->node[at].parent)
		n++;
	o->trace = grow(NULL, n ? n : 1, sizeof(*o->trace));
	o->trace_length = n;
	if (last)
		o->trace[--n] = *last;
	for (at = index; at; at = s->node[at].parent)
		o->trace[--n] = s->action[s->node[at].action];
	o->violated = true;
	memcpy(o->text, s->w->violation, sizeof(o->text));
}

/* All successors of s->now; false where a violation ended it. */
static bool successors(struct search *s, uint32_t index, uint32_t *buf, struct outcome *o)
{
	struct world *w = s->w;
	unsigned int i;

	for (i = 0; i < s->num_actions; i++) {
		const struct action *a = &s->action[i];

		write_world(s, s->now);
		if (!action_possible(w, a))
			continue;
		check_before(s->check, w, a);
		action_do(w, a);
		if (!w->violation)
			check_after(s->check, w, a);
		o->transitions++;
		if (w->violation) {
			trace(s, index, a, o);
			return false;
		}
		abstract_world(w, num_abstractions);
		read_world(s, buf);
		if (!add(s, buf, index, i))
			continue;
		if (!check_state(s->check, w)) {
			trace(s, (uint32_t)s->num_nodes - 1, NULL, o);
			return false;
		}
		put_state(s, (uint32_t)s->num_nodes - 1, buf);
	}
	return true;
}

static bool out_of_bounds(const struct search *s, const struct bounds *b, double start)
{
	return (b->states && s->num_nodes >= b->states) || s->num_nodes >= UINT32_MAX - 1 ||
	       (b->seconds && seconds() - start >= b->seconds);
}

/* One depth; false where a bound or a violation ended it. */
static bool deeper(struct search *s, const struct bounds *b, double start, uint32_t *buf,
		   struct outcome *o)
{
	const uint32_t *p = s->frontier.word;
	uint64_t i;

	for (i = 0; i < s->frontier.count; i++) {
		uint32_t index;

		if (out_of_bounds(s, b, start)) {
			o->left = s->frontier.count - i + s->next.count;
			return false;
		}
		p = get_state(s, p, &index);
		if (!successors(s, index, buf, o))
			return false;
	}
	return true;
}

static void turn(struct search *s)
{
	struct frontier done = s->frontier;

	s->frontier = s->next;
	s->next = done;
	s->next.used = 0;
	s->next.count = 0;
}

static void begin(struct search *s, const struct scope *scope)
{
	memset(s, 0, sizeof(*s));
	s->w = world_new(scope);
	s->check = check_new(s->w);
	s->num_actions = action_list(scope, s->action);
	s->words = world_words(s->w);
	s->first = calloc(s->words, sizeof(*s->first));
	s->now = calloc(s->words, sizeof(*s->now));
	if (!s->first || !s->now)
		exit(2);
	abstract_world(s->w, num_abstractions);
	read_world(s, s->first);
	add(s, s->first, 0, 0);
	put_state(s, 0, s->first);
	turn(s);
}

static void end(struct search *s, struct outcome *o)
{
	unsigned int i;

	o->states = s->num_nodes;
	for (i = 0; i < CHECKS; i++)
		o->checks[i] = check_count(s->check, i);
	check_free(s->check);
	world_free(s->w);
	free(s->node);
	free(s->slot);
	free(s->first);
	free(s->now);
	free(s->frontier.word);
	free(s->next.word);
}

void search(const struct scope *scope, const struct bounds *bounds, struct outcome *o)
{
	double start = seconds();
	struct search s;
	uint32_t *buf;

	memset(o, 0, sizeof(*o));
	begin(&s, scope);
	buf = grow(NULL, s.words, sizeof(*buf));
	memset(buf, 0, s.words * sizeof(*buf));
	if (s.w->violation || !check_state(s.check, s.w))
		trace(&s, 0, NULL, o);
	while (!o->violated && s.frontier.count) {
		if (bounds->depth && o->depth == bounds->depth) {
			o->left = s.frontier.count;
			break;
		}
		if (!deeper(&s, bounds, start, buf, o))
			break;
		turn(&s);
		if (s.frontier.count)
			o->depth++;
	}
	o->complete = !o->violated && !o->left;
	end(&s, o);
	free(buf);
	o->seconds = seconds() - start;
}
