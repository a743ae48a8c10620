/* prices.h: how the price of an indexed tariff came about, for people and as JSON.
**
** Job: what `tariff`, `explain` and their JSON say of bd_session_price. Factors seldom have a finite decimal form: people see six decimals and
** a mark that there are more, JSON the exact fraction.
*/
#ifndef BEDING_CLI_PRICES_H
#define BEDING_CLI_PRICES_H

#include "beding.h"
#include "compiler/cli/json_write.h"
#include "compiler/cli/messages.h"

enum { PRICE_MAX_STEPS = 101, PRICE_MAX_DIMENSIONS = 8 };

typedef struct PriceSteps {
    bd_price_step steps[PRICE_MAX_STEPS];
    size_t count;
} PriceSteps;

/* The steps of a price; false when the tariff is not indexed or has no price there. Good until the next call on the session. */
bool prices_find(bd_session *session, uint32_t table, const uint32_t *members, int32_t day, PriceSteps *out);

/* The callable of a tariff, for prices_on; BD_NONE when it asks for more than its dimensions and the date. */
uint32_t prices_program(const bd_module *module, const bd_table_info *info, struct Arena *arena);

/* The price of one combination of an extern tariff on a day, as exact euros in `arena`; empty where the session was given none. */
Text prices_on(bd_session *session, uint32_t program, const bd_table_info *info, const uint32_t *members, int32_t day,
               struct Arena *arena);

/* The price that came out; empty where a figure is missing. */
Text prices_result(const PriceSteps *prices);

/* Appends the steps, one a line, each line indented. */
void prices_append(const Cli *cli, StringBuilder *out, const bd_module *module, const PriceSteps *prices,
                   size_t indent);

/* Appends, on one line: "€ 60,00 × 1,0195 × 1,024510…", and from when there is no price. */
void prices_append_note(const Cli *cli, StringBuilder *out, const bd_module *module, const PriceSteps *prices);

/* The steps as an array under a name. */
void prices_json(JsonWriter *json, const char *name, const bd_module *module, const PriceSteps *prices);

#endif
