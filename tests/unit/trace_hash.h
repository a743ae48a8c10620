/* trace_hash.h - all that a trace says as one number, for tests that compare traces of which only one is at hand at a time; and every trace of a
 * batch by bd_session_record against the one by bd_session_trace.
 */
#ifndef BEDING_TEST_TRACE_HASH_H
#define BEDING_TEST_TRACE_HASH_H

#include <stdlib.h>
#include <string.h>

#include "beding.h"
#include "unit/check.h"
#include "vm/core/number.h"

static inline uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
    return hash;
}

static inline uint64_t hash_number(uint64_t hash, uint64_t number)
{
    return hash_bytes(hash, &number, sizeof number);
}

static inline uint64_t hash_text(uint64_t hash, bd_text text)
{
    return text.size > 0 ? hash_bytes(hash_number(hash, text.size), text.data, text.size) : hash_number(hash, 0);
}

static inline uint64_t hash_step(uint64_t hash, const bd_step *step)
{
    const bd_value *value = &step->value;
    const uint64_t numbers[] = {
        (uint64_t)step->kind, step->instruction,        step->rule,       (uint64_t)value->meaning, value->present,
        value->boolean,       (uint64_t)value->integer, value->choice,    step->place.line,         step->place.column,
        step->operands[0],    step->operands[1],        step->operands[2]};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        hash = hash_number(hash, numbers[i]);
    hash = hash_text(hash_text(hash, step->label), value->text);
    return hash_text(hash_text(hash, value->unit), step->place.file);
}

static inline uint64_t trace_hash(const bd_module *module, const bd_trace *trace)
{
    uint64_t hash = hash_number(hash_number(UINT64_C(0xCBF29CE484222325), trace->decision), (uint64_t)trace->cents);
    hash = hash_number(hash_number(hash, trace->fault), trace->step_count);
    hash = hash_bytes(hash, trace->reasons, bd_module_reason_words(module) * sizeof *trace->reasons);
    for (size_t i = 0; i < trace->step_count; i++)
        hash = hash_step(hash, &trace->steps[i]);
    return hash;
}

/* The value of a step as a record's columns have it; numbers are written by `arena`, in the way of core/number_text.c. */
static inline bd_value value_in_columns(const bd_record *record, const bd_step *step, size_t i, Arena *arena)
{
    const bd_record_column *column = &record->columns[step->instruction];
    bd_value value = step->value;
    bool is_number = value.meaning >= BD_MEANS_NUMBER && value.meaning <= BD_MEANS_RATE;
    int64_t numerator = 0, denominator = column->denominator;
    value.present = !column->present || column->present[i] != 0;
    value.boolean = column->kind == BD_KIND_BOOL && ((const uint8_t *)column->values)[i] != 0;
    value.integer = column->kind == BD_KIND_INT && !is_number ? ((const int32_t *)column->values)[i] : 0;
    value.text = column->kind == BD_KIND_TEXT ? ((const bd_text *)column->values)[i] : (bd_text){"", 0};
    if (!is_number)
        return value;
    if (column->kind == BD_KIND_RATIO) {
        numerator = ((const int64_t *)column->values)[2 * i];
        denominator = ((const int64_t *)column->values)[2 * i + 1];
    } else {
        numerator =
            column->kind == BD_KIND_INT ? ((const int32_t *)column->values)[i] : ((const int64_t *)column->values)[i];
    }
    Number number;
    StringBuilder builder;
    builder_init(&builder, arena);
    bool is_money = value.meaning == BD_MEANS_MONEY || value.meaning == BD_MEANS_RATE;
    if (CHECK(number_from_ratio(arena, numerator, denominator, &number) == BD_OK, "a number of a column"))
        number_append(&builder, number, is_money && column->kind != BD_KIND_INT ? 2 : 0);
    value.text = builder_result(&builder);
    return value;
}

/* Compares the form and columns of a row, if it has a form, with its trace; returns whether it has. */
static inline bool check_form(const bd_record *record, size_t i, const bd_trace *trace)
{
    const bd_record_form *form = record->forms[i];
    if (!form)
        return false;
    Arena arena;
    arena_init(&arena, NULL);
    bool is_same = form->step_count == trace->step_count;
    for (size_t k = 0; k < record->rows; k++)
        CHECK(!record->forms[k] || (record->forms[k]->number == form->number) == (record->forms[k] == form),
              "rows %zu and %zu: forms and their numbers", i, k);
    CHECK(form->number > 0, "row %zu: a form without number", i);
    for (size_t s = 0; is_same && s < form->step_count; s++) {
        bd_step step = form->steps[s];
        step.value = value_in_columns(record, &step, i, &arena);
        is_same = hash_step(0, &step) == hash_step(0, &trace->steps[s]);
        CHECK(is_same, "row %zu, step %zu (instruction %u) in columns is another", i, s, step.instruction);
    }
    CHECK(is_same, "row %zu: a form of other steps", i);
    arena_free(&arena);
    return true;
}

/* Records a batch from row `first` on and compares every trace with those given; each record backwards and every second row twice, so that shapes meet
 * again, and with its form and columns. Returns how many rows were told, and adds to *forms those that had a form. */
static inline size_t check_record(bd_session *session, const bd_module *module, const bd_batch *batch, size_t first,
                                  const uint64_t *hashes, size_t *forms)
{
    const bd_record *record = NULL;
    const bd_trace *trace = NULL;
    bd_error error = {.message = ""};
    size_t told = 0, formed = 0;
    if (!CHECK(bd_session_record(session, batch, first, &error) == BD_OK, "record: %s", error.message))
        return 0;
    for (;;) {
        if (!CHECK(bd_session_record_next(session, &record, &error) == BD_OK, "record: %s", error.message))
            return told;
        if (record->rows == 0) {
            *forms += formed;
            return told;
        }
        CHECK(record->first_row == first + told, "the record begins at row %zu", record->first_row);
        for (size_t i = record->rows; i > 0; i--) {
            size_t row = record->first_row + i - 1;
            for (size_t again = 0; again <= i % 2; again++)
                if (CHECK(bd_session_record_trace(session, row, &trace, &error) == BD_OK &&
                              trace_hash(module, trace) == hashes[row],
                          "row %zu: another trace (%zu steps) %s", row, trace ? trace->step_count : 0, error.message))
                    formed += check_form(record, i - 1, trace);
        }
        told += record->rows;
    }
}

/* Every row of a batch by itself and recorded: the same traces. Returns how many rows there were. */
static inline size_t check_traces(bd_session *session, const bd_module *module, const bd_batch *batch, size_t *forms)
{
    uint64_t *hashes = calloc(batch->rows + 1, sizeof *hashes);
    const bd_trace *trace = NULL;
    bd_error error = {.message = ""};
    for (size_t row = 0; row < batch->rows; row++) {
        if (CHECK(bd_session_trace(session, batch, row, &trace, &error) == BD_OK, "row %zu: %s", row, error.message))
            hashes[row] = trace_hash(module, trace);
    }
    size_t told = check_record(session, module, batch, 0, hashes, forms);
    CHECK(told == batch->rows, "%zu rows of %zu", told, batch->rows);
    if (batch->rows > 2)
        told += check_record(session, module, batch, batch->rows / 2, hashes, forms);
    free(hashes);
    return told;
}

#endif
