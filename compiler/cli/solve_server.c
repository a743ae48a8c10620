/* solve_server.c: questions to the solver and its answers as messages; see solve_server.h. */
#include "compiler/cli/solve_server.h"

#include <string.h>

#include "compiler/cli/child.h"

/* Far above what the steps allowed take on a slow machine: who meets these has met something that Z3 does not count. */
enum { SECONDS_MOST = 10, SILENCE_MOST = 30 * 1000 };
static const size_t MEMORY_MOST = (size_t)4 << 30;

typedef enum Ask { ASK_RULE, ASK_CALLABLE, ASK_ALL, ASK_NEAR } Ask;

struct SolveServer {
    Arena *arena;
    const bd_module *module[2];
    Solver *solver; /* in the child only */
    Child child;
};

/* ---- messages ---- */

typedef struct Reader {
    Text rest;
    bool failed;
} Reader;

static void put(StringBuilder *out, const void *bytes, size_t size)
{
    builder_text(out, (Text){bytes, size});
}

static void put_int(StringBuilder *out, int64_t value)
{
    put(out, &value, sizeof value);
}

static void put_text(StringBuilder *out, Text text)
{
    put_int(out, (int64_t)text.size);
    builder_text(out, text);
}

static Text get(Reader *in, uint64_t size)
{
    in->failed = in->failed || size > in->rest.size;
    if (in->failed)
        return TEXT("");
    Text bytes = text_slice(in->rest, 0, (size_t)size);
    in->rest = text_slice(in->rest, (size_t)size, in->rest.size);
    return bytes;
}

static int64_t get_int(Reader *in)
{
    int64_t value = 0;
    Text bytes = get(in, sizeof value);
    if (!in->failed)
        memcpy(&value, bytes.data, sizeof value);
    return value;
}

static Text get_text(Reader *in)
{
    return get(in, (uint64_t)get_int(in));
}

static void put_cell(StringBuilder *out, const SolveCell *cell)
{
    put_text(out, cell->name);
    put_int(out, cell->group);
    put_int(out, cell->present);
    put_int(out, cell->numerator);
    put_int(out, cell->denominator);
    put_text(out, cell->text);
}

static SolveCell get_cell(Reader *in)
{
    SolveCell cell = {.name = get_text(in)};
    cell.group = (uint32_t)get_int(in);
    cell.present = get_int(in) != 0;
    cell.numerator = get_int(in);
    cell.denominator = get_int(in);
    cell.text = get_text(in);
    return cell;
}

/* ---- the child ---- */

static bool answer_near(Solver *solver, Arena *arena, SolveAim aim, Text name, Reader *in, StringBuilder *answer)
{
    uint32_t count = (uint32_t)get_int(in);
    SolveCell *cells = arena_array(arena, (size_t)count + 1, sizeof *cells);
    for (uint32_t i = 0; i < count; i++)
        cells[i] = get_cell(in);
    bool found = !in->failed && solve_near(solver, aim, name, cells, count);
    put_int(answer, found);
    for (uint32_t i = 0; i < count && found; i++)
        put_cell(answer, &cells[i]);
    return !in->failed;
}

static bool answer_one(void *context, Arena *arena, Text question, StringBuilder *answer)
{
    SolveServer *server = context;
    Reader in = {.rest = question};
    Ask ask = (Ask)get_int(&in);
    int64_t how = get_int(&in);
    Text name = get_text(&in);
    if (server->solver == NULL)
        server->solver = solve_open(arena, server->module[0], server->module[1]);
    if (server->solver == NULL)
        return false;
    switch (ask) {
    case ASK_RULE: put_int(answer, solve_rule(server->solver, (SolveView)how, name)); break;
    case ASK_CALLABLE: put_int(answer, solve_callable(server->solver, (SolveView)how, name)); break;
    case ASK_ALL: put_int(answer, solve_all(server->solver, (SolveView)how)); break;
    case ASK_NEAR:
        if (!answer_near(server->solver, arena, (SolveAim)how, name, &in, answer))
            return false;
        break;
    }
    return !in.failed && !solve_is_spent(server->solver);
}

/* ---- the parent ---- */

SolveServer *solve_server_open(Arena *arena, const bd_module *old, const bd_module *made)
{
    if (!solve_is_there())
        return NULL;
    SolveServer *server = arena_alloc(arena, sizeof *server);
    *server = (SolveServer){.arena = arena, .module = {old, made}};
    const ChildLimits limits = {SECONDS_MOST, MEMORY_MOST, SILENCE_MOST};
    child_start(&server->child, &limits, answer_one, server);
    return server;
}

void solve_server_close(SolveServer *server)
{
    if (server != NULL)
        child_end(&server->child);
}

bool solve_server_gave_up(const SolveServer *server)
{
    return server != NULL && server->child.gave_up;
}

static StringBuilder question_of(SolveServer *server, Ask ask, int64_t how, Text name)
{
    StringBuilder question;
    builder_init(&question, server->arena);
    put_int(&question, ask);
    put_int(&question, how);
    put_text(&question, name);
    return question;
}

static bool is_true(SolveServer *server, Ask ask, SolveView view, Text name)
{
    if (server == NULL)
        return false;
    StringBuilder question = question_of(server, ask, view, name);
    Reader answer = {.failed = false};
    return child_ask(&server->child, server->arena, builder_result(&question), &answer.rest) && get_int(&answer) == 1;
}

bool solve_server_rule(SolveServer *server, SolveView view, Text name)
{
    return is_true(server, ASK_RULE, view, name);
}

bool solve_server_callable(SolveServer *server, SolveView view, Text program)
{
    return is_true(server, ASK_CALLABLE, view, program);
}

bool solve_server_all(SolveServer *server, SolveView view)
{
    return is_true(server, ASK_ALL, view, TEXT(""));
}

bool solve_server_near(SolveServer *server, SolveAim aim, Text name, SolveCell *cells, uint32_t count)
{
    if (server == NULL)
        return false;
    StringBuilder question = question_of(server, ASK_NEAR, aim, name);
    put_int(&question, count);
    for (uint32_t i = 0; i < count; i++)
        put_cell(&question, &cells[i]);
    Reader answer = {.failed = false};
    if (!child_ask(&server->child, server->arena, builder_result(&question), &answer.rest) || get_int(&answer) != 1)
        return false;
    SolveCell *made = arena_array(server->arena, (size_t)count + 1, sizeof *made);
    for (uint32_t i = 0; i < count; i++)
        made[i] = get_cell(&answer);
    if (!answer.failed && count > 0)
        memcpy(cells, made, count * sizeof *cells);
    return !answer.failed;
}
