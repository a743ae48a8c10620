/* decide.c: how fast the library alone decides, with the columns already in memory.
**
**     decide lanes MODULE LINES.csv MILLISECONDS [K]   the best pass over the first K lines, repeated for that long
**     decide rows MODULE LINES.csv MILLISECONDS [K]    the same lines as structs: one a call, and all in one call
**     decide trace MODULE LINES.csv                    every line once with its full trace
**     decide memory MODULE LINES.csv                   bytes that a module and a session hold, as they are used more
**     decide start MODULE LINES.csv                    load a module, make a session, decide one line: nanoseconds of each
**
** Job: feed bd_session_decide as a host would that has columns of its own. The loader is for plain CSV (no quotes) and is outside the
** clock. Prints one JSON object; the totals are compared by bench.py.
*/
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "beding.h"

enum { MAX_COLUMNS = 64, START_TRIES = 201, TRACE_PASSES = 3, REASON_WORDS_MAX = 16 };

typedef struct Blob {
    char *data; /* aligned as malloc does */
    size_t size;
} Blob;

typedef struct Table {
    bd_text header[MAX_COLUMNS];
    uint32_t width;
    bd_text *cells; /* rows * width */
    size_t rows;
} Table;

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "decide: %s: %s\n", what, why);
    exit(1);
}

static void *allocate(size_t size)
{
    void *memory = calloc(size + 1, 1);
    if (memory == NULL)
        fail("memory", "there is none left");
    return memory;
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0)
        fail("clock", "it cannot be read");
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* Of this process: many calls take longer than the system lets one process run while others want to. */
static int64_t processor_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static Blob read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        fail(path, "cannot be read");
    long size = ftell(file);
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0)
        fail(path, "cannot be read");
    Blob blob = {allocate((size_t)size), (size_t)size};
    if (fread(blob.data, 1, blob.size, file) != blob.size)
        fail(path, "cannot be read");
    fclose(file);
    return blob;
}

/* Cuts one line into cells; returns the rest of the text. */
static const char *cut(const char *at, bd_text *cells, uint32_t *count)
{
    const char *begin = at;
    for (*count = 0; *count < MAX_COLUMNS; at++) {
        if (*at != ',' && *at != '\n' && *at != '\0')
            continue;
        cells[(*count)++] = (bd_text){begin, (size_t)(at - begin)};
        begin = at + 1;
        if (*at != ',')
            return *at == '\n' ? at + 1 : at;
    }
    fail("lines", "too many columns");
}

static Table read_table(const Blob *blob)
{
    Table table = {.width = 0};
    const char *at = cut(blob->data, table.header, &table.width);
    size_t lines = 0;
    for (const char *p = at; *p != '\0'; p++)
        lines += *p == '\n';
    table.cells = allocate((lines + 1) * table.width * sizeof *table.cells);
    bd_text cells[MAX_COLUMNS];
    while (table.rows < lines) {
        uint32_t count = 0;
        at = cut(at, cells, &count);
        if (count != table.width)
            fail("lines", "a line has another number of cells");
        memcpy(table.cells + table.rows++ * table.width, cells, count * sizeof *cells);
    }
    return table;
}

static bool is_equal(bd_text a, const char *b, size_t size)
{
    return a.size == size && memcmp(a.data, b, size) == 0;
}

/* ISO date to day number; the workload's dates are valid. */
static int32_t day_number(bd_text cell)
{
    int year = atoi(cell.data), month = atoi(cell.data + 5), day = atoi(cell.data + 8);
    /* March is month 0, so that the leap day comes last; 719468 days lie between 0000-03-01 and 1970-01-01. */
    year -= month <= 2;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

static int64_t scaled(bd_text cell, int64_t denominator)
{
    int64_t value = 0, places = 1;
    bool has_point = false;
    for (size_t i = 0; i < cell.size; i++) {
        if (cell.data[i] == '.') {
            has_point = true;
            continue;
        }
        value = value * 10 + (cell.data[i] - '0');
        places *= has_point ? 10 : 1;
    }
    if (value * denominator % places != 0)
        fail("lines", "a number has more decimals than its column");
    return value * denominator / places;
}

static void store(const bd_module *module, const bd_column_info *info, void *values, size_t row, bd_text cell)
{
    uint32_t member = BD_NONE;
    if (info->kind == BD_KIND_SCALED) {
        ((int64_t *)values)[row] = scaled(cell, info->denominator);
    } else if (info->kind == BD_KIND_BOOL) {
        ((uint8_t *)values)[row] = is_equal(cell, "ja", 2);
    } else if (info->kind == BD_KIND_TEXT) {
        ((bd_text *)values)[row] = cell;
    } else if (info->meaning == BD_MEANS_DATE) {
        ((int32_t *)values)[row] = day_number(cell);
    } else {
        member = bd_choice_find(module, info->choice, cell);
        if (member == BD_NONE)
            fail("lines", "a cell is no member of its choice");
        ((int32_t *)values)[row] = (int32_t)member;
    }
}

/* The column that says whether an allocation, a start or a stop is there: true when one of its cells is filled. */
static void fill_group(const Table *table, bd_text group, uint8_t *values)
{
    for (uint32_t i = 0; i < table->width; i++) {
        bd_text name = table->header[i];
        if (name.size <= group.size || !is_equal(group, name.data, group.size) || name.data[group.size] != '_')
            continue;
        for (size_t row = 0; row < table->rows; row++)
            values[row] |= table->cells[row * table->width + i].size > 0;
    }
}

static bd_column_data read_column(const bd_module *module, const Table *table, const bd_column_info *info)
{
    char *values = allocate(table->rows * sizeof(bd_text));
    uint8_t *present = allocate(table->rows);
    uint32_t at = 0;
    while (at < table->width && !is_equal(info->name, table->header[at].data, table->header[at].size))
        at++;
    if (at == table->width) {
        memset(present, 1, table->rows);
        fill_group(table, info->name, (uint8_t *)values);
        return (bd_column_data){values, present};
    }
    for (size_t row = 0; row < table->rows; row++) {
        bd_text cell = table->cells[row * table->width + at];
        present[row] = cell.size > 0;
        if (present[row])
            store(module, info, values, row, cell);
    }
    return (bd_column_data){values, present};
}

/* Of an agreement with counters every line needs a place in the order: the lines as they stand, as one declaration. */
static const bd_line_ids *make_ids(const bd_module *module, const Table *table)
{
    enum { DIGITS = 8 };
    bd_module_info info;
    bd_module_describe(module, &info);
    if (info.counters == 0)
        return NULL;
    bd_text *same = allocate(table->rows * sizeof *same), *lines = allocate(table->rows * sizeof *lines);
    char *digits = allocate(table->rows * (DIGITS + 1));
    for (size_t row = 0; row < table->rows; row++) {
        char *text = digits + row * (DIGITS + 1);
        snprintf(text, DIGITS + 1, "%08zu", row % 100000000);
        same[row] = (bd_text){"1", 1};
        lines[row] = (bd_text){text, DIGITS};
    }
    bd_line_ids *ids = allocate(sizeof *ids);
    *ids = (bd_line_ids){.signed_on = allocate(table->rows * sizeof(int32_t)),
                         .municipality = same,
                         .provider = same,
                         .declaration = same,
                         .line = lines};
    return ids;
}

static bd_batch read_batch(const bd_module *module, const Table *table)
{
    bd_program_info program;
    if (bd_module_program(module, 0, &program) != BD_OK)
        fail("module", "it decides no lines");
    bd_column_data *columns = allocate(program.columns * sizeof *columns);
    for (uint32_t i = 0; i < program.columns; i++) {
        bd_column_info info;
        if (bd_module_column(module, program.first_column + i, &info) != BD_OK)
            fail("module", "a column is not described");
        columns[i] = read_column(module, table, &info);
    }
    return (bd_batch){.rows = table->rows, .columns = columns, .ids = make_ids(module, table)};
}

static bd_module *load(const Blob *bytes)
{
    bd_module *module;
    bd_error error;
    if (bd_module_load(bytes->data, bytes->size, NULL, &module, &error) != BD_OK)
        fail("module", error.message);
    return module;
}

static bd_session *open_session(const bd_module *module)
{
    bd_session *session;
    bd_error error;
    if (bd_session_new(module, NULL, &session, &error) != BD_OK || bd_session_prepare(session, &error) != BD_OK)
        fail("session", error.message);
    return session;
}

static void decide(bd_session *session, const bd_batch *batch, bd_decisions *out)
{
    bd_error error;
    if (bd_session_decide(session, batch, out, &error) != BD_OK)
        fail("decide", error.message);
}

static bd_decisions make_room(const bd_module *module, size_t rows)
{
    return (bd_decisions){.decision = allocate(rows),
                          .cents = allocate(rows * sizeof(int64_t)),
                          .reasons = allocate(rows * bd_module_reason_words(module) * sizeof(uint64_t)),
                          .fault = allocate(rows * sizeof(uint32_t))};
}

static void time_lanes(const Blob *bytes, const Table *table, int64_t milliseconds)
{
    bd_module *module = load(bytes);
    bd_batch batch = read_batch(module, table);
    bd_session *session = open_session(module);
    bd_decisions out = make_room(module, batch.rows);
    int64_t best = INT64_MAX, end = now_ns() + milliseconds * 1000000;
    int passes = 0;
    do {
        if (batch.ids != NULL && passes > 0) { /* lines are not decided twice */
            bd_session_free(session);
            session = open_session(module);
        }
        int64_t begin = now_ns();
        decide(session, &batch, &out);
        int64_t took = now_ns() - begin;
        best = took < best ? took : best;
        passes++;
    } while (now_ns() < end || passes < 3);
    int64_t cents = 0;
    size_t approved = 0;
    for (size_t i = 0; i < batch.rows; i++) {
        approved += out.decision[i] == BD_APPROVED;
        cents += out.cents[i];
    }
    printf("{\"lines\": %zu, \"compute_ns\": %" PRId64 ", \"approved\": %zu, \"approved_cents\": %" PRId64 "}\n",
           batch.rows, best, approved, cents);
    bd_session_free(session);
    bd_module_free(module);
}

/* The traces of all lines, one call a line; how many steps they have. */
static size_t trace_lines(bd_session *session, const bd_batch *batch)
{
    const bd_trace *trace;
    bd_error error;
    size_t steps = 0;
    for (size_t row = 0; row < batch->rows; row++) {
        if (bd_session_trace(session, batch, row, &trace, &error) != BD_OK)
            fail("trace", error.message);
        steps += trace->step_count;
    }
    return steps;
}

/* The same, recorded: as forms and columns where a line has a form, or told one by one. */
static size_t record_lines(bd_session *session, const bd_batch *batch, bool is_told)
{
    const bd_record *record;
    const bd_trace *trace;
    bd_error error;
    size_t steps = 0;
    if (bd_session_record(session, batch, 0, &error) != BD_OK)
        fail("record", error.message);
    for (;;) {
        if (bd_session_record_next(session, &record, &error) != BD_OK)
            fail("record", error.message);
        if (record->rows == 0)
            return steps;
        for (size_t i = 0; i < record->rows; i++) {
            if (record->forms[i] != NULL && !is_told) {
                steps += record->forms[i]->step_count;
                continue;
            }
            if (bd_session_record_trace(session, record->first_row + i, &trace, &error) != BD_OK)
                fail("record", error.message);
            steps += trace->step_count;
        }
    }
}

/* Every line with its full trace: the best of a few passes, one call a line, told from a record, and recorded. */
static void time_trace(const Blob *bytes, const Table *table)
{
    bd_module *module = load(bytes);
    bd_batch batch = read_batch(module, table);
    bd_session *session = open_session(module);
    size_t steps = 0;
    int64_t best[3] = {INT64_MAX, INT64_MAX, INT64_MAX};
    for (int pass = 0; pass < TRACE_PASSES; pass++) {
        size_t found[3];
        for (int way = 0; way < 3; way++) {
            int64_t begin = now_ns();
            found[way] = way == 0 ? trace_lines(session, &batch) : record_lines(session, &batch, way == 1);
            int64_t took = now_ns() - begin;
            best[way] = took < best[way] ? took : best[way];
        }
        steps = found[0];
        if (found[1] != steps || found[2] != steps)
            fail("record", "other steps than those of single traces");
    }
    printf("{\"lines\": %zu, \"trace_ns\": %" PRId64 ", \"told_ns\": %" PRId64 ", \"record_ns\": %" PRId64
           ", \"steps\": %zu}\n",
           batch.rows, best[0], best[1], best[2], steps);
    bd_session_free(session);
    bd_module_free(module);
}

static int compare(const void *a, const void *b)
{
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

static void time_start(const Blob *bytes, Table *table)
{
    static int64_t loads[START_TRIES], firsts[START_TRIES];
    table->rows = 1;
    bd_module *described = load(bytes);
    bd_batch batch = read_batch(described, table);
    bd_decisions out = make_room(described, 1);
    for (int i = 0; i < START_TRIES; i++) {
        int64_t begin = now_ns();
        bd_module *module = load(bytes);
        int64_t loaded = now_ns();
        bd_session *session = open_session(module);
        decide(session, &batch, &out);
        int64_t decided = now_ns();
        loads[i] = loaded - begin;
        firsts[i] = decided - begin;
        bd_session_free(session);
        bd_module_free(module);
    }
    qsort(loads, START_TRIES, sizeof *loads, compare);
    qsort(firsts, START_TRIES, sizeof *firsts, compare);
    printf("{\"load_ns\": %" PRId64 ", \"first_ns\": %" PRId64 "}\n", loads[START_TRIES / 2], firsts[START_TRIES / 2]);
    bd_module_free(described);
}

/* ---- Rows: structs as a host would declare them: fields by falling size, then a byte a field that says whether it is there ---- */

typedef struct Structs {
    char *bytes;
    size_t stride, rows;
    bd_field fields[MAX_COLUMNS];
    char names[MAX_COLUMNS][64];
    bd_row_layout layout;
} Structs;

static size_t value_size(bd_kind kind)
{
    return kind == BD_KIND_BOOL   ? 1
           : kind == BD_KIND_INT  ? sizeof(int32_t)
           : kind == BD_KIND_TEXT ? sizeof(bd_text)
                                  : 8;
}

static void add_field(Structs *structs, const bd_column_info *info, uint32_t at)
{
    static const bd_field_type types[] = {[BD_KIND_BOOL] = BD_FIELD_BOOL,
                                          [BD_KIND_INT] = BD_FIELD_INT32,
                                          [BD_KIND_SCALED] = BD_FIELD_INT64,
                                          [BD_KIND_TEXT] = BD_FIELD_TEXT};
    snprintf(structs->names[at], sizeof structs->names[at], "%.*s", (int)info->name.size, info->name.data);
    structs->fields[at] = (bd_field){.name = structs->names[at],
                                     .type = types[info->kind],
                                     .offset = structs->stride,
                                     .denominator = info->kind == BD_KIND_SCALED ? info->denominator : 1,
                                     .has_presence = info->optional};
    structs->stride += value_size(info->kind);
}

static void lay_out(Structs *structs, const bd_column_info *infos, uint32_t columns)
{
    for (size_t size = sizeof(bd_text); size > 0; size /= 2) {
        for (uint32_t i = 0; i < columns; i++) {
            if (value_size(infos[i].kind) == size)
                add_field(structs, &infos[i], i);
        }
    }
    for (uint32_t i = 0; i < columns; i++)
        structs->fields[i].presence = structs->stride++;
    structs->stride = (structs->stride + 7) / 8 * 8;
}

static void fill_field(const Structs *structs, const bd_batch *batch, uint32_t column, size_t size)
{
    const bd_field *field = &structs->fields[column];
    for (size_t row = 0; row < batch->rows; row++) {
        char *at = structs->bytes + row * structs->stride;
        memcpy(at + field->offset, (const char *)batch->columns[column].values + row * size, size);
        at[field->presence] = (char)batch->columns[column].present[row];
    }
}

static Structs *make_structs(const bd_module *module, const bd_batch *batch)
{
    bd_program_info program;
    bd_column_info infos[MAX_COLUMNS];
    Structs *structs = allocate(sizeof *structs);
    if (bd_module_program(module, 0, &program) != BD_OK || program.columns > MAX_COLUMNS)
        fail("module", "too many columns for structs");
    for (uint32_t i = 0; i < program.columns; i++) {
        if (bd_module_column(module, program.first_column + i, &infos[i]) != BD_OK)
            fail("module", "a column is not described");
    }
    lay_out(structs, infos, program.columns);
    structs->rows = batch->rows;
    structs->bytes = allocate(batch->rows * structs->stride);
    for (uint32_t i = 0; i < program.columns; i++)
        fill_field(structs, batch, i, value_size(infos[i].kind));
    structs->layout =
        (bd_row_layout){.stride = structs->stride, .fields = structs->fields, .field_count = program.columns};
    return structs;
}

static void decide_structs(bd_session *session, const Structs *structs, size_t first, size_t count, bd_decisions *out)
{
    bd_error error;
    if (bd_session_decide_rows(session, structs->bytes + first * structs->stride, count, out, &error) != BD_OK)
        fail("decide", error.message);
}

/* As a host does that decides a line when it comes in: the result stands where that of the line before stood. Returns its cents. */
static int64_t decide_struct(bd_session *session, const Structs *structs, size_t row)
{
    uint8_t decision;
    int64_t cents;
    uint64_t reasons[REASON_WORDS_MAX];
    uint32_t fault;
    bd_decisions one = {&decision, &cents, reasons, &fault, NULL, NULL};
    decide_structs(session, structs, row, 1, &one);
    return cents;
}

/* The rows, each once, in an order that no cache foresees. */
static const uint32_t *make_order(size_t rows)
{
    uint32_t *order = allocate(rows * sizeof *order);
    uint64_t random = 1;
    for (size_t i = 0; i < rows; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t other = (size_t)((random >> 33) % (i + 1));
        order[i] = order[other];
        order[other] = (uint32_t)i;
    }
    return order;
}

static void time_rows(const Blob *bytes, const Table *table, int64_t milliseconds)
{
    bd_module *module = load(bytes);
    bd_batch batch = read_batch(module, table);
    if (batch.ids != NULL)
        fail("module", "it counts: its lines cannot be decided again and again");
    bd_session *session = open_session(module);
    bd_decisions out = make_room(module, batch.rows);
    Structs *structs = make_structs(module, &batch);
    bd_error error;
    if (bd_session_bind_rows(session, &structs->layout, &error) != BD_OK)
        fail("rows", error.message);
    if (bd_module_reason_words(module) > REASON_WORDS_MAX)
        fail("module", "too many rules for structs");
    int64_t single = INT64_MAX, scattered = INT64_MAX, all = INT64_MAX, cents = 0;
    int64_t end = now_ns() + milliseconds * 1000000;
    const uint32_t *order = make_order(batch.rows);
    for (int passes = 0; now_ns() < end || passes < 3; passes++) {
        int64_t begin = processor_ns(), left = 0;
        cents = 0;
        for (size_t row = 0; row < batch.rows; row++)
            cents += decide_struct(session, structs, row);
        int64_t first = processor_ns();
        for (size_t i = 0; i < batch.rows; i++)
            left += decide_struct(session, structs, order[i]);
        int64_t second = processor_ns();
        decide_structs(session, structs, 0, batch.rows, &out);
        int64_t third = processor_ns();
        for (size_t row = 0; row < batch.rows; row++)
            left -= out.cents[row];
        if (left != 0)
            fail("rows", "another way gave another amount");
        single = first - begin < single ? first - begin : single;
        scattered = second - first < scattered ? second - first : scattered;
        all = third - second < all ? third - second : all;
    }
    printf("{\"lines\": %zu, \"bytes\": %zu, \"single_ns\": %" PRId64 ", \"scattered_ns\": %" PRId64
           ", \"all_ns\": %" PRId64 ", \"approved_cents\": %" PRId64 "}\n",
           batch.rows, structs->stride, single / (int64_t)batch.rows, scattered / (int64_t)batch.rows, all, cents);
    bd_session_free(session);
    bd_module_free(module);
}

/* ---- Memory ---- */

static void *counted(void *context, void *old, size_t old_size, size_t new_size)
{
    size_t *live = context;
    void *memory = new_size > 0 ? realloc(old, new_size) : (free(old), NULL);
    if (memory != NULL || new_size == 0)
        *live += new_size - (old != NULL ? old_size : 0);
    return memory;
}

static void show_memory(const Blob *bytes, const Table *table)
{
    size_t live = 0, loaded;
    bd_allocator allocator = {counted, &live};
    bd_options options = {.allocator = &allocator};
    bd_module *module;
    bd_session *session;
    bd_error error;
    if (bd_module_load(bytes->data, bytes->size, &options, &module, &error) != BD_OK)
        fail("module", error.message);
    loaded = live;
    bd_batch batch = read_batch(module, table);
    bd_decisions out = make_room(module, batch.rows);
    Structs *structs = make_structs(module, &batch);
    if (bd_session_new(module, &options, &session, &error) != BD_OK || bd_session_prepare(session, &error) != BD_OK)
        fail("session", error.message);
    size_t prepared = live - loaded;
    if (bd_session_bind_rows(session, &structs->layout, &error) != BD_OK)
        fail("rows", error.message);
    decide_structs(session, structs, 0, 1, &out);
    size_t one_row = live - loaded;
    decide_structs(session, structs, 0, batch.rows, &out);
    size_t all_rows = live - loaded;
    bd_session_free(session);
    if (bd_session_new(module, &options, &session, &error) != BD_OK || bd_session_prepare(session, &error) != BD_OK)
        fail("session", error.message);
    decide(session, &batch, &out);
    printf(
        "{\"file\": %zu, \"module\": %zu, \"prepared\": %zu, \"one_row\": %zu, \"all_rows\": %zu, \"columns\": %zu}\n",
        bytes->size, loaded, prepared, one_row, all_rows, live - loaded);
    bd_session_free(session);
    bd_module_free(module);
}

int main(int argc, char **argv)
{
    bool is_memory = argc == 4 && strcmp(argv[1], "memory") == 0;
    bool is_start = argc == 4 && strcmp(argv[1], "start") == 0, is_rows = argc >= 5 && strcmp(argv[1], "rows") == 0;
    bool is_trace = argc == 4 && strcmp(argv[1], "trace") == 0;
    if (!is_start && !is_memory && !is_rows && !is_trace && (argc < 5 || strcmp(argv[1], "lanes") != 0)) {
        fprintf(stderr, "usage: decide lanes MODULE LINES.csv MILLISECONDS [K]\n"
                        "       decide rows MODULE LINES.csv MILLISECONDS [K]\n"
                        "       decide trace MODULE LINES.csv\n"
                        "       decide memory MODULE LINES.csv\n"
                        "       decide start MODULE LINES.csv\n");
        return 2;
    }
    Blob bytes = read_file(argv[2]), text = read_file(argv[3]);
    Table table = read_table(&text);
    if (table.rows == 0)
        fail(argv[3], "no lines");
    if (is_start || is_trace) {
        if (is_trace)
            time_trace(&bytes, &table);
        else
            time_start(&bytes, &table);
        return 0;
    }
    if (is_memory) {
        show_memory(&bytes, &table);
        return 0;
    }
    size_t wanted = argc > 5 ? (size_t)strtoull(argv[5], NULL, 10) : table.rows;
    table.rows = wanted < table.rows ? wanted : table.rows;
    if (is_rows)
        time_rows(&bytes, &table, atoll(argv[4]));
    else
        time_lanes(&bytes, &table, atoll(argv[4]));
    return 0;
}
