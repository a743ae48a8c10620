/* memo.h: what natives answered: no line asks a native the same thing twice.
**
** A native is pure by the contract's promise, and may be dear. Its answers, refusals included, are kept for the lines at hand, so that
** two rules that ask the same, the records of a list, and a line that is decided once more exactly, share one call. Emptied with every public
** call, since the texts asked about are the host's, and between chunks of lines when it has become large.
*/
#ifndef BEDING_MEMO_H
#define BEDING_MEMO_H

#include "core/arena.h"
#include "native.h"

typedef struct MemoEntry MemoEntry;

typedef struct Memo {
    Arena arena;
    MemoEntry **buckets; /* NULL: none yet */
    uint32_t bucket_count, count;
} Memo;

void memo_init(Memo *memo, const bd_allocator *allocator);
/* Forgets all answers and keeps the memory. */
void memo_clear(Memo *memo);
/* The same, if there are many. */
void memo_trim(Memo *memo);
/* Gives the memory back. */
void memo_free(Memo *memo);

/* native_call, or its answer of before. `index` tells natives apart. The arena's landing must be set. */
bool memo_call(Memo *memo, uint32_t index, const NativeCall *call, const Signature *signature, const NativeValue *args,
               NativeValue *result);

#endif
