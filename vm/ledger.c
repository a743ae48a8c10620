/* ledger.c: whether a ledger belongs to a module, and the form of a key.
**
** Counters belong to the agreement, not to one module: a later version of it goes on with the same ledger and may add counters. What a
** counter counts, and under which key, cannot change, since the contributions that are there were made for the old meaning.
*/
#include "ledger.h"

#include "status.h"

enum { KEY_SEPARATOR = 0x1F, KEY_ESCAPE = 0x1B };

void ledger_key_value(StringBuilder *key, Text value, bool first)
{
    if (!first)
        builder_char(key, KEY_SEPARATOR);
    size_t done = 0;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] != KEY_SEPARATOR && value.data[i] != KEY_ESCAPE)
            continue;
        builder_text(key, text_slice(value, done, i));
        builder_char(key, KEY_ESCAPE);
        done = i;
    }
    builder_text(key, text_slice(value, done, value.size));
}

/* "som in etmaal per client" */
static void describe(Message *message, const bd_ledger_counter *counter)
{
    message_cstring(message, counter->kind == BD_COUNTER_SUM     ? "som"
                             : counter->kind == BD_COUNTER_COUNT ? "aantal"
                             : counter->kind == BD_COUNTER_DAYS  ? "dagen"
                                                                 : "?");
    if (counter->unit.size > 0) {
        message_cstring(message, " in ");
        message_text(message, counter->unit);
    }
    message_cstring(message, " per ");
    message_text(message, counter->key);
}

static bd_status refuse_counter(const bd_ledger_counter *stored, const bd_ledger_counter *counter, bd_error *error)
{
    Message message;
    message_begin(&message);
    message_cstring(&message, "counter ");
    message_text(&message, counter->name);
    message_cstring(&message, " is `");
    describe(&message, stored);
    message_cstring(&message, "` in the ledger and `");
    describe(&message, counter);
    message_cstring(&message, "` in the module");
    return message_report(&message, BD_LEDGER, BD_LEDGER_OTHER_COUNTER, error);
}

static bd_status refuse_agreement(Text stored, Text agreement, bd_error *error)
{
    Message message;
    message_begin(&message);
    message_cstring(&message, "the ledger is of agreement ");
    message_text(&message, stored);
    message_cstring(&message, ", the module of ");
    message_text(&message, agreement);
    return message_report(&message, BD_LEDGER, BD_LEDGER_OTHER_AGREEMENT, error);
}

static bd_status attach(const bd_ledger *ledger, Text agreement, const bd_ledger_counter *counters, uint32_t count,
                        uint32_t *numbers, bd_error *error)
{
    bd_text stored_name;
    bd_status status = ledger->methods->agreement(ledger->context, agreement, &stored_name, error);
    if (status != BD_OK)
        return status;
    if (!text_equal(stored_name, agreement))
        return refuse_agreement(stored_name, agreement, error);
    for (uint32_t i = 0; i < count; i++) {
        bd_ledger_counter stored;
        status = ledger->methods->counter(ledger->context, &counters[i], &stored, &numbers[i], error);
        if (status != BD_OK)
            return status;
        if (stored.kind != counters[i].kind || !text_equal(stored.unit, counters[i].unit) ||
            !text_equal(stored.key, counters[i].key))
            return refuse_counter(&stored, &counters[i], error);
    }
    return BD_OK;
}

bd_status ledger_attach(const bd_ledger *ledger, Text agreement, const bd_ledger_counter *counters, uint32_t count,
                        uint32_t *numbers, bd_error *error)
{
    bd_status status = ledger->methods->begin(ledger->context, error);
    if (status == BD_OK)
        status = attach(ledger, agreement, counters, count, numbers, error);
    if (status == BD_OK)
        status = ledger->methods->commit(ledger->context, error);
    if (status != BD_OK)
        ledger->methods->rollback(ledger->context);
    return status;
}

void bd_ledger_close(bd_ledger *ledger)
{
    if (!ledger || !ledger->methods)
        return;
    ledger->methods->close(ledger->context);
    *ledger = (bd_ledger){NULL, NULL};
}
