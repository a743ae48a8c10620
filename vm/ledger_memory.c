/* ledger_memory.c: a ledger that lives as long as one run.
**
** Lines and contributions are two rows of pages that only grow, each with a hash index whose chains put the newest first. So a transaction is
** undone by taking entries off the end: the entry that goes is always the head of its chain. A rejected line that is sent again gets a second
** entry, which hides the first. A credit sets a mark on the debit, and readers pass over contributions of a marked line.
**
** Invariant: a chain's indexes fall from its head on.
*/
#include <string.h>

#include "account.h"
#include "core/arena.h"
#include "status.h"

#define DEFAULT_MEMORY ((size_t)1024 * 1024 * 1024)
enum { FIRST_BUCKETS = 1024, PAGE_ENTRIES = 1024 };

typedef struct StoredLine {
    bd_line_id id;
    bd_line_record record;
    uint64_t hash;         /* of id */
    uint32_t first, count; /* its contributions */
    uint32_t next;         /* in its chain, from 1; 0: the last */
} StoredLine;

typedef struct StoredShare {
    bd_contribution contribution;
    uint64_t hash; /* of counter and key */
    uint32_t line;
    uint32_t next;
} StoredShare;

/* The heads of chains, from 1; 0: an empty chain. */
typedef struct Index {
    uint32_t *heads;
    size_t size; /* a power of two, or 0 */
} Index;

typedef struct Memory {
    Account account;
    Arena rows, texts; /* texts are given back when a transaction is undone; rows are filled anew */
    bool has_agreement;
    Text agreement;
    bd_ledger_counter *counters;
    StoredLine **line_pages; /* pages, since an array that grows would leave its copies in the arena */
    StoredShare **share_pages;
    uint32_t *credited; /* lines marked in this transaction */
    size_t counter_count, line_count, share_count, credited_count;
    size_t counter_capacity, credited_capacity;
    size_t line_page_count, line_page_capacity, share_page_count, share_page_capacity;
    Index line_index, share_index;

    bool is_open; /* a transaction; these tell where it began */
    bool had_agreement;
    size_t counter_mark, line_mark, share_mark;
    ArenaMark text_mark;
} Memory;

/* ---- Reporting ---- */

static bd_status out_of_memory(Memory *memory, bd_error *error)
{
    bd_status status = memory->account.is_exhausted ? BD_LIMIT : BD_NOMEM;
    memory->account.is_exhausted = false;
    return status_report(status, 0, status == BD_LIMIT ? "the ledger in memory is full" : NULL, error);
}

static bd_status no_transaction(bd_error *error)
{
    return status_report(BD_STATE, 0, "the ledger has no open transaction", error);
}

/* ---- Chains ---- */

static uint64_t mix(uint64_t hash, uint64_t more)
{
    hash = (hash ^ more) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static uint64_t hash_line(const bd_line_id *id)
{
    uint64_t hash = mix(text_hash(id->declaration), text_hash(id->line));
    return mix(mix(hash, text_hash(id->provider)), text_hash(id->municipality));
}

static uint32_t *chain(const Index *index, uint64_t hash)
{
    return &index->heads[hash & (index->size - 1)];
}

/* A larger, empty index; false when there is no memory for it. */
static bool widen(Memory *memory, Index *index, size_t size)
{
    uint32_t *heads = arena_array(&memory->rows, size, sizeof *heads);
    if (!heads)
        return false;
    *index = (Index){heads, size};
    return true;
}

static StoredLine *line_at(const Memory *memory, size_t i)
{
    return &memory->line_pages[i / PAGE_ENTRIES][i % PAGE_ENTRIES];
}

static StoredShare *share_at(const Memory *memory, size_t i)
{
    return &memory->share_pages[i / PAGE_ENTRIES][i % PAGE_ENTRIES];
}

static void link_line(Memory *memory, size_t i)
{
    StoredLine *line = line_at(memory, i);
    uint32_t *head = chain(&memory->line_index, line->hash);
    line->next = *head;
    *head = (uint32_t)i + 1;
}

static void link_share(Memory *memory, size_t i)
{
    StoredShare *share = share_at(memory, i);
    uint32_t *head = chain(&memory->share_index, share->hash);
    share->next = *head;
    *head = (uint32_t)i + 1;
}

static bool add_line_page(Memory *memory)
{
    StoredLine **pages = arena_grow(&memory->rows, memory->line_pages, memory->line_page_count,
                                    &memory->line_page_capacity, sizeof *pages);
    if (!pages)
        return false;
    memory->line_pages = pages;
    pages[memory->line_page_count] = arena_array(&memory->rows, PAGE_ENTRIES, sizeof **pages);
    return pages[memory->line_page_count] && ++memory->line_page_count > 0;
}

static bool add_share_page(Memory *memory)
{
    StoredShare **pages = arena_grow(&memory->rows, memory->share_pages, memory->share_page_count,
                                     &memory->share_page_capacity, sizeof *pages);
    if (!pages)
        return false;
    memory->share_pages = pages;
    pages[memory->share_page_count] = arena_array(&memory->rows, PAGE_ENTRIES, sizeof **pages);
    return pages[memory->share_page_count] && ++memory->share_page_count > 0;
}

/* Room in the indexes. Linking again in order keeps the chains falling. */
static bool widen_indexes(Memory *memory, size_t lines, size_t shares)
{
    if (lines > memory->line_index.size) {
        if (!widen(memory, &memory->line_index, 2 * memory->line_index.size))
            return false;
        for (size_t i = 0; i < memory->line_count; i++)
            link_line(memory, i);
    }
    if (shares > memory->share_index.size) {
        size_t size = memory->share_index.size;
        while (size < shares)
            size *= 2;
        if (!widen(memory, &memory->share_index, size))
            return false;
        for (size_t i = 0; i < memory->share_count; i++)
            link_share(memory, i);
    }
    return true;
}

/* Room for one more line and `count` contributions. */
static bool make_room(Memory *memory, size_t count)
{
    if (memory->line_count >= UINT32_MAX - 1 || count >= UINT32_MAX - 1 - memory->share_count)
        return false;
    size_t lines = memory->line_count + 1, shares = memory->share_count + count;
    while (lines > memory->line_page_count * PAGE_ENTRIES)
        if (!add_line_page(memory))
            return false;
    while (shares > memory->share_page_count * PAGE_ENTRIES)
        if (!add_share_page(memory))
            return false;
    return widen_indexes(memory, lines, shares);
}

/* The newest line of that identity and its index, or NULL. */
static StoredLine *find(const Memory *memory, const bd_line_id *id, uint32_t *index)
{
    uint64_t hash = hash_line(id);
    for (uint32_t i = *chain(&memory->line_index, hash); i != 0; i = line_at(memory, i - 1)->next) {
        StoredLine *line = line_at(memory, i - 1);
        if (line->hash == hash && text_equal(line->id.declaration, id->declaration) &&
            text_equal(line->id.line, id->line) && text_equal(line->id.provider, id->provider) &&
            text_equal(line->id.municipality, id->municipality)) {
            *index = i - 1;
            return line;
        }
    }
    return NULL;
}

/* ---- Transactions ---- */

static bd_status memory_begin(void *context, bd_error *error)
{
    Memory *memory = context;
    if (memory->is_open)
        return status_report(BD_STATE, 0, "the ledger has an open transaction", error);
    memory->is_open = true;
    memory->had_agreement = memory->has_agreement;
    memory->counter_mark = memory->counter_count;
    memory->line_mark = memory->line_count;
    memory->share_mark = memory->share_count;
    memory->credited_count = 0;
    memory->text_mark = arena_mark(&memory->texts);
    return BD_OK;
}

static bd_status memory_commit(void *context, bd_error *error)
{
    Memory *memory = context;
    if (!memory->is_open)
        return no_transaction(error);
    memory->is_open = false;
    return BD_OK;
}

static void memory_rollback(void *context)
{
    Memory *memory = context;
    if (!memory->is_open)
        return;
    for (size_t i = 0; i < memory->credited_count; i++)
        line_at(memory, memory->credited[i])->record.credited = false;
    while (memory->line_count > memory->line_mark) {
        const StoredLine *line = line_at(memory, --memory->line_count);
        *chain(&memory->line_index, line->hash) = line->next;
    }
    while (memory->share_count > memory->share_mark) {
        const StoredShare *share = share_at(memory, --memory->share_count);
        *chain(&memory->share_index, share->hash) = share->next;
    }
    memory->counter_count = memory->counter_mark;
    memory->has_agreement = memory->had_agreement;
    arena_rewind(&memory->texts, memory->text_mark);
    memory->is_open = false;
}

/* ---- What the ledger is of ---- */

static bd_status memory_agreement(void *context, bd_text name, bd_text *stored, bd_error *error)
{
    Memory *memory = context;
    if (!memory->is_open)
        return no_transaction(error);
    if (!memory->has_agreement) {
        Text copy = arena_text_copy(&memory->texts, name);
        if (!copy.data)
            return out_of_memory(memory, error);
        memory->agreement = copy;
        memory->has_agreement = true;
    }
    *stored = memory->agreement;
    return BD_OK;
}

static bd_status memory_counter(void *context, const bd_ledger_counter *counter, bd_ledger_counter *stored,
                                uint32_t *number, bd_error *error)
{
    Memory *memory = context;
    if (!memory->is_open)
        return no_transaction(error);
    size_t i = 0;
    while (i < memory->counter_count && !text_equal(memory->counters[i].name, counter->name))
        i++;
    if (i == memory->counter_count) {
        bd_ledger_counter *counters =
            arena_grow(&memory->rows, memory->counters, i, &memory->counter_capacity, sizeof *counters);
        if (!counters)
            return out_of_memory(memory, error);
        memory->counters = counters;
        bd_ledger_counter copy = {.name = arena_text_copy(&memory->texts, counter->name),
                                  .kind = counter->kind,
                                  .unit = arena_text_copy(&memory->texts, counter->unit),
                                  .key = arena_text_copy(&memory->texts, counter->key)};
        if (!copy.name.data || !copy.unit.data || !copy.key.data)
            return out_of_memory(memory, error);
        counters[i] = copy;
        memory->counter_count++;
    }
    *stored = memory->counters[i];
    *number = (uint32_t)i;
    return BD_OK;
}

/* ---- Lines ---- */

static bd_status memory_find_line(void *context, const bd_line_id *id, bd_line_record *record, bool *found,
                                  bd_error *error)
{
    Memory *memory = context;
    (void)error;
    uint32_t index;
    const StoredLine *line = find(memory, id, &index);
    *found = line != NULL;
    if (line)
        *record = line->record;
    return BD_OK;
}

/* Moves a text to the place where the next one goes. */
static void take_text(Text *text, char **place)
{
    if (text->size > 0)
        memcpy(*place, text->data, text->size);
    text->data = *place;
    *place += text->size;
}

static size_t text_bytes(const StoredLine *line, const bd_contribution *contributions, size_t count)
{
    size_t bytes = line->id.municipality.size + line->id.provider.size + line->id.declaration.size +
                   line->id.line.size + line->record.reasons.size + line->record.rules.size;
    for (size_t i = 0; i < count; i++)
        bytes += contributions[i].key.size;
    return bytes;
}

static bd_status memory_put_line(void *context, const bd_line_id *id, const bd_line_record *record,
                                 const bd_contribution *contributions, size_t count, bd_error *error)
{
    Memory *memory = context;
    if (!memory->is_open)
        return no_transaction(error);
    StoredLine line = {.id = *id,
                       .record = *record,
                       .hash = hash_line(id),
                       .first = (uint32_t)memory->share_count,
                       .count = (uint32_t)count};
    line.record.credited = false;
    uint32_t index;
    const StoredLine *older = find(memory, id, &index);
    if (older && older->record.decision == BD_APPROVED)
        return status_report(BD_ARGUMENT, 0, "the ledger has an approved line of that identity", error);
    if (!make_room(memory, count))
        return out_of_memory(memory, error);
    char *place = arena_alloc(&memory->texts, text_bytes(&line, contributions, count));
    if (!place)
        return out_of_memory(memory, error);

    take_text(&line.id.municipality, &place);
    take_text(&line.id.provider, &place);
    take_text(&line.id.declaration, &place);
    take_text(&line.id.line, &place);
    take_text(&line.record.reasons, &place);
    take_text(&line.record.rules, &place);
    for (size_t i = 0; i < count; i++) {
        StoredShare share = {.contribution = contributions[i],
                             .hash = mix(text_hash(contributions[i].key), contributions[i].counter),
                             .line = (uint32_t)memory->line_count};
        take_text(&share.contribution.key, &place);
        *share_at(memory, memory->share_count) = share;
        link_share(memory, memory->share_count++);
    }
    *line_at(memory, memory->line_count) = line;
    link_line(memory, memory->line_count++);
    return BD_OK;
}

static bd_status memory_credit(void *context, const bd_line_id *debit, const bd_line_id *credit, bd_error *error)
{
    Memory *memory = context;
    (void)credit; /* nobody reads a ledger in memory afterwards */
    if (!memory->is_open)
        return no_transaction(error);
    uint32_t index;
    StoredLine *line = find(memory, debit, &index);
    if (!line || line->record.decision != BD_APPROVED || line->record.credited)
        return status_report(BD_ARGUMENT, 0, "there is no such line to credit", error);
    uint32_t *credited = arena_grow(&memory->rows, memory->credited, memory->credited_count, &memory->credited_capacity,
                                    sizeof *credited);
    if (!credited)
        return out_of_memory(memory, error);
    memory->credited = credited;
    credited[memory->credited_count++] = index;
    line->record.credited = true;
    return BD_OK;
}

/* ---- Reading ---- */

static bd_status memory_read_line(void *context, const bd_line_id *id, bd_contribution_reader receive, void *reader,
                                  bd_error *error)
{
    Memory *memory = context;
    (void)error;
    uint32_t index;
    const StoredLine *line = find(memory, id, &index);
    if (!line || line->record.credited)
        return BD_OK;
    bd_status status = BD_OK;
    for (uint32_t i = 0; i < line->count && status == BD_OK; i++)
        status = receive(reader, &share_at(memory, line->first + i)->contribution);
    return status;
}

static bd_status memory_read_key(void *context, uint32_t counter, bd_text key, bd_contribution_reader receive,
                                 void *reader, bd_error *error)
{
    Memory *memory = context;
    (void)error;
    uint64_t hash = mix(text_hash(key), counter);
    bd_status status = BD_OK;
    for (uint32_t i = *chain(&memory->share_index, hash); i != 0 && status == BD_OK;
         i = share_at(memory, i - 1)->next) {
        const StoredShare *share = share_at(memory, i - 1);
        if (share->hash == hash && share->contribution.counter == counter && text_equal(share->contribution.key, key) &&
            !line_at(memory, share->line)->record.credited)
            status = receive(reader, &share->contribution);
    }
    return status;
}

/* ---- Making and closing ---- */

static void memory_close(void *context)
{
    Memory *memory = context;
    bd_allocator host = memory->account.host;
    arena_free(&memory->rows);
    arena_free(&memory->texts);
    host.reallocate(host.context, memory, sizeof *memory, 0);
}

static const bd_ledger_methods memory_methods = {
    .begin = memory_begin,
    .commit = memory_commit,
    .rollback = memory_rollback,
    .agreement = memory_agreement,
    .counter = memory_counter,
    .find_line = memory_find_line,
    .put_line = memory_put_line,
    .credit = memory_credit,
    .read_line = memory_read_line,
    .read_key = memory_read_key,
    .close = memory_close,
};

bd_status bd_ledger_memory_new(const bd_options *options, bd_ledger *out, bd_error *error)
{
    if (!out)
        return status_report(BD_ARGUMENT, 0, "bd_ledger_memory_new needs a place for the ledger", error);
    if (options && options->allocator && !options->allocator->reallocate)
        return status_report(BD_ARGUMENT, 0, "the allocator has no function", error);
    bd_allocator host = host_allocator(options);
    Memory *memory = host.reallocate(host.context, NULL, 0, sizeof *memory);
    if (!memory)
        return status_report(BD_NOMEM, 0, NULL, error);

    memset(memory, 0, sizeof *memory);
    size_t limit = options ? options->limits.memory : 0;
    memory->account = (Account){.host = host, .limit = limit == 0 ? DEFAULT_MEMORY : limit};
    bd_allocator allocator = account_allocator(&memory->account);
    arena_init(&memory->rows, &allocator);
    arena_init(&memory->texts, &allocator);
    if (!widen(memory, &memory->line_index, FIRST_BUCKETS) || !widen(memory, &memory->share_index, FIRST_BUCKETS)) {
        bd_status status = out_of_memory(memory, error);
        memory_close(memory);
        return status;
    }
    *out = (bd_ledger){&memory_methods, memory};
    return BD_OK;
}
