/* test_chunks.c - the answer does not depend on how lines are grouped: batch sizes, wide lists, long spans of days.
 *
 * One program counts, over the days of each line, those that are even, and sums its records; the expected numbers are
 * computed here, plainly.
 */
#include "vm/fixture.h"

enum { ROWS = 3000, RECORDS_OF_WIDE = 5000 };

typedef struct Data {
    int32_t from[ROWS], to[ROWS];
    uint32_t offsets[ROWS + 1];
    int64_t *amounts;
    uint8_t decision[ROWS];
    int64_t cents[ROWS];
    uint64_t reasons[ROWS];
    uint32_t fault[ROWS];
    int64_t expected[ROWS];
} Data;

static void *make_module(size_t *size)
{
    Build build, *b = &build;
    build_init(b);
    begin_program(b, "regels", BD_PROGRAM_LINES);
    add_column(b, "van", BD_KIND_INT, BD_MEANS_DATE, 1, false);
    add_column(b, "tot", BD_KIND_INT, BD_MEANS_DATE, 1, false);
    ColumnRecord record = column_record(b, "bedrag", BD_KIND_SCALED, BD_MEANS_MONEY, 100);
    record.list = 0;
    uint32_t amount = writer_add_COLUMNS(&b->writer, record);
    writer_add_LISTS(&b->writer, (ListRecord){text_of(b, "posten"), text_of(b, ""), 100000, amount, 1, 0});
    uint16_t list = add_domain(b, DOMAIN_LIST, 0, 0, 100000), days = add_domain(b, DOMAIN_DAYS, 0, BD_NONE, 366);
    Value from = load(b, 0, 0), to = load(b, 1, 0);
    emit(b, OP_OPEN_DAYS, 0, 0, 1, (Emit){.a = from, .b = to, .imm = days});
    Value weekday = emit(b, OP_DATE_PART, BD_KIND_INT, days, 1,
                         (Emit){.a = emit(b, OP_DAY, BD_KIND_INT, days, 1, (Emit){.imm = days}), .imm = PART_WEEKDAY});
    Value monday =
        emit(b, OP_EQ_I, BD_KIND_BOOL, days, 1, (Emit){.a = weekday, .b = constant(b, BD_KIND_INT, days, 1, 1)});
    Value mondays = emit(b, OP_COUNT, BD_KIND_SCALED, 0, 1, (Emit){.b = monday, .imm = days});
    emit(b, OP_OPEN_LIST, 0, 0, 1, (Emit){.imm = list});
    Value cents = load(b, amount, list);
    Value all = constant(b, BD_KIND_BOOL, list, 1, 1);
    Value sum = emit(b, OP_SUM, BD_KIND_SCALED, 0, 100, (Emit){.a = cents, .b = all, .imm = list});
    Value scaled = emit(b, OP_SCALE, BD_KIND_SCALED, 0, 100, (Emit){.a = mondays, .imm = 100});
    emit(b, OP_OUT_AMOUNT, 0, 0, 1,
         (Emit){.a = emit(b, OP_ADD, BD_KIND_SCALED, 0, 100, (Emit){.a = sum, .b = scaled})});
    end_program(b);
    void *bytes = build_bytes(b, size);
    build_free(b);
    return bytes;
}

static void fill(Data *data)
{
    Random random = {42, false};
    for (uint32_t i = 0; i < ROWS; i++) {
        uint32_t records = i == 700 || i == 701 ? RECORDS_OF_WIDE : pick(&random, 4);
        data->from[i] = 18000 + (int32_t)pick(&random, 100);
        data->to[i] = data->from[i] + (int32_t)pick(&random, i % 3 ? 20 : 366) - 1;
        data->offsets[i + 1] = data->offsets[i] + records;
    }
    data->amounts = calloc(data->offsets[ROWS], sizeof *data->amounts);
    for (uint32_t i = 0; i < ROWS; i++) {
        for (uint32_t k = data->offsets[i]; k < data->offsets[i + 1]; k++) {
            data->amounts[k] = (int64_t)pick(&random, 1000);
            data->expected[i] += data->amounts[k];
        }
        for (int32_t day = data->from[i]; day <= data->to[i]; day++)
            data->expected[i] += (day + 3) % 7 == 0 ? 100 : 0; /* 1970-01-01 was a Thursday */
    }
}

static void decide_in(bd_session *session, Data *data, uint32_t size)
{
    bd_error error = {0};
    memset(data->cents, 0, sizeof data->cents);
    for (uint32_t first = 0; first < ROWS; first += size) {
        uint32_t rows = ROWS - first < size ? ROWS - first : size;
        bd_column_data columns[2] = {{data->from + first, NULL}, {data->to + first, NULL}};
        bd_column_data amounts = {data->amounts, NULL};
        bd_list_data list = {data->offsets + first, &amounts};
        bd_batch batch = {.rows = rows, .columns = columns, .lists = &list};
        bd_decisions decisions = {
            data->decision + first, data->cents + first, data->reasons + first, data->fault + first, NULL, NULL};
        CHECK(bd_session_decide(session, &batch, &decisions, &error) == BD_OK, "batches of %u: %s", size,
              error.message);
    }
    for (uint32_t i = 0; i < ROWS; i++)
        CHECK(data->cents[i] == data->expected[i] && data->decision[i] == BD_APPROVED,
              "batches of %u, row %u: %lld, not %lld", size, i, (long long)data->cents[i],
              (long long)data->expected[i]);
}

int main(void)
{
    size_t size;
    bd_session *session = NULL;
    void *bytes = make_module(&size);
    bd_module *module = load_module(bytes, size);
    Data *data = calloc(1, sizeof *data);
    fill(data);
    check_group("batch sizes");
    if (module &&
        CHECK(bd_session_new(module, NULL, &session, NULL) == BD_OK && bd_session_prepare(session, NULL) == BD_OK,
              "session")) {
        decide_in(session, data, ROWS);
        decide_in(session, data, 1023);
        decide_in(session, data, 64);
        decide_in(session, data, 1);
    }
    bd_session_free(session);
    bd_module_free(module);
    free(data->amounts);
    free(data);
    free(bytes);
    return check_done();
}
