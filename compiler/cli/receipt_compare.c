/* receipt_compare.c: a receipt against the one that the run made again gives, field by field; see receipt.h.
**
** Both are JSON that json.h read, so they are no deeper than it allows.
*/
#include "compiler/cli/receipt.h"

typedef struct Comparison {
    Cli *cli;
    bool ignores_module_hash;
    StringBuilder path; /* of the field at hand, as readers of JSON write it: totals.rules.te_laat, inputs[0].sha256 */
    ReceiptDifference *out;
} Comparison;

static Text shown(const JsonValue *value)
{
    static const Text CONSTANTS[] = {
        [JSON_NULL] = TEXT_INIT("null"), [JSON_TRUE] = TEXT_INIT("true"), [JSON_FALSE] = TEXT_INIT("false")};
    if (value == NULL)
        return TEXT("-");
    return value->kind <= JSON_FALSE ? CONSTANTS[value->kind] : value->text;
}

/* What may differ without anything being different: where files stand, and what compiled them. In totals are names of rules. */
static bool is_passed_over(const Comparison *c, Text name)
{
    Text in = {c->path.data, c->path.size};
    if (text_equal(in, TEXT("module")) && text_equal(name, TEXT("sha256")))
        return c->ignores_module_hash;
    return (in.size == 0 && text_equal(name, TEXT("library_version"))) ||
           (!text_has_prefix(in, TEXT("totals")) && text_equal(name, TEXT("file")));
}

static void compare(Comparison *c, const JsonValue *old, const JsonValue *now);

static void compare_member(Comparison *c, const JsonValue *old, const JsonValue *now, Text name)
{
    size_t size = c->path.size;
    if (size > 0)
        builder_char(&c->path, '.');
    builder_text(&c->path, name);
    compare(c, old, now);
    c->path.size = size;
}

static void compare_objects(Comparison *c, const JsonValue *old, const JsonValue *now)
{
    for (const JsonValue *member = now->first; member != NULL && !c->out->differs; member = member->next)
        if (!is_passed_over(c, member->name))
            compare_member(c, json_find(old, member->name), member, member->name);
    for (const JsonValue *member = old->first; member != NULL && !c->out->differs; member = member->next)
        if (json_find(now, member->name) == NULL && !is_passed_over(c, member->name))
            compare_member(c, member, NULL, member->name);
}

static void compare_arrays(Comparison *c, const JsonValue *old, const JsonValue *now)
{
    const JsonValue *a = old->first, *b = now->first;
    for (uint64_t i = 0; (a != NULL || b != NULL) && !c->out->differs; i++) {
        size_t size = c->path.size;
        builder_char(&c->path, '[');
        builder_text(&c->path, cli_number(c->cli, i));
        builder_char(&c->path, ']');
        compare(c, a, b);
        c->path.size = size;
        a = a == NULL ? NULL : a->next;
        b = b == NULL ? NULL : b->next;
    }
}

static void compare(Comparison *c, const JsonValue *old, const JsonValue *now)
{
    if (old != NULL && now != NULL && old->kind == now->kind) {
        if (now->kind == JSON_OBJECT) {
            compare_objects(c, old, now);
            return;
        }
        if (now->kind == JSON_ARRAY) {
            compare_arrays(c, old, now);
            return;
        }
        if (now->kind <= JSON_FALSE || text_equal(old->text, now->text))
            return;
    }
    Text what = arena_text_copy(&c->cli->arena, (Text){c->path.data, c->path.size});
    *c->out = (ReceiptDifference){true, what, shown(old), shown(now)};
}

void receipt_compare(Cli *cli, const JsonValue *old, const JsonValue *now, bool ignores_module_hash,
                     ReceiptDifference *out)
{
    Comparison comparison = {.cli = cli, .ignores_module_hash = ignores_module_hash, .out = out};
    builder_init(&comparison.path, &cli->arena);
    compare(&comparison, old, now);
}
