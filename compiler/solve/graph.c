/* graph.c: the nodes of a graph, each known by what it is; see graph.h.
**
** What a node is: its instruction, what its immediate says, and the first equals of its arguments. So a node that is looked for again is found again,
** and where two are said to be equal all that is made from them alike falls together.
*/
#include "compiler/solve/graph.h"

#include <string.h>

/* ---- contents ---- */

static void make_table(Graph *graph, GraphTable *table, uint32_t size)
{
    table->size = size;
    table->slots = arena_array(graph->arena, size, sizeof *table->slots);
    memset(table->slots, 0xFF, size * sizeof *table->slots);
}

uint32_t graph_content(Graph *graph, Text text)
{
    GraphTable *table = &graph->known_contents;
    if (2 * (graph->content_count + 1) > table->size) {
        make_table(graph, table, table->size == 0 ? 1024 : 2 * table->size);
        for (uint32_t i = 0; i < graph->content_count; i++) {
            uint32_t at = (uint32_t)text_hash(graph->contents[i]) & (table->size - 1);
            while (table->slots[at] != BD_NONE)
                at = (at + 1) & (table->size - 1);
            table->slots[at] = i;
        }
    }
    uint32_t at = (uint32_t)text_hash(text) & (table->size - 1);
    for (; table->slots[at] != BD_NONE; at = (at + 1) & (table->size - 1))
        if (text_equal(graph->contents[table->slots[at]], text))
            return table->slots[at];
    graph->contents = arena_grow(graph->arena, graph->contents, graph->content_count, &graph->content_capacity,
                                 sizeof *graph->contents);
    graph->contents[graph->content_count] = arena_text_copy(graph->arena, text);
    return table->slots[at] = graph->content_count++;
}

/* ---- nodes ---- */

static uint32_t mix(uint32_t hash, uint32_t value)
{
    return (hash ^ value) * 0x9E3779B1u ^ (hash >> 15);
}

/* By the first equals of the arguments, so that what is made of equals is equal. */
static uint32_t hash_of(const Graph *graph, const GraphNode *node)
{
    uint32_t hash = mix(
        mix(mix(node->op, node->content), node->domain == BD_NONE ? 0 : graph_same(graph, node->domain)), node->fault);
    for (uint32_t i = 0; i < node->args; i++)
        hash = mix(hash, graph_arg(graph, node, i));
    return hash ^ hash >> 16;
}

static bool is_alike(const Graph *graph, const GraphNode *a, const GraphNode *b)
{
    if (a->op != b->op || a->kind != b->kind || a->content != b->content || a->fault != b->fault ||
        a->has_site != b->has_site || graph_same(graph, a->domain) != graph_same(graph, b->domain) ||
        a->args != b->args)
        return false;
    for (uint32_t i = 0; i < a->args; i++)
        if (graph_arg(graph, a, i) != graph_arg(graph, b, i))
            return false;
    return true;
}

/* The slot of a node's equal, or the free one where it belongs. */
static uint32_t find_slot(const Graph *graph, const GraphNode *node)
{
    uint32_t at = hash_of(graph, node) & (graph->known.size - 1);
    while (graph->known.slots[at] != BD_NONE && !is_alike(graph, &graph->nodes[graph->known.slots[at]], node))
        at = (at + 1) & (graph->known.size - 1);
    return at;
}

static void grow_known(Graph *graph)
{
    if (2 * (graph->count + 1) <= graph->known.size)
        return;
    make_table(graph, &graph->known, graph->known.size == 0 ? 4096 : 2 * graph->known.size);
    for (uint32_t i = 0; i < graph->count; i++)
        if (graph->same[i] == i)
            graph->known.slots[find_slot(graph, &graph->nodes[i])] = i;
}

uint32_t graph_add(Graph *graph, GraphNode node, const uint32_t *args)
{
    grow_known(graph);
    graph->args = arena_reserve(graph->arena, graph->args, graph->arg_count, &graph->arg_capacity, sizeof *graph->args,
                                (size_t)graph->arg_count + node.args + 1);
    node.first_arg = graph->arg_count;
    node.may_fault = node.has_site || (node.domain != BD_NONE && graph->nodes[node.domain].may_fault);
    for (uint32_t i = 0; i < node.args; i++) {
        graph->args[node.first_arg + i] = args[i];
        node.may_fault = node.may_fault || (args[i] != BD_NONE && graph->nodes[args[i]].may_fault);
    }
    uint32_t at = find_slot(graph, &node);
    if (graph->known.slots[at] != BD_NONE)
        return graph->known.slots[at];
    graph->nodes = arena_grow(graph->arena, graph->nodes, graph->count, &graph->capacity, sizeof *graph->nodes);
    graph->same = arena_reserve(graph->arena, graph->same, graph->count, &graph->same_capacity, sizeof *graph->same,
                                (size_t)graph->count + 1);
    graph->arg_count += node.args;
    graph->nodes[graph->count] = node;
    graph->same[graph->count] = graph->count;
    return graph->known.slots[at] = graph->count++;
}

/* One pass in order is enough: arguments stand before what is made from them. */
void graph_merge(Graph *graph, uint32_t a, uint32_t b)
{
    uint32_t first = graph->same[a] < graph->same[b] ? graph->same[a] : graph->same[b];
    uint32_t last = graph->same[a] < graph->same[b] ? graph->same[b] : graph->same[a];
    memset(graph->known.slots, 0xFF, graph->known.size * sizeof *graph->known.slots);
    for (uint32_t i = 0; i < graph->count; i++) {
        if (graph->same[i] != i) {
            graph->same[i] = graph->same[graph->same[i]];
            continue;
        }
        uint32_t at = find_slot(graph, &graph->nodes[i]);
        if (i == last)
            graph->same[i] = first;
        else if (graph->known.slots[at] != BD_NONE)
            graph->same[i] = graph->known.slots[at];
        else
            graph->known.slots[at] = i;
    }
}
