/* ast_print.c - see ast_print.h. */
#include "ast_print.h"

#include "date.h"

typedef struct FlagName {
    uint32_t flag;
    Text name;
} FlagName;

/* A bit means one thing per group of kinds, so each group has its own names. */
static const FlagName item_flags[] = {{AST_IS_PATH, TEXT_INIT("PATH")},
                                      {AST_IS_RANKED, TEXT_INIT("RANKED")},
                                      {AST_IS_UNRANKED, TEXT_INIT("UNRANKED")},
                                      {AST_IS_INDIVISIBLE, TEXT_INIT("INDIVISIBLE")},
                                      {AST_IS_EXTERN, TEXT_INIT("EXTERN")},
                                      {AST_IS_IN_EURO, TEXT_INIT("IN_EURO")},
                                      {AST_IS_TARIFF_AT_BEGIN, TEXT_INIT("TARIFF_AT_BEGIN")},
                                      {AST_IS_FIXED, TEXT_INIT("FIXED")},
                                      {AST_IS_MAXIMUM, TEXT_INIT("MAXIMUM")},
                                      {AST_IS_OPTIONAL, TEXT_INIT("OPTIONAL")},
                                      {AST_IS_NO_TARIFF, TEXT_INIT("NO_TARIFF")},
                                      {AST_IS_CALLABLE, TEXT_INIT("CALLABLE")},
                                      {AST_IS_AFTER_FAULT, TEXT_INIT("AFTER_FAULT")},
                                      {AST_IS_AFTER_LAST, TEXT_INIT("AFTER_LAST")},
                                      {AST_IS_OF_SUM, TEXT_INIT("OF_SUM")},
                                      {AST_IS_OF_COUNT, TEXT_INIT("OF_COUNT")},
                                      {AST_IS_OF_DAYS, TEXT_INIT("OF_DAYS")},
                                      {AST_IS_POWER, TEXT_INIT("POWER")},
                                      {AST_IS_LIST_OF, TEXT_INIT("LIST_OF")},
                                      {0, {NULL, 0}}};

static const FlagName clause_flags[] = {
    {AST_IS_BY_BEGIN, TEXT_INIT("BY_BEGIN")},     {AST_IS_BY_END, TEXT_INIT("BY_END")},
    {AST_IS_BY_SIGNING, TEXT_INIT("BY_SIGNING")}, {AST_IS_LAST_YEAR, TEXT_INIT("LAST_YEAR")},
    {AST_IS_ROUNDED, TEXT_INIT("ROUNDED")},       {0, {NULL, 0}}};

static const FlagName scenario_flags[] = {{AST_IS_NUMBERED, TEXT_INIT("NUMBERED")},
                                          {AST_IS_IS_INTERVAL, TEXT_INIT("IS_INTERVAL")},
                                          {AST_IS_OF_PRODUCT, TEXT_INIT("OF_PRODUCT")},
                                          {AST_IS_OF_SERIES, TEXT_INIT("OF_SERIES")},
                                          {AST_IS_OF_TABLE, TEXT_INIT("OF_TABLE")},
                                          {AST_IS_OF_JUDGEMENT, TEXT_INIT("OF_JUDGEMENT")},
                                          {AST_IS_OF_READING, TEXT_INIT("OF_READING")},
                                          {AST_IS_AS_OF, TEXT_INIT("AS_OF")},
                                          {AST_IS_APPROVED, TEXT_INIT("APPROVED")},
                                          {AST_IS_REJECTED, TEXT_INIT("REJECTED")},
                                          {AST_IS_HELD, TEXT_INIT("HELD")},
                                          {AST_IS_CAPPED, TEXT_INIT("CAPPED")},
                                          {AST_IS_GRANTED, TEXT_INIT("GRANTED")},
                                          {AST_IS_IS_TARIFF, TEXT_INIT("IS_TARIFF")},
                                          {AST_IS_FAULT, TEXT_INIT("FAULT")},
                                          {AST_IS_OF_PENALTY, TEXT_INIT("OF_PENALTY")},
                                          {AST_IS_OF_TERM, TEXT_INIT("OF_TERM")},
                                          {AST_IS_OF_INDEXATION, TEXT_INIT("OF_INDEXATION")},
                                          {AST_IS_OF_DEFINITION, TEXT_INIT("OF_DEFINITION")},
                                          {0, {NULL, 0}}};

static const FlagName expression_flags[] = {{AST_IS_TRUE, TEXT_INIT("TRUE")},
                                            {AST_IS_IN_WORDS, TEXT_INIT("IN_WORDS")},
                                            {AST_IS_TO_CENTS, TEXT_INIT("TO_CENTS")},
                                            {AST_IS_TO_MULTIPLE, TEXT_INIT("TO_MULTIPLE")},
                                            {AST_IS_TO_DIVISIBLE, TEXT_INIT("TO_DIVISIBLE")},
                                            {AST_IS_MODE_HALF_AWAY, TEXT_INIT("MODE_HALF_AWAY")},
                                            {AST_IS_MODE_UP, TEXT_INIT("MODE_UP")},
                                            {AST_IS_MODE_DOWN, TEXT_INIT("MODE_DOWN")},
                                            {AST_IS_MODE_TO_ZERO, TEXT_INIT("MODE_TO_ZERO")},
                                            {AST_IS_MODE_FROM_ZERO, TEXT_INIT("MODE_FROM_ZERO")},
                                            {AST_IS_MODE_HALF_EVEN, TEXT_INIT("MODE_HALF_EVEN")},
                                            {0, {NULL, 0}}};

/* Kinds stand in ast.def by group, in this order. */
static bool is_item(AstKind kind)
{
    return kind < AST_SOURCE || (kind >= AST_ROW && kind < AST_GIVEN);
}

static const FlagName *flag_names(AstKind kind)
{
    if (kind >= AST_NUMBER) {
        return expression_flags;
    }
    if (kind >= AST_GIVEN) {
        return scenario_flags;
    }
    return is_item(kind) ? item_flags : clause_flags;
}

static void append_flags(StringBuilder *out, const Ast *node)
{
    const FlagName *names = flag_names(node->kind);
    if (node->flags == 0) {
        return;
    }
    builder_text(out, TEXT(" {"));
    bool is_first = true;
    for (; names->flag != 0; names++) {
        if (ast_has(node, names->flag)) {
            builder_text(out, is_first ? TEXT("") : TEXT(" "));
            builder_text(out, names->name);
            is_first = false;
        }
    }
    builder_char(out, '}');
}

static void append_values(StringBuilder *out, const Ast *node, const Source *source)
{
    if (node->text.size > 0 || node->kind == AST_TEXT) {
        builder_char(out, ' ');
        builder_json_string(out, node->text);
    }
    if (number_is_set(node->number)) {
        builder_char(out, ' ');
        number_append(out, node->number, 0);
    }
    if (node->kind == AST_DATE) {
        builder_char(out, ' ');
        date_append(out, node->date);
    } else if (node->kind == AST_MONTH) {
        builder_char(out, ' ');
        month_append(out, node->date);
    }
    append_flags(out, node);
    if (source != NULL && node->kind < AST_SOURCE) {
        builder_text(out, TEXT(" @"));
        builder_uint64(out, source_place(source, node->span.begin).line);
    }
    if (node->doc.size > 0) {
        builder_text(out, TEXT(" ## "));
        builder_json_string(out, node->doc);
    }
}

/* Recursion follows the tree, whose depth the constructors bound. */
static void print_chain(StringBuilder *out, const Ast *chain, const Source *source, unsigned level, Text field)
{
    for (const Ast *node = chain; node != NULL; node = node->next) {
        builder_repeat(out, ' ', (size_t)level * 2);
        builder_text(out, field);
        builder_text(out, ast_kind_name(node->kind));
        append_values(out, node, source);
        builder_char(out, '\n');
        print_chain(out, node->a, source, level + 1, TEXT("a: "));
        print_chain(out, node->b, source, level + 1, TEXT("b: "));
        print_chain(out, node->c, source, level + 1, TEXT("c: "));
        print_chain(out, node->d, source, level + 1, TEXT("d: "));
    }
}

void ast_print(StringBuilder *out, const Ast *node, const Source *source)
{
    print_chain(out, node, source, 0, TEXT(""));
}
