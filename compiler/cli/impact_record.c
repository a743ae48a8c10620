/* impact_record.c: the derivations of a side's batch by their forms; see impact_record.h. */
#include "compiler/cli/impact_record.h"

#include <string.h>

#include "vm/core/text.h"
#include "vm/module.h"

/* A form is known once a row of it was told, which is exact and slow; rows that have none by nature would be told in vain. */
enum { TOLD_MOST = 20000, ROOM_LEAST = 1024 };

void impact_record_open(ImpactRecord *record, Arena *arena, const bd_module *module, bd_session *session, bool counts)
{
    bd_program_info program;
    *record = (ImpactRecord){.arena = arena, .session = session};
    arena_init(&record->texts, NULL);
    record->texts.landing = arena->landing;
    record->can_be =
        !counts && bd_module_program(module, 0, &program) == BD_OK && module->PROGRAMS[0].domains <= 1; /* the lines */
    if (!record->can_be)
        return;
    record->instructions = module->PROGRAMS[0].instructions;
    record->column_of = arena_array(arena, (size_t)record->instructions + 1, sizeof *record->column_of);
}

void impact_record_close(ImpactRecord *record)
{
    arena_free(&record->texts);
}

uint32_t impact_record_want(ImpactRecord *record, uint32_t instruction)
{
    if (instruction >= record->instructions)
        return BD_NONE;
    if (record->column_of[instruction] > 0)
        return record->column_of[instruction] - 1;
    record->columns =
        arena_grow(record->arena, record->columns, record->count, &record->capacity, sizeof *record->columns);
    record->columns[record->count] = (ImpactColumn){.instruction = instruction};
    record->column_of[instruction] = ++record->count;
    return record->count - 1;
}

/* ---- A batch ---- */

static void reserve(ImpactRecord *record, size_t rows)
{
    if (rows <= record->room)
        return;
    record->room = rows < ROOM_LEAST ? ROOM_LEAST : 2 * rows;
    record->forms = arena_array(record->arena, record->room, sizeof *record->forms);
    for (uint32_t i = 0; i < record->count; i++) {
        record->columns[i].integers = NULL;
        record->columns[i].texts = NULL;
        record->columns[i].present = NULL;
    }
}

static void keep_integers(const ImpactRecord *record, ImpactColumn *to, const bd_record_column *from, size_t at,
                          size_t rows)
{
    size_t width = from->kind == BD_KIND_RATIO ? 2 : 1;
    if (to->integers == NULL)
        to->integers = arena_array(record->arena, record->room * width, sizeof *to->integers);
    int64_t *restrict out = to->integers + at * width;
    if (from->kind == BD_KIND_BOOL)
        for (size_t i = 0; i < rows; i++)
            out[i] = ((const uint8_t *)from->values)[i] != 0;
    else if (from->kind == BD_KIND_INT)
        for (size_t i = 0; i < rows; i++)
            out[i] = ((const int32_t *)from->values)[i];
    else
        memcpy(out, from->values, rows * width * sizeof *out);
}

/* Texts may be the machine's, until its next rows. */
static void keep_texts(ImpactRecord *record, ImpactColumn *to, const bd_record_column *from, size_t at, size_t rows)
{
    if (to->texts == NULL)
        to->texts = arena_array(record->arena, record->room, sizeof *to->texts);
    for (size_t i = 0; i < rows; i++) {
        bool is_there = record->forms[at + i] != 0 && (from->present == NULL || from->present[i] != 0);
        to->texts[at + i] =
            is_there ? arena_text_copy(&record->texts, ((const bd_text *)from->values)[i]) : (bd_text){"", 0};
    }
}

static void keep_column(ImpactRecord *record, ImpactColumn *to, const bd_record_column *from, size_t at, size_t rows)
{
    to->kind = from->kind;
    to->denominator = from->denominator;
    if (from->kind == BD_KIND_TEXT)
        keep_texts(record, to, from, at, rows);
    else
        keep_integers(record, to, from, at, rows);
    if (from->present != NULL && to->present == NULL) {
        to->present = arena_array(record->arena, record->room, 1);
        memset(to->present, 1, at);
    }
    if (from->present != NULL)
        memcpy(to->present + at, from->present, rows);
    else if (to->present != NULL)
        memset(to->present + at, 1, rows);
}

static bool is_ruled(const bd_decisions *decided, size_t row)
{
    return decided->decision[row] != BD_FAULTED && decided->settled[row] == BD_SETTLED_BY_RULES;
}

/* Has rows told that took a way not met before, so that those to come have a form. */
static void tell_new(ImpactRecord *record, const bd_record *chunk, const bd_decisions *decided)
{
    const bd_trace *trace;
    for (size_t i = 0; i < chunk->rows && record->told < TOLD_MOST; i++) {
        if (chunk->forms[i] != NULL || !is_ruled(decided, chunk->first_row + i))
            continue;
        record->told++;
        if (bd_session_record_trace(record->session, chunk->first_row + i, &trace, NULL) != BD_OK)
            record->told = TOLD_MOST;
    }
}

static void keep_chunk(ImpactRecord *record, const bd_record *chunk)
{
    for (size_t i = 0; i < chunk->rows; i++)
        record->forms[chunk->first_row + i] = chunk->forms[i] == NULL ? 0 : chunk->forms[i]->number;
    for (uint32_t i = 0; i < record->count; i++)
        keep_column(record, &record->columns[i], &chunk->columns[record->columns[i].instruction], chunk->first_row,
                    chunk->rows);
}

bool impact_record_batch(ImpactRecord *record, const bd_batch *batch, const bd_decisions *decided, size_t first)
{
    const bd_record *chunk = NULL;
    if (!record->can_be)
        return false;
    record->is_on = true;
    record->filled = 0;
    reserve(record, batch->rows);
    memset(record->forms, 0, record->room * sizeof *record->forms);
    arena_reset(&record->texts);
    bd_status status = bd_session_record(record->session, batch, first, NULL);
    while (status == BD_OK && (status = bd_session_record_next(record->session, &chunk, NULL)) == BD_OK &&
           chunk->rows > 0) {
        keep_chunk(record, chunk);
        tell_new(record, chunk, decided);
    }
    record->can_be = status == BD_OK;
    record->filled = record->can_be ? record->count : 0;
    return record->can_be;
}
