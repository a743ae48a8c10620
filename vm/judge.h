/* judge.h: the values of a batch looked at before they are decided, and the exact cells of lists found. */
#ifndef BEDING_JUDGE_H
#define BEDING_JUDGE_H

#include "beding.h"

/* The form of the exact cells of lists: sorted, inside their lists, of SCALED columns. BD_ARGUMENT otherwise. */
bd_status judge_exact_records(const bd_module *module, const bd_batch *batch, bd_error *error);

/* The exact cell of a record, or NULL. */
const bd_exact_record *judge_find_record(const bd_batch *batch, uint32_t list, uint32_t record, uint32_t column);

/* The exact cells of a row's records in a list: from *first on, so many. */
size_t judge_records_of_row(const bd_batch *batch, uint32_t list, size_t row, size_t *first);

/* Marks the rows from `first` on whose records have exact cells. */
void judge_mark_records(const bd_module *module, const bd_batch *batch, size_t first, uint32_t rows, uint8_t *marks);

#endif
