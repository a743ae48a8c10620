/* witness_call.c: inputs for which a callable gives something else in the other version; see witness.h.
**
** The same way as for lines: the examples that ask for it, then each input with each value worth trying, then several inputs at once.
*/
#include "compiler/cli/witness_internal.h"
#include "vm/core/date.h"

enum {
    OUTPUTS_MOST = 32,
    INPUTS_MOST = 64,
    RANDOM_TRIES = 600,
    FACTS_MOST = 64,
    BASES_MOST = 12,
    MOMENTS_TRIED = 12,
    FIGURES_TRIED = 12,
    MISREAD_MOST = 100
};

/* What a version answers. */
typedef struct Answer {
    bool is_answer, faults;
    bd_value values[OUTPUTS_MOST];
    Text names[OUTPUTS_MOST];
    uint32_t count;
} Answer;

typedef struct Asking {
    Search *search;
    const Target *target;
    Text program;
    uint32_t index[SIDES]; /* of the program in each module */
    CaseColumns columns;
    Arena scratch;
    Environment *environment, *none; /* none: without rows or readings */
    CaseCell *best;
    Environment *best_environment;
    int only;         /* the one version that has it, or SIDES */
    bool best_faults; /* on one side: an answer on both is better */
    uint32_t misread; /* inputs of which the text said something else than was answered */
} Asking;

/* ---- asking ---- */

static Text after_dot(Text name)
{
    size_t dot = 0;
    while (dot < name.size && name.data[dot] != '.')
        dot++;
    return dot < name.size ? text_slice(name, dot + 1, name.size) : name;
}

static uint32_t find_program(const bd_module *module, Text name)
{
    bd_program_info info;
    for (uint32_t i = 0; bd_module_program(module, i, &info) == BD_OK; i++)
        if (info.kind == BD_PROGRAM_CALL && text_equal(info.name, name))
            return i;
    return BD_NONE;
}

/* The number of a cell in the unit of a side. */
static Text number_of(Arena *arena, const CaseColumn *column, const CaseCell *cell, int side)
{
    Number number, factor;
    StringBuilder out;
    builder_init(&out, arena);
    if (number_from_ratio(arena, cell->value, column->scale, &number) == BD_OK &&
        number_from_ratio(arena, column->times[side], column->per[side], &factor) == BD_OK &&
        number_mul(arena, number, factor, &number) == BD_OK)
        number_append(&out, number, 0);
    return builder_result(&out);
}

/* A cell as an input; false when this version cannot have it. */
static bool input_of(Arena *arena, int side, const CaseColumn *column, const CaseCell *cell, bd_value *out)
{
    *out = (bd_value){.meaning = column->meaning,
                      .present = cell->present,
                      .choice = column->choice[side],
                      .unit = column->units[side]};
    if (!cell->present)
        return column->optional;
    out->boolean = cell->value != 0;
    out->integer = (int32_t)cell->value;
    out->text = column->kind == BD_KIND_TEXT ? cell->text : (Text){"", 0};
    if (column->kind == BD_KIND_SCALED || column->kind == BD_KIND_RATIO)
        out->text = number_of(arena, column, cell, side);
    if (column->meaning != BD_MEANS_CHOICE)
        return column->meaning != BD_MEANS_DATE || date_is_valid((Date)cell->value);
    uint32_t member = column->member[side][cell->value];
    out->integer = (int32_t)member;
    return member != BD_NONE;
}

static void ask(Asking *asking, Arena *arena, int side, const CaseCell *cells, Answer *answer)
{
    Search *search = asking->search;
    bd_session *session = asking->index[side] == BD_NONE ? NULL : case_session(search, asking->environment, side);
    bd_value inputs[INPUTS_MOST];
    bd_error error = {.code = BD_OK};
    bd_program_info info;
    answer->is_answer = answer->faults = false;
    answer->count = 0;
    if (session == NULL || bd_module_program(search->module[side], asking->index[side], &info) != BD_OK ||
        info.columns > INPUTS_MOST || info.outputs > OUTPUTS_MOST)
        return;
    for (uint32_t i = 0; i < asking->columns.count; i++) {
        const CaseColumn *column = &asking->columns.items[i];
        if (column->index[side] != BD_NONE && !input_of(arena, side, column, &cells[i], &inputs[column->index[side]]))
            return;
    }
    bd_status status = bd_session_eval(session, asking->index[side], inputs, answer->values, &error);
    answer->faults = status == BD_FAULT;
    answer->is_answer = status == BD_OK || answer->faults;
    for (uint32_t i = 0; i < info.outputs && status == BD_OK; i++) {
        bd_output_info output;
        (void)bd_program_output(search->module[side], asking->index[side], i, &output);
        answer->names[i] = output.name;
        answer->values[i].text = arena_text_copy(arena, answer->values[i].text);
        answer->count = i + 1;
    }
}

static bool same_value(const Search *search, const bd_value *a, const bd_value *b)
{
    if (a->present != b->present || !a->present)
        return a->present == b->present;
    if (a->meaning != b->meaning)
        return false;
    switch (a->meaning) {
    case BD_MEANS_BOOLEAN: return a->boolean == b->boolean;
    case BD_MEANS_DATE:
    case BD_MEANS_MONTH:
    case BD_MEANS_YEAR: return a->integer == b->integer;
    case BD_MEANS_CHOICE:
        return text_equal(bd_choice_member(search->module[0], a->choice, (uint32_t)a->integer),
                          bd_choice_member(search->module[1], b->choice, (uint32_t)b->integer));
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
    case BD_MEANS_RATE:
    case BD_MEANS_TEXT: break;
    }
    return text_equal(a->text, b->text) && text_equal(a->unit, b->unit);
}

/* The first result that both have and that differs, by its place on the old side; BD_NONE when all agree. */
static bool answers_differ(const Search *search, const Answer *old, const Answer *made)
{
    if (!old->is_answer || !made->is_answer || (old->faults && made->faults))
        return false;
    if (old->faults != made->faults)
        return true;
    for (uint32_t i = 0; i < old->count; i++)
        for (uint32_t k = 0; k < made->count; k++)
            if (text_equal(old->names[i], made->names[k]) && !same_value(search, &old->values[i], &made->values[k]))
                return true;
    return false;
}

/* Whether answers show the change: they differ, or only one version can be asked. */
static bool shows(const Asking *asking, const CaseCell *cells, const Answer answers[SIDES])
{
    const Single *single = &asking->target->single;
    if (asking->only >= SIDES)
        return answers_differ(asking->search, &answers[0], &answers[1]);
    bool is_single = answers[asking->only].is_answer && !answers[1 - asking->only].is_answer;
    return is_single && (!single->is_single || single_member(asking->search, single, &asking->columns, cells).size > 0);
}

static void write_scenarios(const Asking *asking, const CaseCell *cells, const Answer answers[SIDES], Witness *witness);

/* Whether the inputs, written as scenarios, are read back and answered as these say. */
static bool is_true(Asking *asking, const CaseCell *cells, const Answer answers[SIDES])
{
    Witness written;
    write_scenarios(asking, cells, answers, &written);
    Text scenarios[SIDES] = {written.scenario_old, written.scenario_new};
    bool is_true = asking->misread < MISREAD_MOST && witness_stands(asking->search, scenarios);
    asking->misread += !is_true;
    return is_true;
}

static bool try_cells(Asking *asking, const CaseCell *cells)
{
    Answer answers[SIDES];
    arena_reset(&asking->scratch);
    for (int side = 0; side < SIDES; side++)
        ask(asking, &asking->scratch, side, cells, &answers[side]);
    asking->search->tried++;
    if (!shows(asking, cells, answers))
        return false;
    if (asking->best != NULL && (answers[0].faults || answers[1].faults))
        return false; /* one without a fault is better */
    if (!is_true(asking, cells, answers))
        return false;
    asking->best = arena_array(asking->search->arena, (size_t)asking->columns.count + 1, sizeof *asking->best);
    for (uint32_t i = 0; i < asking->columns.count; i++)
        asking->best[i] = cells[i];
    asking->best_environment = asking->environment;
    asking->best_faults = answers[0].faults || answers[1].faults;
    return !asking->best_faults;
}

/* ---- examples ---- */

static const ScenarioFact *find_fact(const CallSeed *seed, Text name)
{
    for (uint32_t i = 0; i < seed->expectation->fact_count; i++)
        if (text_equal(seed->expectation->facts[i].column, name))
            return &seed->expectation->facts[i];
    const ScenarioLine *line = seed->scenario->line_count > 0 ? &seed->scenario->lines[0] : NULL;
    for (uint32_t i = 0; line != NULL && i < line->fact_count; i++)
        if (text_equal(line->facts[i].column, name))
            return &line->facts[i];
    return NULL;
}

static bool read_seed(Asking *asking, const CallSeed *seed, CaseCell *cells)
{
    for (uint32_t i = 0; i < asking->columns.count; i++) {
        const CaseColumn *column = &asking->columns.items[i];
        const ScenarioFact *fact = find_fact(seed, column->name);
        cells[i] = (CaseCell){.present = false, .text = {"", 0}};
        if (fact != NULL && !case_read_fact(asking->search, seed->side, column, fact, &cells[i]))
            return false;
        if (fact == NULL && text_equal(column->name, TEXT("peildatum")) && seed->scenario->has_as_of)
            cells[i] = (CaseCell){true, seed->scenario->as_of, {"", 0}};
        if (!cells[i].present && !column->optional)
            cells[i] = (CaseCell){true, column->meaning == BD_MEANS_DATE ? 18628 : 0, {"", 0}};
    }
    return true;
}

static bool try_examples(Asking *asking)
{
    CaseCell *cells = arena_array(asking->search->arena, (size_t)asking->columns.count + 1, sizeof *cells);
    for (uint32_t i = 0; i < asking->search->call_count; i++) {
        const CallSeed *seed = &asking->search->calls[i];
        if (!text_equal(seed->program, asking->program) || !read_seed(asking, seed, cells))
            continue;
        asking->environment = seed->environment;
        if (try_cells(asking, cells))
            return true;
    }
    return false;
}

/* ---- variations ---- */

/* The n-th value worth trying in an input; false past the last. */
static bool nth_value(const Asking *asking, const Pools *pools, const CaseCell *cells, uint32_t index, uint32_t n,
                      CaseCell *out)
{
    const CaseColumn *column = &asking->columns.items[index];
    const Pool *pool = &pools->columns[index];
    *out = (CaseCell){.present = true, .text = {"", 0}};
    if (n < pool->count) {
        out->value = pool->values[n];
        return true;
    }
    n -= pool->count;
    if (n < pool->text_count) {
        out->text = pool->texts[n];
        return true;
    }
    n -= pool->text_count;
    for (uint32_t i = 0; column->meaning == BD_MEANS_DATE && i < asking->columns.count; i++) {
        if (asking->columns.items[i].meaning != BD_MEANS_DATE || !cells[i].present)
            continue;
        if (n < pools->span_count) {
            out->value = cells[i].value + pools->spans[n];
            return true;
        }
        n -= pools->span_count;
    }
    out->present = false;
    return n == 0 && column->optional;
}

static bool vary_inputs(Asking *asking, const Pools *pools, CaseCell *cells)
{
    for (uint32_t i = 0; i < asking->columns.count; i++) {
        CaseCell was = cells[i], cell;
        for (uint32_t n = 0; nth_value(asking, pools, cells, i, n, &cell); n++) {
            cells[i] = cell;
            if (try_cells(asking, cells))
                return true;
            cells[i] = was;
        }
    }
    return false;
}

static bool vary_together(Asking *asking, const Pools *pools, CaseCell *cells, uint64_t *random)
{
    CaseCell *made = arena_array(asking->search->arena, (size_t)asking->columns.count + 1, sizeof *made);
    for (uint32_t tries = 0; tries < RANDOM_TRIES; tries++) {
        for (uint32_t i = 0; i < asking->columns.count; i++)
            made[i] = cells[i];
        for (uint32_t i = 0; i < asking->columns.count; i++) {
            const Pool *pool = &pools->columns[i];
            uint32_t room = pool->count + pool->text_count +
                            (asking->columns.items[i].meaning == BD_MEANS_DATE ? pools->span_count : 0) + 1;
            CaseCell cell;
            if (witness_random(random) % 3 != 0 &&
                nth_value(asking, pools, made, i, (uint32_t)(witness_random(random) % room), &cell))
                made[i] = cell;
        }
        if (try_cells(asking, made))
            return true;
    }
    return false;
}

/* An environment in which a reading has another alternative than the file chooses. */
static Environment *read_otherwise(Asking *asking, Text reading, Text alternative)
{
    Search *search = asking->search;
    Scenario *scenario = arena_alloc(search->arena, sizeof *scenario);
    ScenarioReading *readings = arena_alloc(search->arena, sizeof *readings);
    Environment *made = environment_add(search, NULL);
    readings->name = reading;
    readings->alternative = alternative;
    scenario->readings = readings;
    scenario->reading_count = 1;
    made->scenario = scenario;
    return made;
}

static bool reads(const Asking *asking, uint32_t reading)
{
    const bd_module *module = asking->search->module[1];
    const ProgramRecord *program = &module->PROGRAMS[asking->index[1]];
    for (uint32_t i = 0; i < program->instructions; i++) {
        const Instruction *in = &module->CODE[program->first_instruction + i];
        if (in->op == OP_READING && in->imm == reading)
            return true;
    }
    return false;
}

/* The other alternatives of the readings that the callable depends on. */
static bool vary_readings(Asking *asking, const Pools *pools, CaseCell *cells, uint64_t *random)
{
    const bd_module *module = asking->search->module[1];
    bd_reading_info info;
    for (uint32_t i = 0; asking->index[1] != BD_NONE && bd_module_reading(module, i, &info) == BD_OK; i++) {
        for (uint32_t k = 0; reads(asking, i) && k < bd_choice_size(module, info.choice); k++) {
            if (k == info.chosen)
                continue;
            asking->environment = read_otherwise(asking, info.name, bd_choice_member(module, info.choice, k));
            if (vary_inputs(asking, pools, cells) || vary_together(asking, pools, cells, random))
                return true;
        }
    }
    return false;
}

/* The moments of the indexation in question. */
static void add_moments(const Asking *asking, Pools *pools)
{
    for (int side = 0; side < SIDES; side++) {
        const bd_module *module = asking->search->module[side];
        for (uint32_t i = 0; i < module->INDEXATIONS_count; i++) {
            const IndexRecord *record = &module->INDEXATIONS[i];
            DateParts first = date_to_ymd(record->first);
            bool is_wanted = text_equal(module_text(module, record->name), after_dot(asking->program));
            int32_t day;
            for (int32_t year = 0; is_wanted && year < MOMENTS_TRIED; year++)
                if (date_from_ymd(first.year + year, first.month, first.day, &day))
                    pools_add_day(asking->search, &asking->columns, pools, day);
        }
    }
}

/* Prices that follow a series: with the figures of the examples, and with others. */
static void try_figures(Asking *asking, Pools *pools, CaseCell *cells)
{
    static const Scenario NOTHING;
    Search *search = asking->search;
    Expectation nothing_expected = {.fact_count = 0};
    uint32_t known = search->environment_count, bases = 0;
    uint64_t random = 20260102;
    for (uint32_t i = 0; i < known && bases < BASES_MOST; i++) {
        Environment *environment = search->environments[i];
        CallSeed seed = {.environment = environment, .scenario = &NOTHING, .expectation = &nothing_expected};
        if (!environment_has_figures(search, environment) || !read_seed(asking, &seed, cells))
            continue;
        bases++;
        asking->environment = environment;
        if (vary_inputs(asking, pools, cells))
            return;
        for (uint32_t n = 0; n < FIGURES_TRIED; n++) {
            asking->environment = environment_with_figures(search, environment, &random);
            if (vary_inputs(asking, pools, cells))
                return;
        }
    }
}

static void try_variations(Asking *asking)
{
    static const Scenario NOTHING;
    CaseCell *cells = arena_array(asking->search->arena, (size_t)asking->columns.count + 1, sizeof *cells);
    uint64_t random = 20260101;
    Pools pools;
    uint32_t bases = 0;
    const Environment *last = NULL;
    Expectation nothing_expected = {.fact_count = 0};
    CallSeed none = {.environment = asking->none, .scenario = &NOTHING, .expectation = &nothing_expected};
    pools_collect(asking->search, &asking->columns, asking->index, NULL, &pools);
    for (uint32_t i = 0; i <= asking->search->call_count && bases < BASES_MOST; i++) {
        bool is_last = i == asking->search->call_count;
        const CallSeed *seed = is_last ? &none : &asking->search->calls[i];
        bool is_other = !is_last && (!text_equal(seed->program, asking->program) || seed->environment == last);
        if (is_other || !read_seed(asking, seed, cells))
            continue;
        asking->environment = seed->environment;
        last = seed->environment;
        bases++;
        if (vary_inputs(asking, &pools, cells) || vary_together(asking, &pools, cells, &random))
            return;
    }
    if ((asking->best == NULL || asking->best_faults) && asking->target->change->kind == MEANING_INDEXATION) {
        add_moments(asking, &pools);
        try_figures(asking, &pools, cells);
    }
    if (asking->best == NULL)
        (void)vary_readings(asking, &pools, cells, &random);
    asking->environment = asking->best == NULL ? asking->none : asking->environment;
    if (asking->best == NULL && read_seed(asking, &none, cells) &&
        witness_solve(asking->search, &asking->columns, SOLVE_AIM_CALLABLE, asking->program, cells))
        (void)try_cells(asking, cells);
}

/* ---- writing ---- */

static void write_value(Writer *writer, const bd_value *value)
{
    CaseColumn column = {.name = {"", 0}, .unit = value->unit, .meaning = value->meaning, .scale = 1};
    CaseCell cell = {.present = true,
                     .value = value->meaning == BD_MEANS_BOOLEAN ? value->boolean : value->integer,
                     .text = value->text};
    Number number;
    Text member = bd_choice_member(writer->search->module[writer->side], value->choice, (uint32_t)value->integer);
    bool is_number = value->meaning == BD_MEANS_NUMBER || value->meaning == BD_MEANS_MONEY ||
                     value->meaning == BD_MEANS_QUANTITY || value->meaning == BD_MEANS_RATE;
    if (is_number && number_from_text(writer->search->arena, value->text, &number) == BD_OK && number.big == NULL) {
        cell.value = number.num;
        column.scale = number.den;
    }
    if (value->meaning == BD_MEANS_CHOICE) {
        column.members = &member;
        cell.value = 0;
    }
    writer_cell(writer, &column, &cell, value->unit);
}

static Text answer_text(const Asking *asking, const CaseCell *cells, int side, const Answer *answer,
                        const Answer *other)
{
    StringBuilder out;
    builder_init(&out, asking->search->arena);
    Writer writer = writer_for(asking->search, &out, side);
    const Single *single = &asking->target->single;
    if (!answer->is_answer && single->is_single)
        return witness_note(asking->search, MSG_DIFF_UNKNOWN, single->choice,
                            single_member(asking->search, single, &asking->columns, cells));
    if (!answer->is_answer)
        return message_pattern(asking->search->cli, MSG_DIFF_NOT_THERE);
    if (answer->faults)
        return writer_word(&writer, "fout", "fault");
    for (uint32_t i = 0; i < answer->count; i++) {
        bool differs = other->faults || !other->is_answer || answer->count == 1;
        for (uint32_t k = 0; k < other->count && !differs; k++)
            differs = text_equal(answer->names[i], other->names[k]) &&
                      !(side == 0 ? same_value(asking->search, &answer->values[i], &other->values[k])
                                  : same_value(asking->search, &other->values[k], &answer->values[i]));
        if (!differs)
            continue;
        builder_text(&out, out.size > 0 ? TEXT(", ") : TEXT(""));
        builder_text(&out, answer->names[i]);
        builder_text(&out, answer->names[i].size > 0 ? TEXT(" ") : TEXT(""));
        if (answer->values[i].present)
            write_value(&writer, &answer->values[i]);
        else
            builder_text(&out, message_pattern(asking->search->cli, MSG_EXPLAIN_ABSENT));
    }
    return builder_result(&out);
}

static bool is_form(Text program)
{
    return !text_has_prefix(program, TEXT("definitie.")) && !text_has_prefix(program, TEXT("tarief."));
}

/* The parameters of a definition or the keys of a table, in order, by the records of its module; 0 for a form, whose inputs are facts. */
static uint32_t parameters_of(const Asking *asking, int side, Text names[FACTS_MOST])
{
    const bd_module *module = asking->search->module[side];
    Text name = after_dot(asking->program);
    bool is_definition = text_has_prefix(asking->program, TEXT("definitie."));
    MeaningKind kind = is_definition ? MEANING_DEFINITION : MEANING_TARIFF;
    uint32_t count = 0;
    for (uint32_t i = 0; i < module->MEANINGS_count && !is_form(asking->program); i++) {
        const MeaningRecord *record = &module->MEANINGS[i];
        bool is_input = record->part == (is_definition ? MEANT_INPUTS : MEANT_DIMENSIONS);
        if (is_input && record->kind == kind && count < FACTS_MOST &&
            text_equal(module_text(module, record->name), name))
            names[count++] = module_text(module, record->sub);
    }
    return count;
}

static void write_arguments(Writer *writer, const Asking *asking, const CaseCell *cells, const Text *names,
                            uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t column = case_find_column(&asking->columns, names[i]);
        builder_text(writer->out, i == 0 ? TEXT("(") : TEXT(", "));
        if (column != BD_NONE && cells[column].present)
            writer_cell(writer, &asking->columns.items[column], &cells[column], asking->columns.items[column].unit);
        else
            builder_text(writer->out, writer_word(writer, "ontbreekt", "absent"));
    }
    builder_text(writer->out, count > 0 ? TEXT(")") : TEXT(""));
}

static void write_facts(Writer *writer, const Asking *asking, const CaseCell *cells, const Text *names, uint32_t count)
{
    StringBuilder facts;
    builder_init(&facts, asking->search->arena);
    Writer inner = *writer;
    inner.out = &facts;
    inner.facts = 0;
    writer_given(&inner, 0);
    for (uint32_t i = 0; i < asking->columns.count; i++) {
        const CaseColumn *column = &asking->columns.items[i];
        bool is_parameter = false;
        for (uint32_t k = 0; k < count; k++)
            is_parameter = is_parameter || text_equal(names[k], column->name);
        if (is_parameter || !cells[i].present || column->index[writer->side] == BD_NONE)
            continue;
        writer_fact(&inner);
        builder_text(&facts, text_equal(column->name, TEXT("peildatum")) ? writer_word(writer, "peildatum", "as of")
                                                                         : column->name);
        builder_char(&facts, ' ');
        writer_cell(&inner, column, &cells[i], column->unit);
    }
    writer_environment(&inner, asking->environment->scenario);
    if (inner.facts == 0)
        return;
    builder_text(writer->out, builder_result(&facts));
    builder_char(writer->out, '\n');
}

static void write_results(Writer *writer, const Asking *asking, const CaseCell *cells, const Answer *answer,
                          const Text *names, uint32_t count)
{
    uint32_t written = 0;
    for (uint32_t i = 0; i < answer->count; i++) {
        if (!answer->values[i].present)
            continue;
        builder_text(writer->out, written++ > 0 ? TEXT("\n") : TEXT(""));
        builder_text(writer->out, writer_word(writer, "    verwacht ", "    expect "));
        builder_text(writer->out, after_dot(asking->program));
        if (is_form(asking->program) && answer->names[i].size > 0) {
            builder_char(writer->out, '.');
            builder_text(writer->out, answer->names[i]);
        }
        write_arguments(writer, asking, cells, names, count);
        builder_text(writer->out, TEXT(" = "));
        write_value(writer, &answer->values[i]);
    }
    if (answer->faults) {
        builder_text(writer->out, writer_word(writer, "    verwacht ", "    expect "));
        builder_text(writer->out, after_dot(asking->program));
        write_arguments(writer, asking, cells, names, count);
        builder_text(writer->out, writer_word(writer, " fout", " fault"));
    }
    builder_char(writer->out, '\n');
}

static Text scenario_of(const Asking *asking, const CaseCell *cells, int side, const Answer *answer, Text old_text,
                        Text new_text)
{
    StringBuilder out;
    Text names[FACTS_MOST];
    if (!answer->is_answer)
        return (Text){"", 0};
    uint32_t count = parameters_of(asking, side, names);
    builder_init(&out, asking->search->arena);
    Writer writer = writer_for(asking->search, &out, side);
    writer_title(&writer, asking->target, old_text, new_text);
    write_facts(&writer, asking, cells, names, count);
    write_results(&writer, asking, cells, answer, names, count);
    return builder_result(&out);
}

static void write_scenarios(const Asking *asking, const CaseCell *cells, const Answer answers[SIDES], Witness *witness)
{
    Text old_text = answer_text(asking, cells, 0, &answers[0], &answers[1]),
         new_text = answer_text(asking, cells, 1, &answers[1], &answers[0]);
    *witness = (Witness){.is_found = true,
                         .old_outcome = old_text,
                         .new_outcome = new_text,
                         .scenario_old = scenario_of(asking, cells, 0, &answers[0], old_text, new_text),
                         .scenario_new = scenario_of(asking, cells, 1, &answers[1], old_text, new_text)};
}

static Witness *report(Asking *asking)
{
    Answer answers[SIDES];
    Witness *witness = arena_alloc(asking->search->arena, sizeof *witness);
    asking->environment = asking->best_environment;
    for (int side = 0; side < SIDES; side++)
        ask(asking, asking->search->arena, side, asking->best, &answers[side]);
    write_scenarios(asking, asking->best, answers, witness);
    Text scenarios[SIDES] = {witness->scenario_old, witness->scenario_new};
    (void)witness_stands(asking->search, scenarios);
    witness->scenario_old = scenarios[0];
    witness->scenario_new = scenarios[1];
    return witness;
}

/* Optional inputs, and rows and readings, that it can do without. */
static void shrink(Asking *asking)
{
    CaseCell *cells = asking->best;
    Environment *kept_environment = asking->best_environment, *made;
    bool faults = asking->best_faults;
    for (uint32_t kept = 0; (made = environment_without(asking->search, kept_environment, kept)) != NULL;) {
        asking->environment = made;
        asking->best = NULL;
        (void)try_cells(asking, cells);
        bool can_go = asking->best != NULL && asking->best_faults <= faults;
        kept_environment = can_go ? made : kept_environment;
        kept += !can_go;
    }
    asking->best = cells;
    asking->best_environment = kept_environment;
    asking->best_faults = faults;
    for (uint32_t i = 0; i < asking->columns.count; i++) {
        if (!asking->best[i].present || !asking->columns.items[i].optional)
            continue;
        asking->environment = asking->best_environment;
        CaseCell *trial = arena_array(asking->search->arena, (size_t)asking->columns.count + 1, sizeof *trial);
        for (uint32_t k = 0; k < asking->columns.count; k++)
            trial[k] = asking->best[k];
        trial[i] = (CaseCell){.present = false, .text = {"", 0}};
        (void)try_cells(asking, trial);
    }
}

static Witness *witness_of(Search *search, const Target *target, Text program)
{
    Asking *asking = arena_alloc(search->arena, sizeof *asking);
    asking->search = search;
    asking->target = target;
    asking->program = program;
    uint32_t first[SIDES] = {0, 0}, count[SIDES] = {0, 0};
    asking->only = target->single.is_single ? target->single.side : SIDES;
    for (int side = 0; side < SIDES; side++) {
        bd_program_info info;
        asking->index[side] = find_program(search->module[side], program);
        if (asking->index[side] == BD_NONE ||
            bd_module_program(search->module[side], asking->index[side], &info) != BD_OK) {
            asking->only = 1 - side;
            continue;
        }
        first[side] = info.first_column;
        count[side] = info.columns;
    }
    bool is_single =
        target->single.is_single || target->change->how == CHANGE_ADDED || target->change->how == CHANGE_REMOVED;
    if ((asking->index[0] == BD_NONE && asking->index[1] == BD_NONE) || (asking->only < SIDES && !is_single))
        return NULL;
    case_columns(search, &asking->columns, first, count);
    asking->none = environment_add(search, NULL);
    cli_arena(search->cli, &asking->scratch);
    if (!try_examples(asking))
        try_variations(asking);
    if (asking->best != NULL)
        shrink(asking);
    Witness *witness = asking->best != NULL ? report(asking) : NULL;
    arena_free(&asking->scratch);
    return witness;
}

/* The other changes that may show in what a callable gives: their ids, or nothing. */
static Text others_of(const Search *search, const Target *target, Text program)
{
    StringBuilder out;
    builder_init(&out, search->arena);
    for (uint32_t i = 0; i < search->diff->count; i++) {
        const Target *other = &search->reaches[i];
        bool has = false;
        for (uint32_t k = 0; k < other->program_count && other->change != target->change; k++)
            has = has || text_equal(other->programs[k], program);
        if (!has)
            continue;
        builder_text(&out, out.size > 0 ? TEXT(", ") : TEXT(""));
        builder_text(&out, other->change->id);
    }
    return out.size > 0 ? builder_result(&out) : (Text){"", 0};
}

/* First what no other change reaches. */
Witness *witness_of_calls(Search *search, const Target *target)
{
    uint64_t before = search->tried;
    Witness *witness = NULL;
    for (int shared = 0; shared <= 1; shared++)
        for (uint32_t i = 0; i < target->program_count && witness == NULL; i++) {
            Text others = others_of(search, target, target->programs[i]);
            if ((others.size > 0) == (shared == 1))
                witness = witness_of(search, target, target->programs[i]);
            if (witness != NULL && others.size > 0)
                witness->note = witness_note(search, MSG_DIFF_WITNESS_ALSO, others, others);
        }
    Witness *made = arena_alloc(search->arena, sizeof *made);
    if (witness != NULL)
        *made = *witness;
    made->tried = search->tried - before;
    return made;
}
