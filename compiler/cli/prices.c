/* prices.c: how the price of an indexed tariff came about; see prices.h. */
#include "compiler/cli/prices.h"

#include "compiler/cli/values.h"
#include "vm/core/date.h"
#include "vm/core/number.h"
#include "vm/core/round.h"

enum { DECIMALS_SHOWN = 6 };

bool prices_find(bd_session *session, uint32_t table, const uint32_t *members, int32_t day, PriceSteps *out)
{
    bd_error error = {.code = BD_OK};
    return bd_session_price(session, table, members, day, out->steps, PRICE_MAX_STEPS, &out->count, &error) == BD_OK;
}

Text prices_on(bd_session *session, uint32_t program, const bd_table_info *info, const uint32_t *members, int32_t day,
               Arena *arena)
{
    bd_value inputs[PRICE_MAX_DIMENSIONS + 1] = {{.present = false}}, price = {.present = false};
    for (uint32_t i = 0; i < info->dimensions; i++)
        inputs[i] = (bd_value){
            .meaning = BD_MEANS_CHOICE, .present = true, .choice = info->choice[i], .integer = (int32_t)members[i]};
    inputs[info->dimensions] = (bd_value){.meaning = BD_MEANS_DATE, .present = true, .integer = day};
    bd_error error = {.code = BD_OK};
    Number number = NUMBER_ZERO;
    if (bd_session_eval(session, program, inputs, &price, &error) != BD_OK || !price.present ||
        number_from_text(arena, price.text, &number) != BD_OK)
        return (Text){NULL, 0};
    StringBuilder out;
    builder_init(&out, arena);
    number_append(&out, number, 2);
    return builder_result(&out);
}

uint32_t prices_program(const bd_module *module, const bd_table_info *info, Arena *arena)
{
    StringBuilder name;
    builder_init(&name, arena);
    builder_text(&name, TEXT("tarief."));
    builder_text(&name, info->name);
    bd_program_info program;
    for (uint32_t i = 0; bd_module_program(module, i, &program) == BD_OK; i++)
        if (text_equal(program.name, builder_result(&name)))
            return program.columns <= info->dimensions + 1 && program.outputs == 1 ? i : BD_NONE;
    return BD_NONE;
}

Text prices_result(const PriceSteps *prices)
{
    return prices->steps[prices->count - 1].price;
}

/* A number or an amount; one with more decimals than are shown ends in a mark. */
static void append_number(const Cli *cli, StringBuilder *out, const bd_module *module, bd_meaning meaning, Text exact)
{
    Number number = NUMBER_ZERO, step = NUMBER_ONE;
    unsigned decimals = 0;
    StringBuilder text;
    builder_init(&text, out->arena);
    bool is_read = number_from_text(out->arena, exact, &number) == BD_OK;
    bool is_short = is_read && number_is_decimal(number, &decimals) && decimals <= DECIMALS_SHOWN;
    if (is_read && !is_short && number_from_ratio(out->arena, 1, 1000000, &step) == BD_OK &&
        number_round(out->arena, number, ROUND_TO_ZERO, step, &number) != BD_OK)
        is_read = false;
    number_append(&text, number, meaning == BD_MEANS_MONEY ? 2 : 0);
    bd_value value = {.meaning = meaning, .present = true, .text = is_read ? builder_result(&text) : exact};
    value_append(cli, out, module, &value);
    if (!is_short)
        builder_text(out, TEXT("…"));
}

static void append_step(const Cli *cli, StringBuilder *out, const bd_module *module, const bd_price_step *step)
{
    date_append(out, step->day);
    builder_text(out, TEXT("  "));
    if (step->is_missing) {
        builder_text(out, message_pattern(cli, MSG_PRICE_MISSING));
        return;
    }
    if (step->is_written) {
        append_number(cli, out, module, BD_MEANS_MONEY, step->price);
        builder_text(out, TEXT("  "));
        builder_text(out, message_pattern(cli, MSG_PRICE_WRITTEN));
        return;
    }
    builder_text(out, TEXT("× "));
    append_number(cli, out, module, BD_MEANS_NUMBER, step->factor);
    builder_text(out, TEXT(" = "));
    append_number(cli, out, module, BD_MEANS_MONEY, step->exact);
    builder_text(out, TEXT(" → "));
    append_number(cli, out, module, BD_MEANS_MONEY, step->price);
    if (step->is_guess) {
        builder_text(out, TEXT("  "));
        builder_text(out, message_pattern(cli, MSG_PRICE_GUESS));
    }
}

void prices_append(const Cli *cli, StringBuilder *out, const bd_module *module, const PriceSteps *prices, size_t indent)
{
    for (size_t i = 0; i < prices->count; i++) {
        builder_repeat(out, ' ', indent);
        append_step(cli, out, module, &prices->steps[i]);
        builder_char(out, '\n');
    }
}

void prices_append_note(const Cli *cli, StringBuilder *out, const bd_module *module, const PriceSteps *prices)
{
    for (size_t i = 0; i < prices->count; i++) {
        const bd_price_step *step = &prices->steps[i];
        if (step->is_missing) {
            StringBuilder day;
            builder_init(&day, out->arena);
            date_append(&day, step->day);
            builder_text(out, TEXT("; "));
            message_append(cli, out, MSG_PRICE_UNKNOWN_FROM, (Holes){.a = builder_result(&day)});
            return;
        }
        if (!step->is_written)
            builder_text(out, TEXT(" × "));
        append_number(cli, out, module, step->is_written ? BD_MEANS_MONEY : BD_MEANS_NUMBER,
                      step->is_written ? step->price : step->factor);
    }
}

static void json_number(JsonWriter *json, const char *name, const bd_module *module, bd_meaning meaning, Text text)
{
    bd_value value = {.meaning = meaning, .present = text.size > 0, .text = text};
    json_write_value(json, name, module, &value);
}

void prices_json(JsonWriter *json, const char *name, const bd_module *module, const PriceSteps *prices)
{
    json_write_array(json, name);
    for (size_t i = 0; i < prices->count; i++) {
        const bd_price_step *step = &prices->steps[i];
        json_write_object(json, NULL);
        json_write_date(json, "from", step->day);
        json_number(json, "factor", module, BD_MEANS_NUMBER, step->factor);
        json_number(json, "exact", module, BD_MEANS_MONEY, step->exact);
        json_number(json, "bedrag", module, BD_MEANS_MONEY, step->price);
        json_write_bool(json, "guess", step->is_guess);
        json_write_close_object(json);
    }
    json_write_close_array(json);
}
