/* memo.c: see memo.h. A chained hash table whose entries lie in one arena. */
#include "memo.h"

#include <string.h>

enum { BUCKETS_FIRST = 256, ENTRIES_MANY = 1 << 15 };

struct MemoEntry {
    MemoEntry *next;
    uint64_t hash;
    uint32_t index;
    bool is_good;
    NativeValue result;
    NativeValue *args;
};

void memo_init(Memo *memo, const bd_allocator *allocator)
{
    *memo = (Memo){.buckets = NULL};
    arena_init(&memo->arena, allocator);
}

void memo_clear(Memo *memo)
{
    if (memo->count == 0)
        return;
    arena_reset(&memo->arena);
    memo->buckets = NULL;
    memo->count = 0;
}

void memo_trim(Memo *memo)
{
    if (memo->count > ENTRIES_MANY)
        memo_clear(memo);
}

void memo_free(Memo *memo)
{
    arena_free(&memo->arena);
    memo->buckets = NULL;
    memo->count = memo->bucket_count = 0;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static uint64_t hash_of(uint32_t index, const Signature *signature, const NativeValue *args)
{
    uint64_t hash = index + 1u;
    for (uint32_t i = 0; i < signature->arg_count; i++) {
        switch (signature->args[i]) {
        case 't': hash = mix(hash, text_hash(args[i].is.text)); break;
        case 'b': hash = mix(hash, args[i].is.boolean); break;
        case 'n': hash = mix(mix(hash, (uint64_t)args[i].is.ratio[0]), (uint64_t)args[i].is.ratio[1]); break;
        default: hash = mix(hash, (uint32_t)args[i].is.integer); break;
        }
    }
    return hash;
}

static bool is_same(const Signature *signature, const NativeValue *a, const NativeValue *b)
{
    for (uint32_t i = 0; i < signature->arg_count; i++) {
        bool same;
        switch (signature->args[i]) {
        case 't': same = text_equal(a[i].is.text, b[i].is.text); break;
        case 'b': same = a[i].is.boolean == b[i].is.boolean; break;
        case 'n': same = a[i].is.ratio[0] == b[i].is.ratio[0] && a[i].is.ratio[1] == b[i].is.ratio[1]; break;
        default: same = a[i].is.integer == b[i].is.integer; break;
        }
        if (!same)
            return false;
    }
    return true;
}

/* Makes the table twice as large, or as large as it was before it was cleared. */
static void grow(Memo *memo)
{
    MemoEntry **old = memo->buckets;
    uint32_t old_count = old ? memo->bucket_count : 0;
    uint32_t count = old ? old_count * 2 : memo->bucket_count > BUCKETS_FIRST ? memo->bucket_count : BUCKETS_FIRST;
    MemoEntry **buckets = arena_array(&memo->arena, count, sizeof(MemoEntry *));
    for (uint32_t i = 0; i < old_count; i++) {
        for (MemoEntry *entry = old[i], *next; entry; entry = next) {
            next = entry->next;
            entry->next = buckets[entry->hash & (count - 1)];
            buckets[entry->hash & (count - 1)] = entry;
        }
    }
    memo->buckets = buckets;
    memo->bucket_count = count;
}

static MemoEntry *add(Memo *memo, uint32_t index, uint64_t hash, const Signature *signature, const NativeValue *args)
{
    MemoEntry *entry = arena_alloc(&memo->arena, sizeof *entry);
    entry->args = arena_array(&memo->arena, signature->arg_count + 1u, sizeof *args);
    memcpy(entry->args, args, signature->arg_count * sizeof *args);
    entry->index = index;
    entry->hash = hash;
    return entry;
}

bool memo_call(Memo *memo, uint32_t index, const NativeCall *call, const Signature *signature, const NativeValue *args,
               NativeValue *result)
{
    uint64_t hash = hash_of(index, signature, args);
    if (!memo->buckets || memo->count >= memo->bucket_count)
        grow(memo);
    MemoEntry **bucket = &memo->buckets[hash & (memo->bucket_count - 1)];
    for (const MemoEntry *entry = *bucket; entry; entry = entry->next) {
        if (entry->hash == hash && entry->index == index && is_same(signature, entry->args, args)) {
            *result = entry->result;
            return entry->is_good;
        }
    }
    MemoEntry *entry = add(memo, index, hash, signature, args);
    entry->is_good = native_call(call, args, &entry->result);
    entry->next = *bucket;
    *bucket = entry;
    memo->count++;
    *result = entry->result;
    return entry->is_good;
}
