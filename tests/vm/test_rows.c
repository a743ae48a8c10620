/* test_rows.c - lines as structs against the same lines as columns, on random programs over all opcodes.
 *
 * Each line goes in four ways: in columns, as one struct by itself, all structs in one call, and as a batch of one. Decision, amount, fault and reasons must
 * agree. Values that structs refuse (an empty text that is needed, a member that does not exist) are counted and must not be many. In odd
 * seeds numbers go in as decimal text, which brings in those that no column holds.
 */
#include "vm/line.h"
#include "vm/random_module.h"

enum { ROWS = 24, FIELD_BYTES = 16, STRIDE = 512, TEXT_BYTES = 64 };

typedef struct Structs {
    _Alignas(16) char bytes[ROWS][STRIDE];
    char numbers[ROWS][COLUMNS][TEXT_BYTES];
    _Alignas(16) char records[RECORDS_MAX][STRIDE];
    bd_field fields[COLUMNS], record_fields[LIST_COLUMNS];
    char names[COLUMNS + LIST_COLUMNS][32];
    bd_field_list list;
    bd_row_layout layout;
} Structs;

static unsigned decided, refused, by_line;

static bool is_decimal(int64_t denominator)
{
    while (denominator % 10 == 0)
        denominator /= 10;
    return denominator == 1;
}

static size_t value_size(bd_kind kind)
{
    return kind == BD_KIND_BOOL ? 1 : kind == BD_KIND_INT ? 4 : kind == BD_KIND_TEXT ? sizeof(bd_text) : 8;
}

static bd_field make_field(const bd_column_info *info, char *name, size_t offset, size_t presence, bool as_text)
{
    static const bd_field_type types[] = {[BD_KIND_BOOL] = BD_FIELD_BOOL,
                                          [BD_KIND_INT] = BD_FIELD_INT32,
                                          [BD_KIND_SCALED] = BD_FIELD_INT64,
                                          [BD_KIND_TEXT] = BD_FIELD_TEXT};
    snprintf(name, 32, "%.*s", (int)info->name.size, info->name.data);
    return (bd_field){.name = name,
                      .type = as_text ? BD_FIELD_STRING : types[info->kind],
                      .offset = offset,
                      .denominator = info->denominator,
                      .has_presence = info->optional,
                      .presence = presence};
}

/* A number of the batch as decimal text: the exact cell's, or the integer over its denominator. */
static void write_number(const Lines *lines, const bd_column_info *info, uint32_t column, uint32_t row, char *out)
{
    int64_t value = ((const int64_t *)lines->columns[column].values)[row], rest;
    char sign[2] = {value < 0 ? '-' : '\0', '\0'};
    int places = 0;
    for (rest = info->denominator; rest > 1; rest /= 10)
        places++;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, denominator = (uint64_t)info->denominator;
    int written = snprintf(out, TEXT_BYTES, "%s%llu.", sign, (unsigned long long)(size / denominator));
    for (rest = (int64_t)(size % denominator); places > 1; places--, written++) {
        int64_t power = 1;
        for (int i = 1; i < places; i++)
            power *= 10;
        out[written] = (char)('0' + rest / power % 10);
    }
    out[written] = (char)('0' + rest % 10);
    out[written + 1] = '\0';
    for (size_t i = 0; i < lines->batch.exact_count; i++) {
        if (lines->exact[i].row == row && lines->exact[i].column == column)
            snprintf(out, TEXT_BYTES, "%.*s", (int)lines->exact[i].decimal.size, lines->exact[i].decimal.data);
    }
}

static void fill_column(Structs *s, const bd_module *module, const Lines *lines, uint32_t column, bool as_texts)
{
    bd_column_info info;
    CHECK(bd_module_column(module, column, &info) == BD_OK, "column %u", column);
    size_t offset = (size_t)column * FIELD_BYTES, presence = COLUMNS * FIELD_BYTES + column;
    bool as_text = as_texts && info.kind == BD_KIND_SCALED && is_decimal(info.denominator);
    s->fields[column] = make_field(&info, s->names[column], offset, presence, as_text);
    for (uint32_t row = 0; row < ROWS; row++) {
        const char *value = (const char *)lines->columns[column].values + row * value_size(info.kind);
        char *number = s->numbers[row][column];
        if (as_text)
            write_number(lines, &info, column, row, number);
        memcpy(s->bytes[row] + offset, as_text ? (const char *)&number : value,
               as_text ? sizeof number : value_size(info.kind));
        s->bytes[row][presence] = (char)lines->columns[column].present[row];
    }
}

static void fill_list(Structs *s, const bd_module *module, const Lines *lines)
{
    bd_list_info list;
    bd_column_info info;
    size_t pointer = STRIDE - 16, count = STRIDE - 8;
    CHECK(bd_module_list(module, 0, &list) == BD_OK && list.columns == LIST_COLUMNS, "the list");
    for (uint32_t i = 0; i < list.columns; i++) {
        CHECK(bd_module_column(module, list.first_column + i, &info) == BD_OK, "column %u", i);
        s->record_fields[i] =
            make_field(&info, s->names[COLUMNS + i], (size_t)i * FIELD_BYTES, LIST_COLUMNS * FIELD_BYTES + i, false);
        for (uint32_t k = 0; k < lines->offsets[ROWS]; k++) {
            const uint8_t *present = lines->list_columns[i].present;
            memcpy(s->records[k] + (size_t)i * FIELD_BYTES,
                   (const char *)lines->list_columns[i].values + k * value_size(info.kind), value_size(info.kind));
            s->records[k][LIST_COLUMNS * FIELD_BYTES + i] = (char)(!present || present[k]);
        }
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        const char *first = s->records[lines->offsets[row]];
        uint32_t records = lines->offsets[row + 1] - lines->offsets[row];
        memcpy(s->bytes[row] + pointer, &first, sizeof first);
        memcpy(s->bytes[row] + count, &records, sizeof records);
    }
    snprintf(s->names[0] + 16, 16, "%.*s", (int)list.name.size, list.name.data);
    s->list = (bd_field_list){s->names[0] + 16, pointer, count, STRIDE, s->record_fields, LIST_COLUMNS};
}

/* Leaves the optional columns out of the layout, and their values out of the lines. */
static void leave_out(Structs *s, const bd_module *module, Lines *lines)
{
    size_t left = 0;
    for (uint32_t i = 0; i < COLUMNS; i++) {
        bd_column_info info;
        CHECK(bd_module_column(module, i, &info) == BD_OK, "column %u", i);
        if (info.optional)
            memset(lines->present[i], 0, sizeof lines->present[i]);
        else
            s->fields[left++] = s->fields[i];
    }
    CHECK(left < COLUMNS, "no column is optional");
    s->layout.field_count = left;
}

/* Lines whose meaning differs: an empty text is absent in a struct, and exact cells go in as text only. */
static bool is_the_same(const Lines *lines, uint32_t row, bool as_texts)
{
    if (lines->t[0][row].size == 0 || lines->t[1][row].size == 0)
        return false;
    for (uint32_t k = lines->offsets[row]; k < lines->offsets[row + 1]; k++) {
        if (lines->lt[k].size == 0)
            return false;
    }
    for (size_t i = 0; i < lines->batch.exact_count; i++) {
        if (!as_texts && lines->exact[i].row == row)
            return false;
    }
    return true;
}

static void check_row(const Lines *lines, uint32_t row, const bd_decisions *out, size_t at, uint64_t seed,
                      const char *way)
{
    CHECK(out->decision[at] == lines->decision[row] && out->cents[at] == lines->cents[row] &&
              out->fault[at] == lines->fault[row],
          "seed %llu row %u, %s: %d %lld %u, in columns %d %lld %u", (unsigned long long)seed, row, way,
          out->decision[at], (long long)out->cents[at], out->fault[at], lines->decision[row],
          (long long)lines->cents[row], lines->fault[row]);
    CHECK(memcmp(out->reasons + at * 2, lines->reasons[row], sizeof lines->reasons[row]) == 0,
          "seed %llu row %u, %s: other reasons", (unsigned long long)seed, row, way);
}

typedef struct Results {
    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint64_t reasons[ROWS][2];
    uint32_t fault[ROWS];
} Results;

static bd_decisions room(Results *results)
{
    return (bd_decisions){results->decision, results->cents, &results->reasons[0][0], results->fault, NULL, NULL};
}

/* A batch of one row in which every optional column has a value. */
static void decide_full(bd_session *session, const Lines *lines)
{
    static Results any;
    bd_decisions out = room(&any);
    bd_column_data columns[COLUMNS];
    bd_error error = {0};
    for (uint32_t i = 0; i < COLUMNS; i++)
        columns[i] = (bd_column_data){lines->columns[i].values, NULL};
    bd_batch batch = {.rows = 1, .columns = columns, .lists = &lines->list};
    CHECK(bd_session_decide(session, &batch, &out, &error) == BD_OK, "a full batch: %s", error.message);
}

static void compare(bd_session *session, const Structs *s, const Lines *lines, uint64_t seed)
{
    static Results one, all;
    bd_decisions single = room(&one), together = room(&all);
    bool as_texts = seed % 2 != 0;
    bd_error error = {0};
    uint32_t first_refused = ROWS;
    for (uint32_t row = 0; row < ROWS; row++) {
        if (row % 3 == 0)
            decide_full(session, lines); /* whose values no struct may find */
        bd_status status = bd_session_decide_rows(session, s->bytes[row], 1, &single, &error);
        if (status != BD_OK) {
            CHECK(status == BD_RANGE || status == BD_NAME || status == BD_MISSING, "seed %llu row %u: %s",
                  (unsigned long long)seed, row, error.message);
            first_refused = row < first_refused ? row : first_refused;
            refused++;
        } else if (is_the_same(lines, row, as_texts)) {
            check_row(lines, row, &single, 0, seed, "alone");
            decided++;
        }
    }
    memset(&all, 0xEE, sizeof all);
    bd_status status = bd_session_decide_rows(session, s->bytes, ROWS, &together, &error);
    CHECK((status == BD_OK) == (first_refused == ROWS), "seed %llu: %s", (unsigned long long)seed, error.message);
    CHECK(status == BD_OK || error.offset == first_refused, "seed %llu: row %u refused, not %u",
          (unsigned long long)seed, error.offset, first_refused);
    for (uint32_t row = 0; row < first_refused; row++) {
        if (is_the_same(lines, row, as_texts))
            check_row(lines, row, &together, row, seed, "together");
    }
    CHECK(first_refused == ROWS || all.decision[first_refused] == 0xEE, "seed %llu: decided what was refused",
          (unsigned long long)seed);
}

/* Each line without lists as a batch of one row in columns, of any values. */
static void compare_batches(bd_session *session, const Lines *lines, uint64_t seed)
{
    static Results one;
    bd_decisions single = room(&one);
    bd_column_data columns[COLUMNS];
    bd_error error = {0};
    for (uint32_t row = 0; row < ROWS; row++) {
        bd_list_data list = {lines->offsets + row, lines->list_columns};
        bd_batch batch = {.rows = 1, .columns = columns, .lists = &list};
        for (uint32_t i = 0; i < COLUMNS; i++) {
            bd_column_info info;
            CHECK(bd_module_column(session->module, i, &info) == BD_OK, "column %u", i);
            columns[i] = (bd_column_data){(const char *)lines->columns[i].values + row * value_size(info.kind),
                                          lines->columns[i].present ? lines->columns[i].present + row : NULL};
        }
        if (!is_the_same(lines, row, false))
            continue; /* exact cells */
        bd_status status = bd_session_decide(session, &batch, &single, &error);
        if (CHECK(status == BD_OK, "seed %llu row %u: %s", (unsigned long long)seed, row, error.message))
            check_row(lines, row, &single, 0, seed, "as a batch");
    }
}

static void run_seed(uint64_t seed, uint32_t length)
{
    bool with_natives = seed % 3 == 0;
    size_t size;
    bd_session *session = NULL;
    bd_error error = {0};
    Random random = {seed * 7919, seed % 4 != 0};
    void *bytes = random_module(seed, length, with_natives, &size);
    bd_module *module = load_module(bytes, size);
    CHECK(bd_session_new(module, NULL, &session, &error) == BD_OK &&
              prepare_session(session, with_natives, &error) == BD_OK,
          "%s", error.message);
    bool is_of_lines = line_prepared(session) != NULL;
    by_line += is_of_lines;
    Lines *lines = random_lines(&random, ROWS);
    Structs *structs = calloc(1, sizeof *structs);
    for (uint32_t i = 0; i < COLUMNS; i++)
        fill_column(structs, module, lines, i, seed % 2 != 0);
    fill_list(structs, module, lines);
    structs->layout = (bd_row_layout){STRIDE, structs->fields, COLUMNS, &structs->list, !is_of_lines};
    if (seed % 5 == 0)
        leave_out(structs, module, lines);
    if (CHECK(bd_session_bind_rows(session, &structs->layout, &error) == BD_OK, "seed %llu: %s",
              (unsigned long long)seed, error.message) &&
        CHECK(bd_session_decide(session, &lines->batch, &lines->decisions, &error) == BD_OK, "seed %llu: %s",
              (unsigned long long)seed, error.message)) {
        compare(session, structs, lines, seed);
        compare_batches(session, lines, seed);
    }
    free(structs);
    free(lines);
    bd_session_free(session);
    bd_module_free(module);
    free(bytes);
}

int main(void)
{
    check_group("short programs");
    for (uint64_t seed = 1; seed <= 300; seed++)
        run_seed(seed, 4 + (uint32_t)seed % 12);
    check_group("long programs");
    for (uint64_t seed = 5000; seed < 5030; seed++)
        run_seed(seed, 60);
    check_group("coverage");
    printf("# %u lines compared, %u refused; %u programs in registers\n", decided, refused, by_line);
    CHECK(decided * 2 > refused && by_line > 60, "too few lines were compared");
    return check_done();
}
