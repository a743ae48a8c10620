/* encode.c: nodes as terms: inputs, faults, and the order in which terms are made; see encode.h. */
#include "compiler/solve/encode.h"

#include "vm/core/date.h"

enum { EMPTY_TEXT = -1 };

/* ---- small terms ---- */

const char *encode_cstring(StringBuilder *text)
{
    builder_char(text, 0);
    return builder_result(text).data;
}

Z3_ast encode_int(const Encoding *encoding, int64_t value)
{
    return Z3.mk_int64(encoding->z3, value, encoding->integer);
}

Z3_ast encode_ratio(const Encoding *encoding, int64_t numerator, int64_t denominator)
{
    StringBuilder text;
    builder_init(&text, encoding->arena);
    builder_int64(&text, numerator);
    builder_char(&text, '/');
    builder_int64(&text, denominator);
    return Z3.mk_numeral(encoding->z3, encode_cstring(&text), encoding->real);
}

Z3_ast encode_and(const Encoding *encoding, Z3_ast a, Z3_ast b)
{
    const Z3_ast both[2] = {a, b};
    return a == NULL ? b : b == NULL ? a : Z3.mk_and(encoding->z3, 2, both);
}

Z3_ast encode_or(const Encoding *encoding, Z3_ast a, Z3_ast b)
{
    const Z3_ast both[2] = {a, b};
    return a == NULL ? b : b == NULL ? a : Z3.mk_or(encoding->z3, 2, both);
}

Z3_ast encode_within(const Encoding *encoding, Z3_ast value, int64_t least, int64_t most)
{
    if (least == most)
        return Z3.mk_eq(encoding->z3, value, encode_int(encoding, least));
    return encode_and(encoding, Z3.mk_le(encoding->z3, encode_int(encoding, least), value),
                      Z3.mk_le(encoding->z3, value, encode_int(encoding, most)));
}

Z3_sort encode_sort(const Encoding *encoding, bd_kind kind)
{
    switch (kind) {
    case BD_KIND_BOOL: return encoding->boolean;
    case BD_KIND_SCALED:
    case BD_KIND_RATIO: return encoding->real;
    case BD_KIND_INT:
    case BD_KIND_TEXT: break;
    }
    return encoding->integer;
}

/* Texts are told apart by numbers: counted in the order in which they are met. */
int64_t encode_text(Encoding *encoding, Text text)
{
    const Graph *graph = encoding->graph;
    if (text.size == 0)
        return EMPTY_TEXT;
    for (uint32_t i = 0; i < encoding->text_count; i++)
        if (text_equal(encoding->texts[i], text))
            return i;
    encoding->texts = arena_grow(graph->arena, encoding->texts, encoding->text_count, &encoding->text_capacity,
                                 sizeof *encoding->texts);
    encoding->texts[encoding->text_count] = text;
    return encoding->text_count++;
}

bool encode_known_text(const Encoding *encoding, int64_t number, Text *out)
{
    bool is_known = number >= 0 && number < (int64_t)encoding->text_count;
    *out = is_known ? encoding->texts[number] : TEXT("");
    return is_known || number == EMPTY_TEXT;
}

Z3_ast encode_zero(const Encoding *encoding, bd_kind kind)
{
    if (kind == BD_KIND_BOOL)
        return Z3.mk_false(encoding->z3);
    if (kind == BD_KIND_SCALED || kind == BD_KIND_RATIO)
        return encode_ratio(encoding, 0, 1);
    return encode_int(encoding, kind == BD_KIND_TEXT ? EMPTY_TEXT : 0);
}

void encode_assert(Encoding *encoding, Z3_ast fact)
{
    Z3.solver_assert(encoding->z3, encoding->solver, fact);
}

uint32_t encode_arguments(const Encoding *encoding, const GraphNode *node, Z3_ast out[ENCODE_MOST_ARGS])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < node->args && count < ENCODE_MOST_ARGS; i++) {
        uint32_t arg = graph_arg(encoding->graph, node, i);
        if (arg != BD_NONE && encoding->nodes[arg].value != NULL)
            out[count++] = encoding->nodes[arg].value;
    }
    return count;
}

/* ---- inputs ---- */

static Z3_ast variable(const Encoding *encoding, const char *prefix, uint32_t number, Z3_sort sort)
{
    StringBuilder name;
    builder_init(&name, encoding->arena);
    builder_text(&name, text_from_cstring(prefix));
    builder_uint64(&name, number);
    return Z3.mk_const(encoding->z3, Z3.mk_string_symbol(encoding->z3, encode_cstring(&name)), sort);
}

static const GraphInput *find_input(const Graph *graph, uint32_t content)
{
    for (uint32_t i = 0; i < graph->input_count; i++)
        if (graph->inputs[i].content == content)
            return &graph->inputs[i];
    return NULL;
}

/* What every line that can be read holds to: days in the calendar, members that both versions have. Where there is no value it says nothing. */
static Z3_ast input_range(const Encoding *encoding, const GraphInput *input, Z3_ast value)
{
    if (input->common != NULL) {
        Z3_ast some = NULL;
        for (uint32_t i = 0; i < input->common->count;) {
            uint32_t end = i;
            while (end < input->common->count && input->common->member[end] != BD_NONE)
                end++;
            if (end > i)
                some = encode_or(encoding, some, encode_within(encoding, value, i, (int64_t)end - 1));
            i = end + 1;
        }
        if (some != NULL)
            return some;
    }
    if (input->column == NULL)
        return encode_within(encoding, value, 0, INT32_MAX);
    switch ((bd_meaning)input->column->meaning) {
    case BD_MEANS_DATE: return encode_within(encoding, value, DATE_MIN, DATE_MAX);
    case BD_MEANS_MONTH:
    case BD_MEANS_YEAR: return encode_within(encoding, value, INT32_MIN, INT32_MAX);
    case BD_MEANS_TEXT: return Z3.mk_le(encoding->z3, encode_int(encoding, EMPTY_TEXT), value);
    case BD_MEANS_BOOLEAN:
    case BD_MEANS_NUMBER:
    case BD_MEANS_MONEY:
    case BD_MEANS_QUANTITY:
    case BD_MEANS_RATE:
    case BD_MEANS_CHOICE: break;
    }
    return input->column->kind == BD_KIND_INT ? encode_within(encoding, value, INT32_MIN, INT32_MAX) : NULL;
}

static bool is_optional(const GraphInput *input)
{
    return input->column != NULL && (input->column->flags & COLUMN_OPTIONAL) != 0;
}

Z3_ast encode_input(const Encoding *encoding, const GraphInput *input, Z3_ast *present)
{
    bd_kind kind = input->column == NULL ? BD_KIND_INT : (bd_kind)input->column->kind;
    *present = is_optional(input) ? variable(encoding, "p", input->content, encoding->boolean) : NULL;
    return variable(encoding, "c", input->content, encode_sort(encoding, kind));
}

static Z3_ast load(Encoding *encoding, const GraphNode *node)
{
    const GraphInput *input = find_input(encoding->graph, node->content);
    if (input == NULL)
        return NULL; /* of a record: lists are not read one record at a time */
    Z3_ast present = NULL, value = encode_input(encoding, input, &present);
    Z3_ast range = input_range(encoding, input, value);
    if (range != NULL)
        encode_assert(encoding, range);
    if (present == NULL)
        return value;
    return Z3.mk_ite(encoding->z3, present, value, encode_zero(encoding, (bd_kind)node->kind));
}

static Z3_ast presence(const Encoding *encoding, const GraphNode *node)
{
    const GraphInput *input = find_input(encoding->graph, node->content);
    if (input != NULL && !is_optional(input))
        return Z3.mk_true(encoding->z3);
    return variable(encoding, "p", node->content, encoding->boolean);
}

static Z3_ast constant(Encoding *encoding, const GraphNode *node)
{
    const ConstantRecord *record = &node->module->CONSTANTS[node->imm];
    switch ((bd_kind)record->kind) {
    case BD_KIND_BOOL: return record->numerator != 0 ? Z3.mk_true(encoding->z3) : Z3.mk_false(encoding->z3);
    case BD_KIND_SCALED:
    case BD_KIND_RATIO: return encode_ratio(encoding, record->numerator, record->denominator);
    case BD_KIND_TEXT: return encode_int(encoding, encode_text(encoding, module_text(node->module, record->text)));
    case BD_KIND_INT: break;
    }
    return encode_int(encoding, record->numerator);
}

/* ---- faults ---- */

static Z3_ast no_fault(const Encoding *encoding)
{
    return encode_int(encoding, 0);
}

static Z3_ast is_faulty(const Encoding *encoding, Z3_ast fault)
{
    return Z3.mk_not(encoding->z3, Z3.mk_eq(encoding->z3, fault, no_fault(encoding)));
}

static Z3_ast fault_or(const Encoding *encoding, Z3_ast fault)
{
    return fault == NULL ? no_fault(encoding) : fault;
}

/* The first fault of two. */
static Z3_ast first_fault(const Encoding *encoding, Z3_ast first, Z3_ast second)
{
    if (first == NULL || second == NULL)
        return first == NULL ? second : first;
    return Z3.mk_ite(encoding->z3, is_faulty(encoding, first), first, second);
}

/* en, of and als look at what counts only. */
static Z3_ast lazy_fault(const Encoding *encoding, const GraphNode *node)
{
    const EncodedNode *a = &encoding->nodes[graph_arg(encoding->graph, node, 0)];
    const EncodedNode *b = &encoding->nodes[graph_arg(encoding->graph, node, 1)];
    Z3_ast where_true = node->op == OP_OR ? NULL : b->fault, where_false = node->op == OP_OR ? b->fault : NULL;
    if (node->op == OP_SELECT)
        where_false = encoding->nodes[graph_arg(encoding->graph, node, 2)].fault;
    Z3_ast rest = NULL;
    if (where_true != NULL || where_false != NULL)
        rest = Z3.mk_ite(encoding->z3, a->value, fault_or(encoding, where_true), fault_or(encoding, where_false));
    return first_fault(encoding, a->fault, rest);
}

static Z3_ast fault_of(const Encoding *encoding, const GraphNode *node, Z3_ast own)
{
    if (node->op == OP_AND || node->op == OP_OR || node->op == OP_SELECT)
        return lazy_fault(encoding, node);
    Z3_ast fault = NULL;
    if (own != NULL)
        fault = Z3.mk_ite(encoding->z3, own, encode_int(encoding, node->fault), no_fault(encoding));
    for (uint32_t i = node->args; i > 0; i--) {
        uint32_t arg = graph_arg(encoding->graph, node, i - 1);
        if (arg != BD_NONE)
            fault = first_fault(encoding, encoding->nodes[arg].fault, fault);
    }
    return fault;
}

/* ---- nodes ---- */

/* Stands in another domain, or looks at one: a value of its own, equal only to itself. */
static bool is_opaque(const Encoding *encoding, const GraphNode *node)
{
    for (uint32_t i = 0; i < node->args; i++) {
        uint32_t arg = graph_arg(encoding->graph, node, i);
        if (arg != BD_NONE && encoding->nodes[arg].value == NULL && encoding->graph->nodes[arg].op != NODE_PRICES)
            return true;
    }
    return false;
}

static void encode_one(Encoding *encoding, uint32_t index)
{
    const GraphNode *node = &encoding->graph->nodes[index];
    EncodedNode *out = &encoding->nodes[index];
    if (node->domain != BD_NONE || node->kind == 0)
        return;
    if (is_opaque(encoding, node)) {
        out->value = variable(encoding, "o", index, encode_sort(encoding, (bd_kind)node->kind));
        if (node->may_fault) {
            out->fault = variable(encoding, "g", index, encoding->integer);
            encode_assert(encoding, Z3.mk_le(encoding->z3, no_fault(encoding), out->fault));
        }
        return;
    }
    EncodedResult result = {NULL, NULL, false};
    if (node->op == OP_LOAD || node->op == OP_READING)
        result.value = load(encoding, node);
    else if (node->op == OP_PRESENT)
        result.value = presence(encoding, node);
    else if (node->op == OP_CONST)
        result.value = constant(encoding, node);
    else
        result = encode_operation(encoding, index);
    *out = (EncodedNode){result.value, fault_of(encoding, node, result.own_fault), result.is_function};
}

void encode_reach(const Graph *graph, const uint32_t *roots, uint32_t count, bool *reached)
{
    memset(reached, 0, graph->count * sizeof *reached);
    for (uint32_t i = 0; i < count; i++)
        if (roots[i] != BD_NONE)
            reached[graph_same(graph, roots[i])] = true;
    for (uint32_t i = graph->count; i > 0; i--) {
        const GraphNode *node = &graph->nodes[i - 1];
        for (uint32_t k = 0; reached[i - 1] && k < node->args; k++)
            if (graph_arg(graph, node, k) != BD_NONE)
                reached[graph_arg(graph, node, k)] = true;
    }
}

const EncodedNode *encode_node(Encoding *encoding, uint32_t node)
{
    uint32_t root = graph_same(encoding->graph, node);
    if (encoding->nodes[root].value != NULL)
        return &encoding->nodes[root];
    bool *reached = encoding->reached;
    encode_reach(encoding->graph, &root, 1, reached);
    for (uint32_t i = 0; i <= root; i++)
        if (reached[i] && encoding->nodes[i].value == NULL)
            encode_one(encoding, i);
    return &encoding->nodes[root];
}

Z3_ast encode_differ(Encoding *encoding, uint32_t a, uint32_t b)
{
    const EncodedNode *one = encode_node(encoding, a), *other = encode_node(encoding, b);
    if (one->value == NULL || other->value == NULL ||
        Z3.get_sort(encoding->z3, one->value) != Z3.get_sort(encoding->z3, other->value))
        return NULL;
    Z3_ast differ = Z3.mk_not(encoding->z3, Z3.mk_eq(encoding->z3, one->value, other->value));
    if (one->fault == NULL && other->fault == NULL)
        return differ;
    Z3_ast first = fault_or(encoding, one->fault), second = fault_or(encoding, other->fault);
    Z3_ast faults = Z3.mk_not(encoding->z3, Z3.mk_eq(encoding->z3, first, second));
    Z3_ast decided = Z3.mk_eq(encoding->z3, first, no_fault(encoding));
    return encode_or(encoding, faults, encode_and(encoding, decided, differ));
}
