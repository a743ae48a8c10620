/* graph_read.c: the programs of two modules as one graph; see graph.h.
**
** Node by node: graph_make reads every program of both modules once, in order, and keeps which node each slot holds.
*/
#include "compiler/solve/content.h"
#include "compiler/solve/graph.h"
#include "vm/op.h"

typedef struct Reader {
    Graph *graph;
    int side;
    const bd_module *module;
    const ProgramRecord *program;
    Text scope;
    uint32_t program_key;
    uint32_t *slots; /* the node in each */
    const TypeRecord **types;
    uint32_t *domains; /* the node that opened each; BD_NONE: the line, or not yet */
    StringBuilder text;
} Reader;

/* ---- members by name ---- */

static uint32_t find_choice(const bd_module *module, Text name)
{
    for (uint32_t i = 0; i < module->CHOICES_count; i++)
        if (text_equal(module_text(module, module->CHOICES[i].name), name))
            return i;
    return BD_NONE;
}

/* The members of a choice of one module in the numbering of the other's choice of that name. */
static const GraphMap *map_members(Graph *graph, const bd_module *from, uint32_t choice, const bd_module *to)
{
    GraphMap *map = arena_alloc(graph->arena, sizeof *map);
    uint32_t other = find_choice(to, module_text(from, from->CHOICES[choice].name));
    map->count = from->CHOICES[choice].members;
    map->member = arena_array(graph->arena, (size_t)map->count + 1, sizeof *map->member);
    for (uint32_t i = 0; i < map->count; i++)
        map->member[i] = other == BD_NONE ? BD_NONE : bd_choice_find(to, other, bd_choice_member(from, choice, i));
    return map;
}

static bool is_identity(const GraphMap *map)
{
    for (uint32_t i = 0; i < map->count; i++)
        if (map->member[i] != i && map->member[i] != BD_NONE)
            return false;
    return true;
}

static uint32_t add_map(Reader *reader, uint32_t node, const GraphMap *map)
{
    reader->text.size = 0;
    for (uint32_t i = 0; i < map->count; i++)
        content_number(&reader->text, map->member[i]);
    GraphNode made = {.op = NODE_MEMBER,
                      .kind = BD_KIND_INT,
                      .domain = reader->graph->nodes[node].domain,
                      .content = graph_content(reader->graph, builder_result(&reader->text)),
                      .args = 1,
                      .map = map};
    return graph_add(reader->graph, made, &node);
}

/* A member read from a line has the number that the first module gives it; the second module has its own. */
static uint32_t to_own_numbers(Reader *reader, uint32_t node, uint32_t choice)
{
    Graph *graph = reader->graph;
    if (choice == BD_NONE || reader->side == 0)
        return node;
    uint32_t first = find_choice(graph->module[0], module_text(reader->module, reader->module->CHOICES[choice].name));
    if (first == BD_NONE)
        return node;
    const GraphMap *map = map_members(graph, graph->module[0], first, reader->module);
    return is_identity(map) ? node : add_map(reader, node, map);
}

/* And what a callable of the second module gives has its own, and is compared by the first module's. A member that only the second has is no
** member of the first, whatever its number. */
static uint32_t to_common_numbers(Reader *reader, uint32_t node, uint32_t choice)
{
    Graph *graph = reader->graph;
    if (choice == BD_NONE || reader->side == 0)
        return node;
    const GraphMap *map = map_members(graph, reader->module, choice, graph->module[0]);
    bool has_all = is_identity(map);
    for (uint32_t i = 0; i < map->count; i++)
        has_all = has_all && map->member[i] == i;
    return has_all ? node : add_map(reader, node, map);
}

static void add_input(Reader *reader, uint32_t content, const ColumnRecord *column, Text name, uint32_t choice)
{
    Graph *graph = reader->graph;
    for (uint32_t i = 0; i < graph->input_count; i++)
        if (graph->inputs[i].content == content)
            return;
    graph->inputs =
        arena_grow(graph->arena, graph->inputs, graph->input_count, &graph->input_capacity, sizeof *graph->inputs);
    GraphInput *input = &graph->inputs[graph->input_count++];
    *input = (GraphInput){.scope = column ? reader->scope : TEXT("lezing"),
                          .name = name,
                          .module = reader->module,
                          .column = column,
                          .choice = BD_NONE,
                          .content = content};
    /* A choice that only one module has keeps the numbers that it has there, and then nothing is said of its members. */
    uint32_t own[GRAPH_SIDES];
    for (int side = 0; side < GRAPH_SIDES && choice != BD_NONE; side++)
        own[side] = find_choice(graph->module[side], module_text(reader->module, reader->module->CHOICES[choice].name));
    if (choice == BD_NONE || own[0] == BD_NONE || own[1] == BD_NONE)
        return;
    input->choice = own[0];
    input->common = map_members(graph, graph->module[0], own[0], graph->module[1]);
}

/* ---- instructions ---- */

/* Ratios and scaled numbers are the same numbers. */
static uint16_t plain_op(uint16_t op)
{
    switch (op) {
    case OP_ADD_N: return OP_ADD;
    case OP_SUB_N: return OP_SUB;
    case OP_MUL_N: return OP_MUL;
    case OP_MIN_N: return OP_MIN;
    case OP_MAX_N: return OP_MAX;
    case OP_ROUND_N: return OP_ROUND;
    case OP_EQ_N: return OP_EQ;
    case OP_LT_N: return OP_LT;
    case OP_LE_N: return OP_LE;
    case OP_SUM_N: return OP_SUM;
    default: return op;
    }
}

static bool is_commutative(uint16_t op)
{
    switch (op) {
    case OP_ADD:
    case OP_MUL:
    case OP_MIN:
    case OP_MAX:
    case OP_EQ:
    case OP_EQ_I:
    case OP_EQ_T:
    case OP_AND:
    case OP_OR:
    case OP_ADD_I:
    case OP_MIN_I:
    case OP_MAX_I: return true;
    default: return false;
    }
}

static bool is_aggregate(uint16_t op)
{
    return op >= OP_COUNT && op <= OP_LAST;
}

static uint32_t site_of(Reader *reader, uint32_t site)
{
    reader->text.size = 0;
    content_fault(&reader->text, reader->module, site);
    return graph_content(reader->graph, builder_result(&reader->text)) + 1;
}

static uint32_t operand(const Reader *reader, uint16_t slot)
{
    return slot == NO_SLOT ? BD_NONE : reader->slots[slot];
}

static bool can_fault(uint16_t op)
{
    return op_info(op)->has_site || op == OP_DATE_PART || op == OP_PERIOD;
}

/* What a derived table, if it is one, is made from. */
static uint32_t prices_of(const Reader *reader, const Instruction *in)
{
    bool is_extern = in->op == OP_STEP || in->op == OP_STEP_DATE || in->op == OP_EXT_CELL;
    uint32_t table = in->op == OP_EXT_CELL ? in->imm : in->imm >> 4;
    return is_extern && !reader->graph->by_name ? reader->graph->prices[reader->side][table] : BD_NONE;
}

/* Whether what was rounded so already is a multiple of another rounding's step, which then changes nothing. */
static bool is_rounded(const Graph *graph, uint32_t node, const RoundingRecord *again)
{
    if (graph->nodes[node].op != OP_ROUND)
        return false;
    const RoundingRecord *first = &graph->nodes[node].module->ROUNDINGS[graph->nodes[node].imm];
    int64_t step, other;
    return !__builtin_mul_overflow(first->step_numerator, again->step_denominator, &step) &&
           !__builtin_mul_overflow(first->step_denominator, again->step_numerator, &other) && step % other == 0;
}

/* Node of an instruction with a result. */
static uint32_t read_value(Reader *reader, const Instruction *in)
{
    enum { ARGS = PROGRAM_MAX_CALL_ARGUMENTS + 4 };
    Graph *graph = reader->graph;
    const OpInfo *info = op_info(in->op);
    const TypeRecord *type = &reader->module->TYPES[in->type];
    uint32_t args[ARGS] = {0}, count = 0;
    const uint16_t operands[3] = {in->a, in->b, info->c == OPERAND_G ? NO_SLOT : in->c};
    for (int i = 0; i < 3; i++)
        if (operands[i] != NO_SLOT)
            args[count++] = operand(reader, operands[i]);
    if (in->op == OP_SCALE || in->op == OP_WIDEN)
        return args[0];
    if (plain_op(in->op) == OP_ROUND && is_rounded(graph, args[0], &reader->module->ROUNDINGS[in->imm]))
        return args[0];
    if (in->op == OP_CALL) {
        const CallRecord *call = &reader->module->CALLS[in->imm];
        for (uint32_t i = 0; i < call->args; i++)
            args[count++] = operand(reader, reader->module->CALL_ARGS[call->first_arg + i]);
    }
    if (is_aggregate(in->op) || in->op == OP_EXPAND)
        args[count++] = reader->domains[in->imm];
    uint32_t prices = prices_of(reader, in);
    if (prices != BD_NONE)
        args[count++] = prices;
    int64_t denominator = in->a == NO_SLOT || in->op != OP_BRACKET ? 1 : reader->types[in->a]->denominator;
    reader->text.size = 0;
    content_append(graph, &reader->text, reader->module, reader->scope, in, denominator);
    GraphNode node = {.op = plain_op(in->op),
                      .kind = (uint8_t)(type->kind == BD_KIND_RATIO ? BD_KIND_SCALED : type->kind),
                      .has_site = can_fault(in->op),
                      .content = graph_content(graph, builder_result(&reader->text)),
                      .domain = reader->domains[type->domain],
                      .args = count,
                      .module = reader->module,
                      .imm = in->imm,
                      .denominator = denominator};
    if (node.has_site)
        node.fault = site_of(reader, in->site);
    if (is_commutative(node.op) && args[0] > args[1] && !graph->nodes[args[0]].may_fault &&
        !graph->nodes[args[1]].may_fault) {
        uint32_t first = args[0];
        args[0] = args[1];
        args[1] = first;
    }
    return graph_add(graph, node, args);
}

static uint32_t read_input(Reader *reader, const Instruction *in)
{
    uint32_t made = read_value(reader, in), content = reader->graph->nodes[made].content, choice;
    if (in->op == OP_READING) {
        const ReadingRecord *reading = &reader->module->READINGS[in->imm];
        choice = reading->choice;
        add_input(reader, content, NULL, module_text(reader->module, reading->name), choice);
    } else {
        const ColumnRecord *column = &reader->module->COLUMNS[in->imm];
        choice = column->choice;
        if (column->list == BD_NONE)
            add_input(reader, content, column, module_text(reader->module, column->name), choice);
    }
    return in->op == OP_PRESENT ? made : to_own_numbers(reader, made, choice);
}

static void open_domain(Reader *reader, const Instruction *in)
{
    const DomainRecord *domain = &reader->module->DOMAINS[reader->program->first_domain + in->imm];
    const uint32_t args[2] = {operand(reader, in->a), operand(reader, in->b)};
    reader->text.size = 0;
    content_number(&reader->text, domain->kind);
    content_number(&reader->text, domain->maximum);
    if (domain->kind == DOMAIN_LIST)
        content_text(&reader->text, module_text(reader->module, reader->module->LISTS[domain->list].name));
    GraphNode node = {.op = in->op,
                      .has_site = in->op == OP_OPEN_DAYS,
                      .content = graph_content(reader->graph, builder_result(&reader->text)),
                      .domain = reader->domains[domain->parent],
                      .args = in->op == OP_OPEN_DAYS ? 2 : 0};
    if (node.has_site)
        node.fault = site_of(reader, in->site);
    reader->domains[in->imm] = graph_add(reader->graph, node, args);
}

/* ---- what goes out ---- */

static uint32_t or_of(Graph *graph, uint32_t a, uint32_t b)
{
    const uint32_t args[2] = {a, b};
    return graph_add(
        graph,
        (GraphNode){
            .op = OP_OR, .kind = BD_KIND_BOOL, .content = graph_content(graph, TEXT("")), .domain = BD_NONE, .args = 2},
        args);
}

/* Several stops of one name are one, and so are several versions of a rule that begin on one day: see join_outputs. */
static void add_output(Reader *reader, GraphGives gives, Text name, uint32_t node)
{
    Graph *graph = reader->graph;
    content_number(&reader->text, gives);
    content_number(&reader->text, reader->program_key);
    uint32_t key = graph_content(graph, builder_result(&reader->text));
    GraphOutput *output = NULL;
    for (uint32_t i = 0; i < graph->output_count && output == NULL; i++)
        if (graph->outputs[i].key == key)
            output = &graph->outputs[i];
    if (output == NULL) {
        graph->outputs = arena_grow(graph->arena, graph->outputs, graph->output_count, &graph->output_capacity,
                                    sizeof *graph->outputs);
        output = &graph->outputs[graph->output_count++];
        *output = (GraphOutput){
            .gives = gives, .program = reader->program_key, .key = key, .name = name, .node = {BD_NONE, BD_NONE}};
    }
    GraphJoined *joined = &output->joined[reader->side];
    output->is_twice = output->is_twice || (joined->count > 0 && gives != GIVES_FAIL && gives != GIVES_RULE);
    joined->nodes = arena_grow(graph->arena, joined->nodes, joined->count, &joined->capacity, sizeof *joined->nodes);
    joined->nodes[joined->count++] = node;
}

static bool has_node(const GraphJoined *joined, uint32_t node)
{
    for (uint32_t i = 0; i < joined->count; i++)
        if (joined->nodes[i] == node)
            return true;
    return false;
}

static uint32_t join(Graph *graph, uint32_t joined, const GraphJoined *from, const GraphJoined *other, bool is_common)
{
    for (uint32_t i = 0; i < from->count; i++) {
        if (has_node(other, from->nodes[i]) != is_common)
            continue;
        joined = joined == BD_NONE ? from->nodes[i] : or_of(graph, joined, from->nodes[i]);
    }
    return joined;
}

/* First what both modules have, so that it is one node on both sides; then what only one has. Which of several stops comes first is not compared. */
static void join_outputs(Graph *graph)
{
    for (uint32_t i = 0; i < graph->output_count; i++) {
        const GraphJoined *joined = graph->outputs[i].joined;
        uint32_t common = join(graph, BD_NONE, &joined[0], &joined[1], true);
        for (int side = 0; side < GRAPH_SIDES; side++) {
            uint32_t node = join(graph, common, &joined[side], &joined[1 - side], false);
            graph->outputs[i].node[side] = node;
        }
    }
}

/* A rule by its name and the day its version begins; versions of one name and day count together. */
static void out_rule(Reader *reader, const Instruction *in)
{
    const RuleRecord *rule = &reader->module->RULES[in->imm];
    Text name = module_text(reader->module, rule->name);
    reader->text.size = 0;
    content_text(&reader->text, name);
    content_number(&reader->text, rule->valid_from);
    content_number(&reader->text, rule->effect);
    add_output(reader, GIVES_RULE, name, operand(reader, in->a));
}

static void out_value(Reader *reader, const Instruction *in)
{
    const OutputRecord *output = &reader->module->OUTPUTS[reader->program->first_output + in->imm];
    Text name = module_text(reader->module, reader->program->name);
    for (int part = 0; part < 2; part++) {
        uint32_t node = operand(reader, part == 0 ? in->a : in->b);
        if (part == 0)
            node = to_common_numbers(reader, node, output->choice);
        reader->text.size = 0;
        content_text(&reader->text, module_text(reader->module, output->name));
        content_sort(&reader->text, reader->module, output->meaning, output->unit, output->choice);
        if (node != BD_NONE)
            add_output(reader, part == 0 ? GIVES_VALUE : GIVES_PRESENCE, name, node);
    }
}

static void out_counter(Reader *reader, const Instruction *in)
{
    const CounterRecord *counter = &reader->module->COUNTERS[in->imm];
    const uint16_t slots[3] = {in->a, in->b, in->c};
    for (int i = 0; i < 3; i++) {
        if (slots[i] == NO_SLOT)
            continue;
        reader->text.size = 0;
        content_text(&reader->text, module_text(reader->module, counter->name));
        content_number(&reader->text, i);
        add_output(reader, GIVES_COUNT, module_text(reader->module, counter->name), operand(reader, slots[i]));
    }
}

/* True: it goes out, and has no result. */
static bool read_out(Reader *reader, const Instruction *in)
{
    Text name = module_text(reader->module, reader->program->name);
    switch (in->op) {
    case OP_OUT_RULE: out_rule(reader, in); return true;
    case OP_OUT_VALUE: out_value(reader, in); return true;
    case OP_OUT_COUNTER: out_counter(reader, in); return true;
    case OP_FAIL:
        reader->text.size = 0;
        content_fault(&reader->text, reader->module, in->site);
        add_output(reader, GIVES_FAIL, name, operand(reader, in->a));
        return true;
    case OP_OUT_DECISION:
    case OP_OUT_AMOUNT:
        reader->text.size = 0;
        add_output(reader, in->op == OP_OUT_DECISION ? GIVES_DECISION : GIVES_AMOUNT, name, operand(reader, in->a));
        return true;
    default: return false;
    }
}

/* ---- programs ---- */

static void read_instruction(Reader *reader, const Instruction *in)
{
    if (in->op == OP_OPEN_LIST || in->op == OP_OPEN_DAYS) {
        open_domain(reader, in);
        return;
    }
    if (read_out(reader, in))
        return;
    bool is_input = in->op == OP_LOAD || in->op == OP_PRESENT || in->op == OP_READING;
    uint32_t node = is_input ? read_input(reader, in) : read_value(reader, in);
    reader->slots[in->dst] = node;
    reader->types[in->dst] = &reader->module->TYPES[in->type];
}

static void read_program(Graph *graph, int side, uint32_t index)
{
    Reader reader = {.graph = graph, .side = side, .module = graph->module[side]};
    reader.program = &reader.module->PROGRAMS[index];
    bool is_asked = reader.program->kind == BD_PROGRAM_CALL || reader.program->kind == BD_PROGRAM_STEP;
    reader.scope = is_asked ? module_text(reader.module, reader.program->name) : TEXT("");
    reader.slots = arena_array(graph->arena, (size_t)reader.program->slots + 1, sizeof *reader.slots);
    reader.types = arena_array(graph->arena, (size_t)reader.program->slots + 1, sizeof *reader.types);
    reader.domains = arena_array(graph->arena, (size_t)reader.program->domains + 1, sizeof *reader.domains);
    memset(reader.domains, 0xFF, ((size_t)reader.program->domains + 1) * sizeof *reader.domains);
    builder_init(&reader.text, graph->arena);
    content_number(&reader.text, reader.program->kind);
    content_text(&reader.text, reader.scope);
    reader.program_key = graph_content(graph, builder_result(&reader.text));
    const Instruction *code = reader.module->CODE + reader.program->first_instruction;
    for (uint32_t i = 0; i < reader.program->instructions; i++)
        read_instruction(&reader, &code[i]);
}

/* ---- prices ---- */

/* The nodes of what the programs of an indexation give; a table is derived from them and from its base. */
static void read_prices(Graph *graph, int side, const IndexRecord *index)
{
    const bd_module *module = graph->module[side];
    const uint32_t programs[3] = {index->factor, index->rounding, index->chain};
    uint32_t args[3], count = 0;
    StringBuilder text;
    builder_init(&text, graph->arena);
    content_table(graph, &text, module, index->base);
    content_number(&text, index->first);
    content_number(&text, index->last);
    for (uint32_t i = 0; i < index->levels; i++)
        content_number(&text, module->LEVELS[index->first_level + i]);
    for (int i = 0; i < 3; i++) {
        if (programs[i] == BD_NONE)
            continue;
        Text name = module_text(module, module->PROGRAMS[programs[i]].name);
        for (uint32_t k = 0; k < graph->output_count; k++)
            if (graph->outputs[k].gives == GIVES_VALUE && graph->outputs[k].joined[side].count > 0 && count < 3 &&
                text_equal(graph->outputs[k].name, name))
                args[count++] = graph->outputs[k].joined[side].nodes[0];
    }
    graph->prices[side][index->derived] = graph_add(graph,
                                                    (GraphNode){.op = NODE_PRICES,
                                                                .content = graph_content(graph, builder_result(&text)),
                                                                .domain = BD_NONE,
                                                                .args = count},
                                                    args);
}

static bool is_of_prices(const bd_module *module, uint32_t program)
{
    for (uint32_t i = 0; i < module->INDEXATIONS_count; i++) {
        const IndexRecord *index = &module->INDEXATIONS[i];
        if (program == index->factor || program == index->rounding || program == index->chain)
            return true;
    }
    return false;
}

/* What prices are made from comes first: whatever reads a price stands behind it. */
static void read_module(Graph *graph, int side)
{
    const bd_module *module = graph->module[side];
    size_t tables = (size_t)module->TABLES_count + 1;
    graph->prices[side] = arena_array(graph->arena, tables, sizeof *graph->prices[side]);
    memset(graph->prices[side], 0xFF, tables * sizeof *graph->prices[side]);
    for (uint32_t i = 0; i < module->PROGRAMS_count; i++)
        if (is_of_prices(module, i))
            read_program(graph, side, i);
    for (uint32_t i = 0; i < module->INDEXATIONS_count; i++)
        read_prices(graph, side, &module->INDEXATIONS[i]);
    for (uint32_t i = 0; i < module->PROGRAMS_count; i++)
        if (!is_of_prices(module, i) && module->PROGRAMS[i].kind != BD_PROGRAM_FAST)
            read_program(graph, side, i);
}

Graph *graph_make(Arena *arena, const bd_module *old, const bd_module *made, bool by_name)
{
    Graph *graph = arena_alloc(arena, sizeof *graph);
    *graph = (Graph){.arena = arena, .module = {old, made}, .by_name = by_name};
    for (int side = 0; side < GRAPH_SIDES; side++)
        read_module(graph, side);
    join_outputs(graph);
    return graph;
}
