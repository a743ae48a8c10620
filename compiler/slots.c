/* slots.c: linear scan over straight-line code, with one list of free slots per kind and domain. */
#include "compiler/slots.h"

#include <string.h>

#include "compiler/ir_internal.h"
#include "vm/core/limits.h"

typedef struct Scan {
    const Ir *ir;
    SlotMap *map;
    uint32_t *last_use;   /* per value: the last instruction that uses it, or its own index */
    uint16_t *free_lists; /* per kind and domain: the first free slot, NO_SLOT for none */
    uint16_t *next_free;  /* per slot */
} Scan;

static void note_use(Scan *scan, IrValue value, uint32_t user)
{
    if (value != IR_NONE) {
        scan->last_use[value] = user;
    }
}

static void find_last_uses(Scan *scan)
{
    for (uint32_t i = 0; i < scan->ir->count; i++) {
        const IrInstruction *at = &scan->ir->code[i];
        scan->last_use[i] = i;
        note_use(scan, at->a, i);
        note_use(scan, at->b, i);
        note_use(scan, at->c, i);
        for (uint32_t k = 0; k < at->arg_count; k++) {
            note_use(scan, at->args[k], i);
        }
    }
}

static uint16_t *free_list(const Scan *scan, const IrType *type)
{
    return &scan->free_lists[(size_t)type->kind * scan->ir->domain_count + type->domain];
}

static bool take_slot(Scan *scan, uint32_t value)
{
    uint16_t *list = free_list(scan, &scan->ir->code[value].type);
    if (*list != NO_SLOT) {
        scan->map->slot[value] = *list;
        *list = scan->next_free[*list];
        return true;
    }
    if (scan->map->count >= PROGRAM_MAX_SLOTS) {
        return false;
    }
    scan->map->slot[value] = (uint16_t)scan->map->count++;
    return true;
}

/* Gives the slot back if instruction i is the last to use the value. A value used twice by i is given back once. */
static void release(Scan *scan, IrValue value, uint32_t i)
{
    if (value == IR_NONE || scan->last_use[value] != i) {
        return;
    }
    scan->last_use[value] = IR_NONE;
    uint16_t slot = scan->map->slot[value];
    uint16_t *list = free_list(scan, &scan->ir->code[value].type);
    scan->next_free[slot] = *list;
    *list = slot;
}

static void release_operands(Scan *scan, uint32_t i)
{
    const IrInstruction *at = &scan->ir->code[i];
    release(scan, at->a, i);
    release(scan, at->b, i);
    release(scan, at->c, i);
    for (uint32_t k = 0; k < at->arg_count; k++) {
        release(scan, at->args[k], i);
    }
}

bool slots_allocate(Arena *arena, const Ir *ir, SlotMap *out)
{
    *out = (SlotMap){.slot = arena_array(arena, ir->count, sizeof *out->slot)};
    size_t lists = (size_t)(BD_KIND_TEXT + 1) * ir->domain_count;
    Scan scan = {.ir = ir, .map = out};
    scan.last_use = arena_array(arena, ir->count, sizeof *scan.last_use);
    scan.free_lists = arena_array(arena, lists, sizeof *scan.free_lists);
    scan.next_free = arena_array(arena, ir->count, sizeof *scan.next_free);
    memset(scan.free_lists, 0xFF, lists * sizeof *scan.free_lists);
    find_last_uses(&scan);
    for (uint32_t i = 0; i < ir->count; i++) {
        out->slot[i] = NO_SLOT;
        if (ir_has_result(ir->code[i].op)) {
            if (!take_slot(&scan, i)) {
                return false;
            }
            release(&scan, i, i); /* a value nobody uses */
        }
        release_operands(&scan, i);
    }
    return true;
}
