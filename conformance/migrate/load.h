/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* What the guest does with its disk. */
#ifndef MG_LOAD_H
#define MG_LOAD_H

#include "guest.h"

/** mg_new_command() - put one command of the load into the SQ; false where there is none now */
bool mg_new_command(struct mg_guest *g, unsigned int qid);

/** mg_new_aer() - have the Asynchronous Event Request outstanding */
void mg_new_aer(struct mg_guest *g);

/** mg_new_identify() - read Identify Controller, to be compared with what it was at first */
void mg_new_identify(struct mg_guest *g);

/** mg_random() - below n, from the guest's own sequence */
uint32_t mg_random(struct mg_guest *g, uint32_t n);

#endif
