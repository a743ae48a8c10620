/* rule_id.c: the name by which other systems remember a rule; see rule_id.h. */
#include "compiler/cli/rule_id.h"

/* Which version of its name a rule is, from 1. */
static uint32_t version_of(const bd_module *module, uint32_t rule, Text name)
{
    bd_rule_info other;
    uint32_t version = 1;
    for (uint32_t i = 0; i < rule && bd_module_rule(module, i, &other) == BD_OK; i++)
        version += text_equal(other.name, name);
    return version;
}

void rule_id_append(StringBuilder *out, const bd_module *module, uint32_t rule)
{
    bd_module_info agreement;
    bd_rule_info info;
    bd_module_describe(module, &agreement);
    if (bd_module_rule(module, rule, &info) != BD_OK)
        return;
    builder_text(out, agreement.name);
    builder_text(out, TEXT("/regel."));
    builder_text(out, info.name);
    uint32_t version = version_of(module, rule, info.name);
    if (version > 1) {
        builder_char(out, '@');
        builder_uint64(out, version);
    }
}

Text rule_id_text(struct Arena *arena, const bd_module *module, uint32_t rule)
{
    StringBuilder out;
    builder_init(&out, arena);
    rule_id_append(&out, module, rule);
    return builder_result(&out);
}
