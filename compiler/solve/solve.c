/* solve.c: proofs over the graph of two modules, by Z3; see solve.h.
**
** Two outputs that are different nodes are followed down to where they part: mostly one changed clause in all that surrounds it. There Z3 is asked for a
** line on which the two differ. What was proved is merged in the graph, so that all that is made from it falls together too; where it was
** not, a few steps up are asked as well, since what surrounds a clause can take the difference away.
*/
#include "compiler/solve/solve_internal.h"

enum {
    STEPS_OF_PART = 60 * 1000, /* of Z3's own counting: some hundredths of a second */
    STEPS_OF_OUTPUT = 300 * 1000,
    STEPS_OF_STOPS = 2000 * 1000,
    STEPS_IN_ALL = 2500 * 1000,
    LESSONS_MOST = 12, /* models per question that are held to what tables and months really give */
    STEPS_UP = 3,      /* above a pair that is not equal */
    SIMPLEX = 2,       /* Z3's number for it */
    DEPTH_MOST = 4000  /* of a walk: what lies deeper is not followed */
};
enum { EQUAL = -1, FAR_ABOVE = STEPS_UP + 1 };

/* ---- Z3 ---- */

/* Nothing is done here: whether something went wrong is asked for after each question. Without a handler of one's own Z3 may end the program. */
static void keep_quiet(Z3_context z3, Z3_error_code code)
{
    (void)z3;
    (void)code;
}

bool solver_went_wrong(Solver *solver)
{
    Z3_error_code code = Z3.get_error_code(solver->z3);
    solver->is_spent = solver->is_spent || code == Z3_MEMOUT_FAIL;
    return code != Z3_OK;
}

bool solve_is_there(void)
{
    return true;
}

bool solve_is_spent(const Solver *solver)
{
    return solver->is_spent;
}

Solver *solve_open(Arena *arena, const bd_module *old, const bd_module *made)
{
    if (!z3_load())
        return NULL;
    Solver *solver = arena_alloc(arena, sizeof *solver);
    *solver = (Solver){.arena = arena, .module = {old, made}};
    Z3_config config = Z3.mk_config();
    solver->z3 = Z3.mk_context(config);
    Z3.del_config(config);
    Z3.set_error_handler(solver->z3, keep_quiet);
    return solver;
}

void solve_close(Solver *solver)
{
    if (solver == NULL)
        return;
    for (int view = 0; view < 2; view++)
        if (solver->views[view].graph != NULL)
            Z3.solver_dec_ref(solver->z3, solver->views[view].encoding.solver);
    Z3.del_context(solver->z3);
}

void solver_limit(const Solver *solver, Z3_solver z3, unsigned steps)
{
    Z3_params params = Z3.mk_params(solver->z3);
    Z3.params_inc_ref(solver->z3, params);
    Z3.params_set_uint(solver->z3, params, Z3.mk_string_symbol(solver->z3, "rlimit"), steps);
    Z3.params_set_uint(solver->z3, params, Z3.mk_string_symbol(solver->z3, "random_seed"), 0);
    /* Simplex over fractions: the other arithmetic of Z3 4.8 can make a model without end, and counts no steps while it does. */
    Z3.params_set_uint(solver->z3, params, Z3.mk_string_symbol(solver->z3, "arith.solver"), SIMPLEX);
    Z3.solver_set_params(solver->z3, z3, params);
    Z3.params_dec_ref(solver->z3, params);
}

static void open_encoding(const Solver *solver, View *view)
{
    Encoding *encoding = &view->encoding;
    *encoding = (Encoding){.graph = view->graph, .arena = solver->arena, .z3 = solver->z3};
    encoding->boolean = Z3.mk_bool_sort(solver->z3);
    encoding->integer = Z3.mk_int_sort(solver->z3);
    encoding->real = Z3.mk_real_sort(solver->z3);
    encoding->nodes = arena_array(solver->arena, (size_t)view->graph->count + 1, sizeof *encoding->nodes);
    encoding->reached = arena_array(solver->arena, (size_t)view->graph->count + 1, sizeof *encoding->reached);
    encoding->solver = Z3.mk_simple_solver(solver->z3);
    Z3.solver_inc_ref(solver->z3, encoding->solver);
}

/* Z3's own count of what it did so far. */
uint64_t solver_steps(const Solver *solver, Z3_solver z3)
{
    Z3_stats stats = Z3.solver_get_statistics(solver->z3, z3);
    uint64_t steps = 0;
    Z3.stats_inc_ref(solver->z3, stats);
    for (unsigned i = 0; i < Z3.stats_size(solver->z3, stats); i++)
        if (strcmp(Z3.stats_get_key(solver->z3, stats, i), "rlimit count") == 0)
            steps = Z3.stats_is_uint(solver->z3, stats, i) ? Z3.stats_get_uint_value(solver->z3, stats, i) : 0;
    Z3.stats_dec_ref(solver->z3, stats);
    return steps;
}

/* ---- questions ---- */

/* Whether there is a line on which two nodes differ. Z3_L_FALSE: there is none. */
static Z3_lbool ask(Solver *solver, Encoding *encoding, uint32_t a, uint32_t b, unsigned steps)
{
    const uint32_t roots[2] = {a, b};
    Z3_ast differ = encode_differ(encoding, a, b);
    if (differ == NULL || solver_went_wrong(solver))
        return Z3_L_UNDEF;
    Z3_lbool answer = Z3_L_UNDEF;
    solver_limit(solver, encoding->solver, steps);
    for (int lesson = 0; lesson < LESSONS_MOST && solver->steps < STEPS_IN_ALL; lesson++) {
        uint64_t before = solver_steps(solver, encoding->solver);
        answer = Z3.solver_check_assumptions(solver->z3, encoding->solver, 1, &differ);
        solver->steps += solver_steps(solver, encoding->solver) - before;
        if (solver_went_wrong(solver))
            return Z3_L_UNDEF;
        if (answer != Z3_L_TRUE)
            return answer;
        Z3_model model = Z3.solver_get_model(solver->z3, encoding->solver);
        Z3.model_inc_ref(solver->z3, model);
        bool learnt = encode_learn(encoding, model, roots, 2);
        Z3.model_dec_ref(solver->z3, model);
        if (!learnt || solver_went_wrong(solver))
            return solver_went_wrong(solver) ? Z3_L_UNDEF : answer;
    }
    return Z3_L_UNDEF;
}

static bool is_proved(Solver *solver, View *view, uint32_t a, uint32_t b, unsigned steps)
{
    if (ask(solver, &view->encoding, a, b, steps) != Z3_L_FALSE)
        return false;
    graph_merge(view->graph, a, b);
    return true;
}

/* ---- down to where they part ---- */

static Pair *find_pair(View *view, uint32_t a, uint32_t b)
{
    uint32_t at = (a * 0x9E3779B1u ^ b * 0x85EBCA6Bu) & (view->pair_slots - 1);
    while (view->pairs[at].a != BD_NONE && (view->pairs[at].a != a || view->pairs[at].b != b))
        at = (at + 1) & (view->pair_slots - 1);
    return &view->pairs[at];
}

static void note_pair(Solver *solver, View *view, uint32_t a, uint32_t b, int above)
{
    if (2 * (view->pair_count + 1) > view->pair_slots) {
        Pair *old = view->pairs;
        uint32_t size = view->pair_slots;
        view->pair_slots = size == 0 ? 1024 : 2 * size;
        view->pairs = arena_array(solver->arena, view->pair_slots, sizeof *view->pairs);
        memset(view->pairs, 0xFF, view->pair_slots * sizeof *view->pairs);
        for (uint32_t i = 0; i < size; i++)
            if (old[i].a != BD_NONE)
                *find_pair(view, old[i].a, old[i].b) = old[i];
    }
    Pair *pair = find_pair(view, a, b);
    view->pair_count += pair->a == BD_NONE;
    *pair = (Pair){a, b, above};
}

/* Whether two nodes do the same with their arguments. */
static bool has_same_form(const GraphNode *a, const GraphNode *b)
{
    return a->op == b->op && a->content == b->content && a->args == b->args && a->args > 0 && a->kind == b->kind;
}

static int follow(Solver *solver, View *view, uint32_t a, uint32_t b, int depth);

static int greater(int a, int b)
{
    return a > b ? a : b;
}

/* The arguments of two nodes of one form, pair by pair. Those of a sum may stand the other way round. */
static int follow_args(Solver *solver, View *view, uint32_t a, uint32_t b, int depth)
{
    const Graph *graph = view->graph;
    const GraphNode *one = &graph->nodes[a], *other = &graph->nodes[b];
    bool is_crossed = one->args == 2 && (graph_arg(graph, one, 0) == graph_arg(graph, other, 1) ||
                                         graph_arg(graph, one, 1) == graph_arg(graph, other, 0));
    int above = EQUAL;
    for (uint32_t i = 0; i < one->args; i++) {
        uint32_t first = graph_arg(graph, one, i), second = graph_arg(graph, other, is_crossed ? 1 - i : i);
        int found = first == BD_NONE || second == BD_NONE ? FAR_ABOVE : follow(solver, view, first, second, depth + 1);
        above = greater(above, found);
    }
    return above;
}

/* Whether asking can tell anything: of constants and inputs it is known. */
static bool can_ask(const Graph *graph, uint32_t a, uint32_t b)
{
    const GraphNode *one = &graph->nodes[a], *other = &graph->nodes[b];
    bool is_leaf = one->args == 0 && other->args == 0;
    return !is_leaf && one->domain == BD_NONE && other->domain == BD_NONE && one->kind == other->kind && one->kind != 0;
}

static int follow(Solver *solver, View *view, uint32_t a, uint32_t b, int depth)
{
    a = graph_same(view->graph, a);
    b = graph_same(view->graph, b);
    if (a == b)
        return EQUAL;
    if (depth > DEPTH_MOST)
        return FAR_ABOVE;
    if (view->pair_slots > 0 && find_pair(view, a, b)->a != BD_NONE)
        return find_pair(view, a, b)->above;
    int above = EQUAL;
    if (has_same_form(&view->graph->nodes[a], &view->graph->nodes[b]))
        above = follow_args(solver, view, a, b, depth);
    if (graph_same(view->graph, a) == graph_same(view->graph, b))
        return EQUAL;
    bool is_near = above < STEPS_UP || depth == 0;
    above = is_near && can_ask(view->graph, a, b) &&
                    is_proved(solver, view, a, b, depth == 0 ? STEPS_OF_OUTPUT : STEPS_OF_PART)
                ? EQUAL
                : above + 1;
    note_pair(solver, view, a, b, above);
    return above;
}

/* ---- outputs ---- */

View *solver_view(Solver *solver, SolveView which)
{
    View *view = &solver->views[which];
    if (view->graph == NULL) {
        view->graph = graph_make(solver->arena, solver->module[0], solver->module[1], which == SOLVE_ANY_TABLES);
        open_encoding(solver, view);
        view->failed = arena_array(solver->arena, (size_t)view->graph->output_count + 1, sizeof *view->failed);
    }
    return view;
}

/* Outputs that only one module has are not compared: what they are of was added or taken away. */
static bool is_output_equal(Solver *solver, View *view, uint32_t index)
{
    const GraphOutput *output = &view->graph->outputs[index];
    if (output->is_twice || output->node[0] == BD_NONE || output->node[1] == BD_NONE || view->failed[index])
        return false;
    bool is_equal = graph_same(view->graph, output->node[0]) == graph_same(view->graph, output->node[1]);
    if (!is_equal && output->gives == GIVES_FAIL) /* a rewritten clause moves many of them about */
        is_equal = is_proved(solver, view, output->node[0], output->node[1], STEPS_OF_STOPS);
    else if (!is_equal)
        is_equal = follow(solver, view, output->node[0], output->node[1], 0) == EQUAL;
    view->failed[index] = !is_equal;

    return is_equal;
}

static bool are_equal(Solver *solver, View *view, Text name, bool is_rule)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->graph->output_count; i++) {
        const GraphOutput *output = &view->graph->outputs[i];
        if ((output->gives == GIVES_RULE) != is_rule || !text_equal(output->name, name))
            continue;
        count++;
        if (!is_output_equal(solver, view, i))
            return false;
    }
    return count > 0;
}

bool solve_rule(Solver *solver, SolveView view, Text name)
{
    return solver != NULL && are_equal(solver, solver_view(solver, view), name, true);
}

bool solve_callable(Solver *solver, SolveView view, Text program)
{
    return solver != NULL && are_equal(solver, solver_view(solver, view), program, false);
}

/* Rules first: what stands behind them is made from their masks. */
bool solve_all(Solver *solver, SolveView which)
{
    View *view = solver == NULL ? NULL : solver_view(solver, which);
    for (int pass = 0; pass < 2 && view != NULL; pass++)
        for (uint32_t i = 0; i < view->graph->output_count; i++)
            if ((view->graph->outputs[i].gives == GIVES_RULE) == (pass == 0) && !is_output_equal(solver, view, i))
                return false;
    return view != NULL;
}
