/* sample.h - one small module with a bit of everything, for the tests that damage, limit or trace it.
 *
 * Lines: tariff = bedragen[soort]; amount = round(volume x tariff + sum of the records' ls); rejected when the day lies
 * before 2018 or the volume is not positive. Callable "helft": a number halved. Each instruction's index is kept under
 * a name, so that a test can break it.
 */
#ifndef BEDING_TESTS_VM_SAMPLE_H
#define BEDING_TESTS_VM_SAMPLE_H

#include "vm/fixture.h"

enum { SAMPLE_COLUMNS = 4, SAMPLE_ROWS = 4 };
enum { SAMPLE_DAG, SAMPLE_SOORT, SAMPLE_VOLUME, SAMPLE_KORTING }; /* columns */

static inline void sample_tables(Build *b)
{
    ModuleWriter *w = &b->writer;
    writer_add_CHOICES(w, (ChoiceRecord){text_of(b, "product"), 0, 3, 0, 2});
    writer_add_CHOICES(w, (ChoiceRecord){text_of(b, "eenheid"), 3, 1, 2, 0});
    static const char *const members[] = {"zorg", "dagbesteding", "vervoer", "uur"};
    for (int i = 0; i < 4; i++)
        writer_add_MEMBERS(w, (MemberRecord){text_of(b, members[i]), text_of(b, "")});
    writer_add_ALIASES(w, (AliasRecord){text_of(b, "02A06"), 1, 0});
    writer_add_ALIASES(w, (AliasRecord){text_of(b, "44A09"), 0, 0});
    for (int i = 0; i < 3; i++)
        writer_add_CELLS(w, 1250 * (i + 1));
    writer_add_CELL_BITS(w, 3); /* no tariff for the third */
    writer_add_DOCUMENTS(w, (DocumentRecord){text_of(b, "hoofdtekst"), text_of(b, "Overeenkomst"), 1, 0});
    writer_add_CITATIONS(w, (CitationRecord){text_of(b, "artikel 1"), text_of(b, "het tarief"), 0, 0});
    writer_add_VERSIONS(w, (VersionRecord){17500, 18500, 0, BD_NONE});
    writer_add_DIMENSIONS(w, (DimensionRecord){text_of(b, "soort"), BD_KIND_INT, BD_MEANS_CHOICE, 0, 0, 3});
    writer_add_DIMENSIONS(w, (DimensionRecord){text_of(b, "naam"), BD_KIND_TEXT, BD_MEANS_TEXT, 0, BD_NONE, 0});
    writer_add_TABLES(w, (TableRecord){.name = text_of(b, "bedragen"),
                                       .kind = BD_KIND_SCALED,
                                       .meaning = BD_MEANS_MONEY,
                                       .unit = 0,
                                       .choice = BD_NONE,
                                       .product = BD_NONE,
                                       .denominator = 100,
                                       .dimensions = 1,
                                       .versions = 1,
                                       .cells = 3,
                                       .citation = 0,
                                       .place = BD_NONE});
    writer_add_TABLES(w, (TableRecord){.name = text_of(b, "toeslagen"),
                                       .kind = BD_KIND_SCALED,
                                       .meaning = BD_MEANS_MONEY,
                                       .flags = TABLE_EXTERN,
                                       .unit = BD_NONE,
                                       .choice = BD_NONE,
                                       .product = BD_NONE,
                                       .denominator = 100,
                                       .first_dimension = 1,
                                       .dimensions = 1,
                                       .citation = BD_NONE,
                                       .place = BD_NONE});
    writer_add_ROUNDINGS(w, (RoundingRecord){0, 0, 1, 100});
    writer_add_SET_WORDS(w, 5);
    writer_add_SETS(w, (SetRecord){0, 1});
    writer_add_BRACKETS(w, (BracketRecord){0, 3});
    writer_add_NATIVES(w, (NativeRecord){text_of(b, "verschil"), text_of(b, "i(dd)")});
    writer_add_NOTES(w, (NoteRecord){NOTE_JUDGEMENT, 0, text_of(b, "halve_dag"), text_of(b, "telt een halve dag?"),
                                     text_of(b, "gemeente"), BD_NONE, 0});
    writer_add_READINGS(w, (ReadingRecord){.name = text_of(b, "jaar"),
                                           .question = text_of(b, "welk jaar?"),
                                           .reason = text_of(b, "artikel 1"),
                                           .choice = 0,
                                           .chosen = 1,
                                           .citation = 0,
                                           .place = BD_NONE});
}

static inline void sample_columns(Build *b)
{
    add_column(b, "dag", BD_KIND_INT, BD_MEANS_DATE, 1, false);
    uint32_t soort = add_column(b, "soort", BD_KIND_INT, BD_MEANS_CHOICE, 1, false);
    writer_at_COLUMNS(&b->writer, soort)->choice = 0;
    add_column(b, "volume", BD_KIND_SCALED, BD_MEANS_QUANTITY, 1000, false);
    add_column(b, "korting", BD_KIND_SCALED, BD_MEANS_MONEY, 100, true);
    ColumnRecord record = column_record(b, "bedrag", BD_KIND_SCALED, BD_MEANS_MONEY, 100);
    record.list = 0;
    uint32_t first = writer_add_COLUMNS(&b->writer, record);
    writer_add_LISTS(&b->writer, (ListRecord){text_of(b, "posten"), text_of(b, "client"), 8, first, 1, 0});
}

static inline void sample_lines(Build *b)
{
    begin_program(b, "regels", BD_PROGRAM_LINES);
    sample_columns(b);
    uint32_t early = add_rule(b, "te_vroeg"), empty = add_rule(b, "geen_volume");
    add_site(b, "geen_cel");
    uint32_t dag_place = add_place(b, "dag", 3, BD_STEP_INPUT, BD_MEANS_DATE) + 1;
    uint32_t cell_place = add_place(b, "tarief", 4, BD_STEP_LOOKUP, BD_MEANS_RATE) + 1;
    uint32_t early_place = add_place(b, "dag < 2018-01-01", 5, BD_STEP_CONDITION, BD_MEANS_BOOLEAN) + 1;
    uint32_t round_place = add_place(b, "volume * tarief afgerond op centen", 6, BD_STEP_ROUNDING, BD_MEANS_MONEY) + 1;
    uint32_t volume_place = add_place(b, "volume", 6, BD_STEP_INPUT, BD_MEANS_QUANTITY) + 1;
    uint32_t amount_place = add_place(b, "toegekend", 7, BD_STEP_OUTPUT, BD_MEANS_MONEY) + 1;
    uint32_t rule_place = add_place(b, "te_vroeg", 8, BD_STEP_RULE, BD_MEANS_BOOLEAN) + 1;
    uint16_t list = add_domain(b, DOMAIN_LIST, 0, 0, 8);
    uint16_t days = add_domain(b, DOMAIN_DAYS, 0, BD_NONE, 366);

    Value dag = emit(b, OP_LOAD, BD_KIND_INT, 0, 1, (Emit){.imm = SAMPLE_DAG, .place = dag_place});
    Value soort = load(b, SAMPLE_SOORT, 0);
    Value volume = emit(b, OP_LOAD, BD_KIND_SCALED, 0, 1000, (Emit){.imm = SAMPLE_VOLUME, .place = volume_place});
    Value korting = load(b, SAMPLE_KORTING, 0);
    Value begin = constant(b, BD_KIND_INT, 0, 17532, 1);
    Value is_early = emit(b, OP_LT_I, BD_KIND_BOOL, 0, 1, (Emit){.a = dag, .b = begin, .place = early_place});
    Value in_time = emit(b, OP_NOT, BD_KIND_BOOL, 0, 1, (Emit){.a = is_early});
    Value version = emit(b, OP_VERSION, BD_KIND_INT, 0, 1, (Emit){.a = dag, .c = in_time, .imm = 0, .site = 1});
    Value index =
        emit(b, OP_INDEX, BD_KIND_INT, 0, 1, (Emit){.a = version, .b = soort, .c = in_time, .imm = 3, .site = 1});
    Value tariff = emit(b, OP_CELL, BD_KIND_SCALED, 0, 100,
                        (Emit){.a = index, .c = in_time, .imm = 0, .site = 1, .place = cell_place});
    Value product = emit(b, OP_MUL, BD_KIND_SCALED, 0, 100000, (Emit){.a = volume, .b = tariff});
    Value rounded = emit(b, OP_ROUND, BD_KIND_SCALED, 0, 100, (Emit){.a = product, .imm = 0, .place = round_place});
    emit(b, OP_OPEN_LIST, 0, 0, 1, (Emit){.imm = list});
    Value bedrag = load(b, SAMPLE_COLUMNS, list);
    Value above =
        emit(b, OP_LT, BD_KIND_BOOL, list, 1, (Emit){.a = constant(b, BD_KIND_SCALED, list, 0, 100), .b = bedrag});
    Value extra = emit(b, OP_SUM, BD_KIND_SCALED, 0, 100, (Emit){.a = bedrag, .b = above, .imm = list});
    emit(b, OP_OPEN_DAYS, 0, 0, 1, (Emit){.a = dag, .b = dag, .imm = days, .site = 1});
    Value day = emit(b, OP_DAY, BD_KIND_INT, days, 1, (Emit){.imm = days});
    Value same = emit(b, OP_EQ_I, BD_KIND_BOOL, days, 1, (Emit){.a = day, .b = day});
    emit(b, OP_COUNT, BD_KIND_SCALED, 0, 1, (Emit){.b = same, .imm = days});
    Value total = emit(b, OP_ADD, BD_KIND_SCALED, 0, 100, (Emit){.a = rounded, .b = extra});
    Value amount = emit(b, OP_SUB, BD_KIND_SCALED, 0, 100, (Emit){.a = total, .b = korting});
    Value zero = constant(b, BD_KIND_SCALED, 0, 0, 1000);
    Value is_empty = emit(b, OP_LE, BD_KIND_BOOL, 0, 1, (Emit){.a = volume, .b = zero});
    Value rejects = emit(b, OP_OR, BD_KIND_BOOL, 0, 1, (Emit){.a = is_early, .b = is_empty});
    Value yes = constant(b, BD_KIND_INT, 0, BD_APPROVED, 1), no = constant(b, BD_KIND_INT, 0, BD_REJECTED, 1);
    Value decision = emit(b, OP_SELECT, BD_KIND_INT, 0, 1, (Emit){.a = rejects, .b = no, .c = yes});
    Value none = constant(b, BD_KIND_SCALED, 0, 0, 100);
    Value granted = emit(b, OP_SELECT, BD_KIND_SCALED, 0, 100, (Emit){.a = rejects, .b = none, .c = amount});
    emit(b, OP_OUT_RULE, 0, 0, 1, (Emit){.a = is_early, .imm = early, .place = rule_place});
    emit(b, OP_OUT_RULE, 0, 0, 1, (Emit){.a = is_empty, .imm = empty});
    emit(b, OP_OUT_DECISION, 0, 0, 1, (Emit){.a = decision});
    emit(b, OP_OUT_AMOUNT, 0, 0, 1, (Emit){.a = granted, .place = amount_place});
    end_program(b);
}

static inline void sample_calls(Build *b)
{
    begin_program(b, "definitie.helft", BD_PROGRAM_CALL);
    uint32_t getal = add_column(b, "getal", BD_KIND_SCALED, BD_MEANS_NUMBER, 100, false);
    uint32_t naam = add_column(b, "naam", BD_KIND_TEXT, BD_MEANS_TEXT, 1, true);
    Value value = load(b, getal, 0);
    Value half = emit(b, OP_DIV_CONST, BD_KIND_SCALED, 0, 200, (Emit){.a = value, .imm = 2});
    Value text = load(b, naam, 0), has = emit(b, OP_PRESENT, BD_KIND_BOOL, 0, 1, (Emit){.imm = naam});
    Value root = constant(b, BD_KIND_INT, 0, 0, 1), date = constant(b, BD_KIND_INT, 0, 18000, 1);
    Value node = emit(b, OP_STEP, BD_KIND_INT, 0, 1, (Emit){.a = root, .b = text, .imm = 1 << 4});
    Value entry = emit(b, OP_STEP_DATE, BD_KIND_INT, 0, 1, (Emit){.a = node, .b = date, .imm = 1 << 4 | 1});
    Value price = emit(b, OP_EXT_CELL, BD_KIND_SCALED, 0, 100, (Emit){.a = entry, .c = has, .imm = 1, .site = 1});
    uint32_t first = writer_add_CALL_ARGS(&b->writer, date.slot);
    writer_add_CALL_ARGS(&b->writer, date.slot);
    uint32_t call = writer_add_CALLS(&b->writer, (CallRecord){0, first, 2});
    Value native = emit(b, OP_CALL, BD_KIND_INT, 0, 1, (Emit){.imm = call, .site = 1});
    uint32_t outputs[] = {
        add_output(b, "helft", half, BD_MEANS_NUMBER, false), add_output(b, "prijs", price, BD_MEANS_MONEY, true),
        add_output(b, "verschil", native, BD_MEANS_NUMBER, false), add_output(b, "naam", text, BD_MEANS_TEXT, true)};
    emit(b, OP_OUT_VALUE, 0, 0, 1, (Emit){.a = half, .imm = outputs[0]});
    emit(b, OP_OUT_VALUE, 0, 0, 1, (Emit){.a = price, .b = has, .imm = outputs[1]});
    emit(b, OP_OUT_VALUE, 0, 0, 1, (Emit){.a = native, .imm = outputs[2]});
    emit(b, OP_OUT_VALUE, 0, 0, 1, (Emit){.a = text, .b = has, .imm = outputs[3]});
    end_program(b);
}

static inline void sample_build(Build *b)
{
    build_init(b);
    sample_tables(b);
    sample_lines(b);
    sample_calls(b);
}

static inline void *sample_bytes(size_t *size)
{
    Build build;
    sample_build(&build);
    void *bytes = build_bytes(&build, size);
    build_free(&build);
    return bytes;
}

/* Row 0: approved 12,50 x 2 + 3,00 - 1,00; row 1: too early; row 2: no tariff, a fault; row 3: volume 0. */
typedef struct SampleLines {
    bd_column_data columns[SAMPLE_COLUMNS], list_columns[1];
    bd_list_data list;
    bd_batch batch;
    uint8_t decision[SAMPLE_ROWS];
    int64_t cents[SAMPLE_ROWS];
    uint64_t reasons[SAMPLE_ROWS];
    uint32_t fault[SAMPLE_ROWS];
    bd_decisions decisions;
} SampleLines;

static inline void sample_fill(SampleLines *l)
{
    static const int32_t dag[] = {18000, 17000, 18000, 18000}, soort[] = {0, 1, 2, 1};
    static const int64_t volume[] = {2000, 1000, 1000, 0}, korting[] = {100, 0, 0, 0}, bedrag[] = {300, -200, 100};
    static const uint8_t present[] = {1, 0, 0, 1};
    static const uint32_t offsets[] = {0, 2, 2, 3, 3};
    memset(l, 0, sizeof *l);
    l->columns[0] = (bd_column_data){dag, NULL};
    l->columns[1] = (bd_column_data){soort, NULL};
    l->columns[2] = (bd_column_data){volume, NULL};
    l->columns[3] = (bd_column_data){korting, present};
    l->list_columns[0] = (bd_column_data){bedrag, NULL};
    l->list = (bd_list_data){offsets, l->list_columns};
    l->batch = (bd_batch){.rows = SAMPLE_ROWS, .columns = l->columns, .lists = &l->list};
    l->decisions = (bd_decisions){l->decision, l->cents, l->reasons, l->fault, NULL, NULL};
}

static inline int sample_native(int32_t from, int32_t to, int32_t *out)
{
    *out = to - from;
    return 0;
}

static inline bd_status sample_prepare(bd_session *session, bd_error *error)
{
    bd_text key = TEXT("avond");
    bd_status status = bd_session_table_row(session, 1, 17000, &key, 1, TEXT("4.25"), error);
    if (status == BD_OK)
        status = bd_session_bind_native(session, TEXT("verschil"), TEXT("i(dd)"), (void (*)(void))sample_native, error);
    return status == BD_OK ? bd_session_prepare(session, error) : status;
}

#endif
