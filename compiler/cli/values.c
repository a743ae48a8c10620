/* values.c: values and types in words for people; see values.h. */
#include "compiler/cli/values.h"

#include <string.h>

#include "vm/core/date.h"

void value_append_number(const Cli *cli, StringBuilder *out, Text number, size_t decimals)
{
    if (number.size == 0 || memchr(number.data, '/', number.size) != NULL) {
        builder_text(out, number);
        return;
    }
    size_t begin = number.data[0] == '-' ? 1 : 0;
    const char *point = memchr(number.data, '.', number.size);
    size_t whole_end = point == NULL ? number.size : (size_t)(point - number.data);
    if (begin == 1)
        builder_text(out, TEXT("\u2212"));
    for (size_t i = begin; i < whole_end; i++) {
        builder_char(out, number.data[i]);
        size_t left = whole_end - i - 1;
        if (left > 0 && left % 3 == 0)
            builder_char(out, cli->english ? ',' : '.');
    }
    size_t have = point == NULL ? 0 : number.size - whole_end - 1;
    if (have > 0 || decimals > 0)
        builder_char(out, cli->english ? '.' : ',');
    if (have > 0)
        builder_text(out, text_slice(number, whole_end + 1, number.size));
    if (have < decimals)
        builder_repeat(out, '0', decimals - have);
}

/* "− € 5,00", as the language writes it. */
static void append_money(const Cli *cli, StringBuilder *out, Text number)
{
    if (number.size > 0 && number.data[0] == '-') {
        builder_text(out, TEXT("\u2212 "));
        number = text_slice(number, 1, number.size);
    }
    builder_text(out, cli->english ? TEXT("\u20ac") : TEXT("\u20ac "));
    value_append_number(cli, out, number, 2);
}

/* "1 dag", "28 dagen": the plural is the label of a unit. */
static void append_unit(StringBuilder *out, const bd_module *module, Text number, Text unit)
{
    bool is_one = text_equal(number, TEXT("1")) || text_equal(number, TEXT("-1"));
    uint32_t member = is_one ? BD_NONE : bd_choice_find(module, 1, unit);
    Text plural = bd_choice_label(module, 1, member);
    builder_text(out, plural.size > 0 ? plural : unit);
}

void value_append(const Cli *cli, StringBuilder *out, const bd_module *module, const bd_value *value)
{
    if (!value->present) {
        builder_text(out, message_pattern(cli, MSG_EXPLAIN_ABSENT));
        return;
    }
    switch (value->meaning) {
    case BD_MEANS_BOOLEAN:
        builder_text(out, message_pattern(cli, value->boolean ? MSG_EXPLAIN_YES : MSG_EXPLAIN_NO));
        return;
    case BD_MEANS_NUMBER: value_append_number(cli, out, value->text, 0); return;
    case BD_MEANS_MONEY: append_money(cli, out, value->text); return;
    case BD_MEANS_QUANTITY:
        value_append_number(cli, out, value->text, 0);
        if (value->unit.size > 0)
            builder_char(out, ' ');
        append_unit(out, module, value->text, value->unit);
        return;
    case BD_MEANS_RATE:
        append_money(cli, out, value->text);
        if (value->unit.size > 0) {
            builder_char(out, ' ');
            builder_text(out, message_pattern(cli, MSG_PER));
            builder_char(out, ' ');
        }
        builder_text(out, value->unit);
        return;
    case BD_MEANS_DATE: date_append(out, value->integer); return;
    case BD_MEANS_MONTH: month_append(out, value->integer); return;
    case BD_MEANS_YEAR: builder_int64(out, value->integer); return;
    case BD_MEANS_CHOICE: builder_text(out, bd_choice_member(module, value->choice, (uint32_t)value->integer)); return;
    case BD_MEANS_TEXT:
        builder_char(out, '"');
        builder_text(out, value->text);
        builder_char(out, '"');
        return;
    }
}

void value_append_type(const Cli *cli, StringBuilder *out, const bd_module *module, bd_meaning meaning, Text unit,
                       uint32_t choice)
{
    static const Message WORDS[] = {
        [BD_MEANS_BOOLEAN] = MSG_MEANS_BOOLEAN, [BD_MEANS_NUMBER] = MSG_MEANS_NUMBER,
        [BD_MEANS_MONEY] = MSG_MEANS_MONEY,     [BD_MEANS_QUANTITY] = MSG_MEANS_QUANTITY,
        [BD_MEANS_RATE] = MSG_MEANS_RATE,       [BD_MEANS_DATE] = MSG_MEANS_DATE,
        [BD_MEANS_MONTH] = MSG_MEANS_MONTH,     [BD_MEANS_YEAR] = MSG_MEANS_YEAR,
        [BD_MEANS_CHOICE] = MSG_MEANS_CHOICE,   [BD_MEANS_TEXT] = MSG_MEANS_TEXT,
    };
    if (meaning < BD_MEANS_BOOLEAN || meaning > BD_MEANS_TEXT)
        return;
    builder_text(out, message_pattern(cli, WORDS[meaning]));
    if (meaning == BD_MEANS_CHOICE) {
        builder_char(out, ' ');
        builder_text(out, bd_choice_name(module, choice));
    }
    if (meaning != BD_MEANS_QUANTITY && meaning != BD_MEANS_RATE)
        return;
    builder_char(out, ' ');
    builder_text(out, meaning == BD_MEANS_RATE ? message_pattern(cli, MSG_PER) : TEXT("in"));
    builder_char(out, ' ');
    builder_text(out, unit.size > 0 ? unit : message_pattern(cli, MSG_UNIT_OF_PRODUCT));
}

void value_append_citation(StringBuilder *out, const bd_citation *citation)
{
    builder_text(out, citation->document);
    if (citation->document.size > 0 && citation->place.size > 0)
        builder_text(out, TEXT(": "));
    builder_text(out, citation->place);
}

Message value_decision(bd_decision decision)
{
    static const Message WORDS[] = {MSG_DECISION_APPROVED, MSG_DECISION_REJECTED, MSG_DECISION_SUSPENDED,
                                    MSG_DECISION_FAULTED};
    return decision <= BD_FAULTED ? WORDS[decision] : MSG_DECISION_FAULTED;
}

Text value_words(Cli *cli, Text name)
{
    if (name.size == 0 || memchr(name.data, '_', name.size) == NULL)
        return name;
    StringBuilder words;
    builder_init(&words, &cli->arena);
    for (size_t i = 0; i < name.size; i++)
        builder_char(&words, name.data[i] == '_' ? ' ' : name.data[i]);
    return builder_result(&words);
}

Text value_meaning_name(bd_meaning meaning)
{
    static const Text NAMES[] = {
        [BD_MEANS_BOOLEAN] = TEXT_INIT("boolean"), [BD_MEANS_NUMBER] = TEXT_INIT("number"),
        [BD_MEANS_MONEY] = TEXT_INIT("money"),     [BD_MEANS_QUANTITY] = TEXT_INIT("quantity"),
        [BD_MEANS_RATE] = TEXT_INIT("rate"),       [BD_MEANS_DATE] = TEXT_INIT("date"),
        [BD_MEANS_MONTH] = TEXT_INIT("month"),     [BD_MEANS_YEAR] = TEXT_INIT("year"),
        [BD_MEANS_CHOICE] = TEXT_INIT("choice"),   [BD_MEANS_TEXT] = TEXT_INIT("text"),
    };
    return meaning >= BD_MEANS_BOOLEAN && meaning <= BD_MEANS_TEXT ? NAMES[meaning] : TEXT("");
}
