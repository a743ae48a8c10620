/* native_signature.c: see native_signature.h. */
#include "compiler/native_signature.h"

#include "vm/core/limits.h"

/* The letter of a type, or '\0' when values of it cannot cross. */
static char letter_of(Type type, bool is_result)
{
    if (type.optional || type.unit == UNIT_OF_PRODUCT)
        return '\0';
    switch (type.kind) {
    case TYPE_BOOLEAN: return 'b';
    case TYPE_NUMBER:
    case TYPE_MONEY:
    case TYPE_QUANTITY:
    case TYPE_RATE: return 'n';
    case TYPE_DATE: return 'd';
    case TYPE_MONTH:
    case TYPE_YEAR: return 'i';
    case TYPE_CHOICE: /* the index of a member; a host could give back one that does not exist */
        return is_result ? '\0' : 'i';
    case TYPE_TEXT: return is_result ? '\0' : 't';
    case TYPE_ERROR:
    case TYPE_INTERVAL:
    case TYPE_RECORD: break;
    }
    return '\0';
}

static bool refuse(Core *core, Span span, Text what)
{
    (void)diag_report(core->diags, DIAG_E0910, span, what, (Text){NULL, 0}, (Text){NULL, 0});
    return false;
}

bool native_is_callable(Core *core, const Definition *definition)
{
    if (definition->parameter_count > PROGRAM_MAX_CALL_ARGUMENTS)
        return refuse(core, definition->span, definition->name);
    if (letter_of(definition->type, true) == '\0')
        return refuse(core, definition->span, TEXT("extern"));
    for (uint32_t i = 0; i < definition->parameter_count; i++)
        if (letter_of(definition->parameter_types[i], false) == '\0')
            return refuse(core, definition->parameter_spans[i], definition->parameter_names[i]);
    return true;
}

Text native_signature(const Core *core, const Definition *definition)
{
    StringBuilder out;
    builder_init(&out, core->arena);
    builder_char(&out, letter_of(definition->type, true));
    builder_char(&out, '(');
    for (uint32_t i = 0; i < definition->parameter_count; i++)
        builder_char(&out, letter_of(definition->parameter_types[i], false));
    builder_char(&out, ')');
    return builder_result(&out);
}
