/* ir_fixture.h - a program under construction, and short names for its parts.
 *
 * For the tests of the IR builder. Columns are numbered freely: nothing below the module knows which exist.
 */
#ifndef BEDING_TESTS_IR_FIXTURE_H
#define BEDING_TESTS_IR_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "compiler/ir.h"
#include "unit/check.h"

typedef struct Fixture {
    Arena arena;
    Diags diags;
    IrShared shared;
    Ir ir;
} Fixture;

/* The builder takes memory for granted, as a stage does below the compiler's landing. */
static inline void *reallocate_or_exit(void *context, void *old, size_t old_size, size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(old);
        return NULL;
    }
    void *made = realloc(old, new_size);
    if (made == NULL) {
        exit(1);
    }
    return made;
}

static inline void start(Fixture *f)
{
    bd_allocator allocator = {reallocate_or_exit, NULL};
    arena_init(&f->arena, &allocator);
    memset(&f->diags, 0, sizeof f->diags);
    diag_init(&f->diags, &f->arena);
    ir_shared_init(&f->shared, &f->arena);
    ir_init(&f->ir, &f->shared, &f->diags);
}

static inline void stop(Fixture *f)
{
    arena_free(&f->arena);
}

/* ---- Building blocks ---- */

#define CENTS ((IrType){BD_KIND_SCALED, 0, 100})
#define VOLUME ((IrType){BD_KIND_SCALED, 0, 1000})
#define RATIO ((IrType){BD_KIND_RATIO, 0, 1})
#define INTEGER ((IrType){BD_KIND_INT, 0, 1})
#define BOOLEAN ((IrType){BD_KIND_BOOL, 0, 1})
#define TEXTUAL ((IrType){BD_KIND_TEXT, 0, 1})

static inline IrType in_domain(IrType type, uint16_t domain)
{
    type.domain = domain;
    return type;
}

static inline IrValue cents(Ir *ir, uint32_t column)
{
    return ir_load(ir, column, CENTS);
}

static inline IrValue flag(Ir *ir, uint32_t column)
{
    return ir_load(ir, column, BOOLEAN);
}

static inline IrValue integer(Ir *ir, uint32_t column)
{
    return ir_load(ir, column, INTEGER);
}

static inline IrValue number(Ir *ir, int64_t numerator, int64_t denominator)
{
    Number value = NUMBER_ZERO;
    CHECK(number_from_ratio(ir->arena, numerator, denominator, &value) == BD_OK, "a ratio");
    return ir_number(ir, value, 0);
}

static inline IrValue decimal(Ir *ir, const char *digits)
{
    Number value = NUMBER_ZERO;
    CHECK(number_from_text(ir->arena, text_from_cstring(digits), &value) == BD_OK, "a number");
    return ir_number(ir, value, 0);
}

static inline void out(Ir *ir, IrValue value)
{
    ir_out(ir, OP_OUT_VALUE, value, IR_NONE, 0);
}

static inline Number ratio(int64_t numerator, int64_t denominator)
{
    return (Number){numerator, denominator, NULL};
}

/* A value that can fault. */
static inline IrValue quotient(Ir *ir, IrValue guard)
{
    IrValue a = cents(ir, 0);
    IrValue b = cents(ir, 1);
    return ir_div(ir, a, b, guard, ir_add_site(ir, "deling_door_nul", BD_NONE));
}

#endif
