/* join_list.h: the lists of a line: allocations of the client, messages, declared lists, and the other lines of its declaration. */
#ifndef BEDING_CLI_JOIN_LIST_H
#define BEDING_CLI_JOIN_LIST_H

#include "compiler/cli/join.h"

extern const Text JOIN_STANDARD[];
extern const size_t JOIN_STANDARD_COUNT;

/* Loads the file of every list that the module reads; a list without a file is reported. */
ExitStatus join_list_open(Join *join, const Arguments *arguments, char separator);

/* Makes the lists of `to`, a copy of `from` with lines of its own. */
void join_list_copy(Join *to, const Join *from);

/* Gathers the records of every row of the batch. False after reporting a list that is too long. */
bool join_list_apply(Join *join);

#endif
