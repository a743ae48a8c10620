/* test_ir_module.c: what module_from_ir writes: programs that load, records that are not written twice, places with a line and column,
 * the same bytes each time.
 */
#include "compiler/module_from_ir.h"
#include "unit/check.h"
#include "unit/ir_fixture.h"

/* A program over the columns 0 (cents), 1 (a date) and 2 (boolean) that uses every pool; result 0 is a number. */
static void build(Ir *ir, const IrPlace *place, uint32_t native)
{
    const uint64_t members[1] = {5};
    const int64_t bounds[2] = {100, 250};
    ir->place = ir_add_place(ir, place);
    uint32_t site = ir_add_site(ir, "niet_heel", ir->place);
    IrValue amount = cents(ir, 0);
    IrValue rounded = ir_round(ir, amount, ROUND_UP, ratio(1, 2));
    IrValue day = ir_period(ir, integer(ir, 1), 28, 3);
    IrValue called = ir_call(ir, native, INTEGER, &day, 1, flag(ir, 2), site);
    IrValue in = ir_in(ir, ir_bracket(ir, amount, 100, bounds, 2), members, 1);
    IrValue whole = ir_to_number(ir, ir_select(ir, in, called, ir_int(ir, 7, 0)));
    IrValue sum = ir_add(ir, rounded, whole);
    out(ir, ir_div(ir, sum, ir_add(ir, amount, number(ir, 1, 3)), IR_NONE, site));
    ir_prune(ir);
}

static void write_frame(ModuleWriter *writer)
{
    static const bd_kind kinds[] = {BD_KIND_SCALED, BD_KIND_INT, BD_KIND_BOOL};
    static const bd_meaning meanings[] = {BD_MEANS_NUMBER, BD_MEANS_DATE, BD_MEANS_BOOLEAN};
    (void)writer_add_INFO(writer, (InfoRecord){.valid_from = BD_DATE_MIN, .valid_to = BD_DATE_MAX});
    for (uint32_t program = 0; program < 2; program++) {
        for (uint32_t i = 0; i < 3; i++) {
            ColumnRecord column = {.unit = BD_NONE, .choice = BD_NONE, .list = BD_NONE, .program = program};
            column.kind = (uint8_t)kinds[i];
            column.meaning = (uint8_t)meanings[i];
            column.denominator = kinds[i] == BD_KIND_SCALED ? 100 : 1;
            (void)writer_add_COLUMNS(writer, column);
        }
    }
    NativeRecord native = {writer_text(writer, TEXT("leeftijd")), writer_text(writer, TEXT("i(d)"))};
    (void)writer_add_NATIVES(writer, native);
}

/* The second program reads the columns 3 to 5, but is otherwise the first. */
static void move_columns(Ir *ir, uint32_t by)
{
    for (uint32_t i = 0; i < ir->count; i++) {
        if (ir->code[i].op == OP_LOAD) {
            ir->code[i].imm += by;
        }
    }
}

static const void *write_two(Fixture *f, ModuleWriter *writer, size_t *size)
{
    const Source *source = source_make(&f->arena, 0, TEXT("proef.bdg"), TEXT("een\ntwée drie\n"));
    Sources sources = {.items = &source, .count = 1};
    IrPlace place = {.span = {0, 10, 14}, .label = TEXT("drie"), .rule = BD_NONE, .citation = BD_NONE};
    place.step = BD_STEP_VALUE;
    place.meaning = BD_MEANS_NUMBER;
    place.unit = BD_NONE;
    place.choice = BD_NONE;
    Ir other;
    ir_init(&other, &f->shared, &f->diags);
    build(&f->ir, &place, 0);
    build(&other, &place, 0);
    move_columns(&other, 3);
    ModuleOutput output = {.type = RATIO, .unit = BD_NONE, .choice = BD_NONE, .meaning = BD_MEANS_NUMBER};
    ModuleProgram programs[2] = {
        {.name = TEXT("een"), .kind = BD_PROGRAM_CALL, .columns = 3, .ir = &f->ir, .citation = BD_NONE},
        {.name = TEXT("twee"),
         .kind = BD_PROGRAM_CALL,
         .first_column = 3,
         .columns = 3,
         .ir = &other,
         .citation = BD_NONE}};
    programs[0].outputs = programs[1].outputs = &output;
    programs[0].output_count = programs[1].output_count = 1;
    writer_init(writer, &f->arena);
    write_frame(writer);
    module_write_programs(writer, programs, 2, &f->shared, &sources);
    const void *bytes = NULL;
    CHECK(writer_finish(writer, &bytes, size) == BD_OK, "not written");
    return bytes;
}

static void check_records(const ModuleWriter *writer)
{
    CHECK(writer_count(writer, SECTION_ROUNDINGS) == 1, "%u roundings", writer_count(writer, SECTION_ROUNDINGS));
    CHECK(writer_count(writer, SECTION_SETS) == 1, "%u sets", writer_count(writer, SECTION_SETS));
    CHECK(writer_count(writer, SECTION_BRACKETS) == 1, "%u brackets", writer_count(writer, SECTION_BRACKETS));
    CHECK(writer_count(writer, SECTION_SITES) == 2, "%u sites", writer_count(writer, SECTION_SITES));
    CHECK(writer_count(writer, SECTION_SOURCE_MAP) == 1, "%u places", writer_count(writer, SECTION_SOURCE_MAP));
    CHECK(writer_count(writer, SECTION_CALLS) == 2, "%u calls", writer_count(writer, SECTION_CALLS));
    CHECK(writer_count(writer, SECTION_CONSTANTS) == 3, "%u constants", writer_count(writer, SECTION_CONSTANTS));
    const PlaceRecord *place = writer_at_SOURCE_MAP(writer, 0);
    CHECK(place->line == 2 && place->column == 6, "at %u:%u", place->line, place->column);
    CHECK(text_equal(writer_text_at(writer, place->file), TEXT("proef.bdg")), "in another file");
    CHECK(writer_at_PROGRAMS(writer, 1)->slots < writer_at_PROGRAMS(writer, 1)->instructions, "no slot is used again");
}

static void check_loads(const void *bytes, size_t size)
{
    bd_error error = {.message = ""};
    bd_module *module = NULL;
    if (!CHECK(bd_module_load(bytes, size, NULL, &module, &error) == BD_OK, "not loaded: %s", error.message)) {
        return;
    }
    bd_program_info program;
    CHECK(bd_module_program(module, 1, &program) == BD_OK && program.first_column == 3 && program.outputs == 1,
          "program 1");
    bd_site_info site;
    CHECK(bd_module_site(module, 1, &site) == BD_OK && text_equal(site.code, TEXT("niet_heel")) && site.place.line == 2,
          "site 1");
    bd_module_free(module);
}

int main(void)
{
    Fixture first;
    Fixture second;
    start(&first);
    start(&second);
    ModuleWriter writer;
    size_t size = 0;
    size_t again_size = 0;
    check_group("records");
    const void *bytes = write_two(&first, &writer, &size);
    check_records(&writer);
    check_group("loading");
    check_loads(bytes, size);
    check_group("the same bytes");
    const void *again = write_two(&second, &writer, &again_size);
    CHECK(size == again_size && memcmp(bytes, again, size) == 0, "%zu and %zu bytes", size, again_size);
    stop(&first);
    stop(&second);
    return check_done();
}
