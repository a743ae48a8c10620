/* near.c: an example changed, as little as needed, into a case that both versions may decide otherwise; see solve.h.
**
** Each cell of the example is an assumption: that it stays as it is. Where no case differs under all of them, Z3 names some that stand in the way
** together, and one of these is given up, until a case is left. So a case keeps what makes the example a good one: a line that is paid, rows of tables that fit.
*/
#include "compiler/solve/solve_internal.h"
#include "vm/core/date.h"

enum {
    STEPS_OF_QUESTION = 60 * 1000, /* as in solve.c */
    STEPS_OF_CASE = 300 * 1000,
    STEPS_OF_CASES = 1500 * 1000, /* in a comparison */
    QUESTIONS_MOST = 60,
    CELLS_MOST = 256,
    ROOTS_MOST = 512,
    YEARS_AROUND = 40 /* of 2020: days that people write */
};

/* A cell that a case depends on. */
typedef struct Loose {
    const GraphInput *input;
    SolveCell *cell;
    Z3_ast value, present; /* present NULL: it always is */
    Z3_ast kept;           /* the literal that it stays, */
    Z3_ast plain;          /* or, once given up, of a number that it is an ordinary one; both NULL: anything */
} Loose;

typedef struct Near {
    Solver *solver;
    Encoding *encoding;
    Z3_context z3;
    SolveCell *cells;
    uint32_t cell_count;
    uint32_t roots[ROOTS_MOST];
    uint32_t root_count;
    Loose loose[CELLS_MOST];
    uint32_t loose_count;
    Z3_ast pins[ENCODE_MOST_PINS]; /* where what was learnt last holds */
    uint32_t pin_count;
} Near;

/* ---- what is to differ ---- */

static bool is_of_lines(const Graph *graph, const GraphOutput *output)
{
    uint32_t program = output->program;
    return text_has_prefix(graph->contents[program], TEXT("1 ")); /* BD_PROGRAM_LINES */
}

static bool is_aimed_at(const Graph *graph, const GraphOutput *output, GraphGives gives, SolveAim aim, Text name)
{
    if (output->node[0] == BD_NONE || output->node[1] == BD_NONE || output->is_twice)
        return false;
    if (aim == SOLVE_AIM_CALLABLE)
        return (output->gives == GIVES_VALUE || output->gives == GIVES_PRESENCE) && text_equal(output->name, name);
    return output->gives == gives && is_of_lines(graph, output) &&
           (gives != GIVES_RULE || text_equal(output->name, name));
}

/* That some output of a sort differs; NULL when none can. */
static Z3_ast differ_in(Near *near, GraphGives gives, SolveAim aim, Text name)
{
    const Graph *graph = near->encoding->graph;
    Z3_ast some = NULL;
    for (uint32_t i = 0; i < graph->output_count && near->root_count + 2 <= ROOTS_MOST; i++) {
        const GraphOutput *output = &graph->outputs[i];
        if (!is_aimed_at(graph, output, gives, aim, name) ||
            graph_same(graph, output->node[0]) == graph_same(graph, output->node[1]))
            continue;
        Z3_ast differ = encode_differ(near->encoding, output->node[0], output->node[1]);
        if (differ == NULL)
            continue;
        near->roots[near->root_count++] = output->node[0];
        near->roots[near->root_count++] = output->node[1];
        some = encode_or(near->encoding, some, differ);
    }
    return some;
}

/* That a node has no fault, and, of a stop, that it does not hold. */
static Z3_ast is_passed(Near *near, uint32_t node, bool is_stop)
{
    const EncodedNode *encoded = encode_node(near->encoding, node);
    Z3_ast zero = encode_int(near->encoding, 0), passed = NULL;
    if (encoded->fault != NULL)
        passed = Z3.mk_eq(near->z3, encoded->fault, zero);
    if (is_stop && encoded->value != NULL)
        passed = encode_and(near->encoding, passed, Z3.mk_not(near->z3, encoded->value));
    near->roots[near->root_count++] = node;
    return passed;
}

/* That the line is decided by both: no stop holds, and neither the decision nor the amount is a fault. */
static Z3_ast decided(Near *near)
{
    const Graph *graph = near->encoding->graph;
    Z3_ast all = NULL;
    for (uint32_t i = 0; i < graph->output_count; i++) {
        const GraphOutput *output = &graph->outputs[i];
        if (!is_of_lines(graph, output) || output->gives == GIVES_COUNT)
            continue;
        for (int side = 0; side < GRAPH_SIDES && near->root_count < ROOTS_MOST; side++)
            if (output->node[side] != BD_NONE)
                all = encode_and(near->encoding, all, is_passed(near, output->node[side], output->gives == GIVES_FAIL));
    }
    return all;
}

static Z3_ast wanted(Near *near, SolveAim aim, Text name)
{
    Z3_ast differ = differ_in(near, aim == SOLVE_AIM_CALLABLE ? GIVES_VALUE : GIVES_RULE, aim, name);
    if (aim != SOLVE_AIM_RULE || differ == NULL)
        return differ;
    Z3_ast decides = differ_in(near, GIVES_DECISION, aim, name);
    return decides == NULL ? NULL
                           : encode_and(near->encoding, decided(near), encode_and(near->encoding, differ, decides));
}

/* ---- cells ---- */

static SolveCell *find_cell(const Near *near, const GraphInput *input)
{
    for (uint32_t i = 0; i < near->cell_count; i++)
        if (text_equal(near->cells[i].name, input->name))
            return &near->cells[i];
    return NULL;
}

static uint32_t member_of(const Near *near, const GraphInput *input, Text name)
{
    const bd_module *module = near->encoding->graph->module[0];
    return input->choice == BD_NONE ? BD_NONE : bd_choice_find(module, input->choice, name);
}

/* The term of what a cell of the example says; NULL: it has no value to keep. */
static Z3_ast value_of(const Near *near, const Loose *loose)
{
    const SolveCell *cell = loose->cell;
    bd_kind kind = (bd_kind)loose->input->column->kind;
    if (!cell->present)
        return NULL;
    if (loose->input->column->choice != BD_NONE) {
        uint32_t member = member_of(near, loose->input, cell->text);
        return member == BD_NONE ? NULL : encode_int(near->encoding, member);
    }
    switch (kind) {
    case BD_KIND_BOOL: return cell->numerator != 0 ? Z3.mk_true(near->z3) : Z3.mk_false(near->z3);
    case BD_KIND_SCALED:
    case BD_KIND_RATIO: return encode_ratio(near->encoding, cell->numerator, cell->denominator);
    case BD_KIND_TEXT: return encode_int(near->encoding, encode_text(near->encoding, cell->text));
    case BD_KIND_INT: break;
    }
    return encode_int(near->encoding, cell->numerator);
}

static Z3_ast as_it_is(const Near *near, const Loose *loose)
{
    Z3_ast value = value_of(near, loose), same = value == NULL ? NULL : Z3.mk_eq(near->z3, loose->value, value);
    if (loose->present == NULL)
        return same == NULL ? Z3.mk_true(near->z3) : same;
    return loose->cell->present ? encode_and(near->encoding, loose->present, same)
                                : Z3.mk_not(near->z3, loose->present);
}

/* What a cell must be to be written: a number that the column holds, a day of our time. */
static void assert_writable(const Near *near, const Loose *loose)
{
    enum { MOST = 1000 * 1000 };
    const ColumnRecord *column = loose->input->column;
    if (column->kind == BD_KIND_SCALED) {
        const Z3_ast factors[2] = {loose->value, encode_ratio(near->encoding, column->denominator, 1)};
        encode_assert(near->encoding, Z3.mk_is_int(near->z3, Z3.mk_mul(near->z3, 2, factors)));
        encode_assert(near->encoding, Z3.mk_le(near->z3, encode_ratio(near->encoding, -MOST, 1), loose->value));
        encode_assert(near->encoding, Z3.mk_le(near->z3, loose->value, encode_ratio(near->encoding, MOST, 1)));
    }
    Date first = 0, last = 0;
    if (column->meaning == BD_MEANS_DATE && date_from_ymd(2020 - YEARS_AROUND, 1, 1, &first) &&
        date_from_ymd(2020 + YEARS_AROUND, 12, 31, &last))
        encode_assert(near->encoding, encode_within(near->encoding, loose->value, first, last));
}

/* A number that is given up is not below zero and not large, if it can be helped. */
static void assert_plain(const Near *near, Loose *loose)
{
    enum { MOST = 10 * 1000 };
    if (loose->input->column->kind != BD_KIND_SCALED)
        return;
    loose->plain = Z3.mk_fresh_const(near->z3, "plain", near->encoding->boolean);
    Z3_ast range = encode_and(near->encoding, Z3.mk_le(near->z3, encode_ratio(near->encoding, 0, 1), loose->value),
                              Z3.mk_le(near->z3, loose->value, encode_ratio(near->encoding, MOST, 1)));
    encode_assert(near->encoding, Z3.mk_implies(near->z3, loose->plain, range));
}

/* A cell of a message is there only with the message. */
static void assert_group(const Near *near, const Loose *loose)
{
    for (uint32_t i = 0; i < near->loose_count && loose->cell->group != BD_NONE && loose->present != NULL; i++)
        if (near->loose[i].cell == &near->cells[loose->cell->group])
            encode_assert(near->encoding, Z3.mk_implies(near->z3, loose->present, near->loose[i].value));
}

/* A line does not end before it begins. */
static void assert_order(const Near *near)
{
    const Loose *begin = NULL, *end = NULL;
    for (uint32_t i = 0; i < near->loose_count; i++) {
        const Loose *loose = &near->loose[i];
        bool is_line = loose->input->scope.size == 0;
        begin = is_line && text_equal(loose->cell->name, TEXT("begindatum")) ? loose : begin;
        end = is_line && text_equal(loose->cell->name, TEXT("einddatum")) ? loose : end;
    }
    if (begin != NULL && end != NULL)
        encode_assert(near->encoding, Z3.mk_le(near->z3, begin->value, end->value));
}

/* A reading is what the first version chooses. */
static void assert_reading(const Near *near, const GraphInput *input, Z3_ast value)
{
    const bd_module *module = near->encoding->graph->module[0];
    for (uint32_t i = 0; i < module->READINGS_count; i++)
        if (text_equal(module_text(module, module->READINGS[i].name), input->name))
            encode_assert(near->encoding,
                          Z3.mk_eq(near->z3, value, encode_int(near->encoding, module->READINGS[i].chosen)));
}

static bool is_read(const Near *near, const GraphInput *input)
{
    const Graph *graph = near->encoding->graph;
    for (uint32_t i = 0; i < graph->count; i++) {
        const GraphNode *node = &graph->nodes[i];
        if (near->encoding->reached[i] && node->content == input->content &&
            (node->op == OP_LOAD || node->op == OP_PRESENT || node->op == OP_READING))
            return true;
    }
    return false;
}

static void loosen(Near *near)
{
    const Graph *graph = near->encoding->graph;
    encode_reach(graph, near->roots, near->root_count, near->encoding->reached);
    for (uint32_t i = 0; i < graph->input_count && near->loose_count < CELLS_MOST; i++) {
        const GraphInput *input = &graph->inputs[i];
        if (!is_read(near, input))
            continue;
        Loose loose = {.input = input};
        loose.value = encode_input(near->encoding, input, &loose.present);
        loose.cell = input->column == NULL ? NULL : find_cell(near, input);
        if (input->column == NULL)
            assert_reading(near, input, loose.value);
        else if (loose.cell != NULL)
            near->loose[near->loose_count++] = loose;
    }
    for (uint32_t i = 0; i < near->loose_count; i++) {
        Loose *loose = &near->loose[i];
        loose->kept = Z3.mk_fresh_const(near->z3, "kept", near->encoding->boolean);
        encode_assert(near->encoding, Z3.mk_implies(near->z3, loose->kept, as_it_is(near, loose)));
        assert_plain(near, loose);
        assert_writable(near, loose);
        assert_group(near, loose);
    }
    assert_order(near);
}

/* ---- the search ---- */

/* What is given up first: numbers and days can be a little otherwise, a member or a text is another line. */
static int readiness(const Loose *loose)
{
    const ColumnRecord *column = loose->input->column;
    switch ((bd_kind)column->kind) {
    case BD_KIND_SCALED:
    case BD_KIND_RATIO: return 5;
    case BD_KIND_BOOL: return 3;
    case BD_KIND_TEXT: return 1;
    case BD_KIND_INT: break;
    }
    return column->choice == BD_NONE ? 4 : 2;
}

static bool is_in(const Near *near, Z3_ast_vector core, Z3_ast literal)
{
    for (unsigned i = 0; i < Z3.ast_vector_size(near->z3, core); i++)
        if (literal != NULL && Z3.is_eq_ast(near->z3, literal, Z3.ast_vector_get(near->z3, core, i)))
            return true;
    return false;
}

/* Gives up one of the cells that stand in the way together; false when nothing does but the question itself. */
static bool give_up(Near *near)
{
    Loose *best = NULL;
    Z3_ast_vector core = Z3.solver_get_unsat_core(near->z3, near->encoding->solver);
    Z3.ast_vector_inc_ref(near->z3, core);
    for (uint32_t i = 0; i < near->loose_count; i++)
        if (is_in(near, core, near->loose[i].kept) && (best == NULL || readiness(&near->loose[i]) > readiness(best)))
            best = &near->loose[i];
    bool is_kept = best != NULL;
    for (uint32_t i = 0; i < near->loose_count && !is_kept; i++)
        if (is_in(near, core, near->loose[i].plain))
            best = &near->loose[i];
    Z3.ast_vector_dec_ref(near->z3, core);
    if (best != NULL && is_kept)
        best->kept = NULL;
    else if (best != NULL)
        best->plain = NULL;
    return best != NULL;
}

static Z3_lbool check(Near *near)
{
    Z3_ast kept[CELLS_MOST + ENCODE_MOST_PINS];
    unsigned count = 0;
    for (uint32_t i = 0; i < near->loose_count; i++)
        if (near->loose[i].kept != NULL || near->loose[i].plain != NULL)
            kept[count++] = near->loose[i].kept != NULL ? near->loose[i].kept : near->loose[i].plain;
    for (uint32_t i = 0; i < near->pin_count; i++)
        kept[count++] = near->pins[i];
    Z3_lbool answer = Z3.solver_check_assumptions(near->z3, near->encoding->solver, count, kept);
    return solver_went_wrong(near->solver) ? Z3_L_UNDEF : answer;
}

static Z3_ast in_model(const Near *near, Z3_model model, Z3_ast term)
{
    Z3_ast value = NULL;
    return Z3.model_eval(near->z3, model, term, true, &value) ? value : NULL;
}

static bool read_text(const Near *near, int64_t number, Text *out)
{
    if (encode_known_text(near->encoding, number, out))
        return true;
    StringBuilder text; /* any that no code mentions */
    builder_init(&text, near->solver->arena);
    builder_char(&text, 'x');
    builder_int64(&text, number);
    *out = builder_result(&text);
    return true;
}

/* What the model says of a cell; false when it cannot be written down. */
static bool read_cell(const Near *near, Z3_model model, const Loose *loose, SolveCell *out)
{
    const ColumnRecord *column = loose->input->column;
    Z3_ast present = loose->present == NULL ? NULL : in_model(near, model, loose->present);
    out->present = present == NULL || Z3.get_bool_value(near->z3, present) == Z3_L_TRUE;
    Z3_ast value = in_model(near, model, loose->value);
    if (!out->present || value == NULL)
        return value != NULL;
    out->denominator = 1;
    if (column->kind == BD_KIND_BOOL) {
        out->numerator = Z3.get_bool_value(near->z3, value) == Z3_L_TRUE;
        return true;
    }
    if (Z3.get_ast_kind(near->z3, value) != Z3_NUMERAL_AST)
        return false;
    if (column->kind == BD_KIND_SCALED || column->kind == BD_KIND_RATIO)
        return Z3.get_numeral_rational_int64(near->z3, value, &out->numerator, &out->denominator);
    if (!Z3.get_numeral_int64(near->z3, value, &out->numerator))
        return false;
    if (column->choice != BD_NONE && (loose->input->choice == BD_NONE || out->numerator < 0))
        return false;
    if (column->choice != BD_NONE)
        out->text = bd_choice_member(near->encoding->graph->module[0], loose->input->choice, (uint32_t)out->numerator);
    return column->kind != BD_KIND_TEXT || read_text(near, out->numerator, &out->text);
}

/* The case of a model, once nothing more can be learnt about it. */
static bool take_model(Near *near, bool *learnt)
{
    Z3_model model = Z3.solver_get_model(near->z3, near->encoding->solver);
    Z3.model_inc_ref(near->z3, model);
    *learnt = encode_learn(near->encoding, model, near->roots, near->root_count);
    bool good = !*learnt;
    SolveCell *made = arena_array(near->solver->arena, (size_t)near->loose_count + 1, sizeof *made);
    for (uint32_t i = 0; i < near->loose_count && good; i++) {
        made[i] = *near->loose[i].cell;
        good = near->loose[i].kept != NULL || read_cell(near, model, &near->loose[i], &made[i]);
    }
    for (uint32_t i = 0; i < near->loose_count && good; i++)
        *near->loose[i].cell = made[i];
    Z3.model_dec_ref(near->z3, model);
    return good;
}

/* The next question stays where the last lessons hold: else each model would need lessons of its own. */
static void pin(Near *near)
{
    near->pin_count = 0;
    for (uint32_t i = 0; i < near->encoding->pin_count; i++) {
        Z3_ast literal = Z3.mk_fresh_const(near->z3, "pin", near->encoding->boolean);
        encode_assert(near->encoding, Z3.mk_implies(near->z3, literal, near->encoding->pins[i]));
        near->pins[near->pin_count++] = literal;
    }
}

/* True: go on; what was asked has no case as it stood, and less is asked now. */
static bool ask_less(Near *near)
{
    if (near->pin_count == 0)
        return give_up(near);
    near->pin_count = 0;
    return true;
}

static bool find(Near *near)
{
    uint64_t first = solver_steps(near->solver, near->encoding->solver);
    solver_limit(near->solver, near->encoding->solver, STEPS_OF_QUESTION);
    for (int i = 0; i < QUESTIONS_MOST; i++) {
        uint64_t spent = solver_steps(near->solver, near->encoding->solver) - first;
        if (spent > STEPS_OF_CASE || near->solver->near_steps + spent > STEPS_OF_CASES)
            break;
        Z3_lbool answer = check(near);
        bool learnt = false, found = answer == Z3_L_TRUE && take_model(near, &learnt);
        if (learnt)
            pin(near);
        bool goes_on = answer == Z3_L_TRUE ? learnt : answer == Z3_L_FALSE && ask_less(near);
        if (found || !goes_on) {
            near->solver->near_steps += solver_steps(near->solver, near->encoding->solver) - first;
            return found;
        }
    }
    near->solver->near_steps += solver_steps(near->solver, near->encoding->solver) - first;
    return false;
}

bool solve_near(Solver *solver, SolveAim aim, Text name, SolveCell *cells, uint32_t count)
{
    if (solver == NULL)
        return false;
    Near *near = arena_alloc(solver->arena, sizeof *near);
    *near = (Near){.solver = solver, .z3 = solver->z3, .cells = cells, .cell_count = count};
    near->encoding = &solver_view(solver, SOLVE_EXACT)->encoding;
    Z3_ast differ = wanted(near, aim, name); /* all terms are made before: what is asserted now is taken back */
    if (differ == NULL || solver_went_wrong(solver))
        return false;
    Z3.solver_push(near->z3, near->encoding->solver);
    encode_assert(near->encoding, differ);
    loosen(near);
    bool found = find(near);
    Z3.solver_pop(near->z3, near->encoding->solver, 1);
    return found && !solver_went_wrong(solver);
}
