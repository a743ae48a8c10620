/* module_from_ir.c: see module_from_ir.h. Equal types and constants are one record, over all programs. */
#include "compiler/module_from_ir.h"

#include <assert.h>
#include <string.h>

#include "compiler/ir_internal.h"
#include "compiler/slots.h"

enum { FIRST_INDEX = 256 };

typedef struct Emitter {
    ModuleWriter *writer;
    const IrShared *shared;
    const Ir *ir; /* the program being written */
    SlotMap slots;
    uint32_t *constants; /* hash table of indexes into CONSTANTS; IR_NONE is free */
    uint32_t constants_size;
} Emitter;

/* ---- Types and constants ---- */

static uint32_t add_type(Emitter *emitter, IrType type)
{
    ModuleWriter *writer = emitter->writer;
    TypeRecord record = {.kind = (uint16_t)type.kind, .domain = type.domain, .denominator = type.denominator};
    uint32_t count = writer_count(writer, SECTION_TYPES);
    for (uint32_t i = 0; i < count; i++) {
        const TypeRecord *at = writer_at_TYPES(writer, i);
        if (at->kind == record.kind && at->domain == record.domain && at->denominator == record.denominator) {
            return i;
        }
    }
    if (count >= UINT16_MAX && writer->status == BD_OK) {
        writer->status = BD_LIMIT;
    }
    return writer_add_TYPES(writer, record);
}

static bool same_constant(const ConstantRecord *a, const ConstantRecord *b)
{
    return a->kind == b->kind && a->numerator == b->numerator && a->denominator == b->denominator &&
           a->text.offset == b->text.offset && a->text.size == b->text.size;
}

static uint32_t *find_constant(const Emitter *emitter, const ConstantRecord *wanted)
{
    uint64_t hash = ir_mix(ir_mix(wanted->kind, (uint64_t)wanted->numerator), (uint64_t)wanted->denominator);
    hash = ir_mix(hash, (uint64_t)wanted->text.offset << 32 | wanted->text.size);
    uint32_t mask = emitter->constants_size - 1;
    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &emitter->constants[i];
        if (*slot == IR_NONE || same_constant(writer_at_CONSTANTS(emitter->writer, *slot), wanted)) {
            return slot;
        }
    }
}

static void grow_constants(Emitter *emitter, uint32_t count)
{
    emitter->constants_size = emitter->constants_size == 0 ? FIRST_INDEX : emitter->constants_size * 2;
    emitter->constants = arena_array(emitter->writer->arena, emitter->constants_size, sizeof *emitter->constants);
    memset(emitter->constants, 0xFF, emitter->constants_size * sizeof *emitter->constants);
    for (uint32_t i = 0; i < count; i++) {
        *find_constant(emitter, writer_at_CONSTANTS(emitter->writer, i)) = i;
    }
}

static uint32_t add_constant(Emitter *emitter, ConstantRecord record)
{
    uint32_t count = writer_count(emitter->writer, SECTION_CONSTANTS);
    if (count >= emitter->constants_size / 2) {
        grow_constants(emitter, count);
    }
    uint32_t *slot = find_constant(emitter, &record);
    if (*slot == IR_NONE) {
        *slot = writer_add_CONSTANTS(emitter->writer, record);
    }
    return *slot;
}

static uint32_t add_value(Emitter *emitter, const IrInstruction *at)
{
    ConstantRecord record = {.kind = (uint32_t)at->type.kind, .numerator = at->constant.num, .denominator = 1};
    if (at->type.kind == BD_KIND_TEXT) {
        record.numerator = 0;
        record.text = writer_text(emitter->writer, at->text);
    } else if (at->type.kind == BD_KIND_RATIO) {
        record.denominator = at->constant.den;
    } else if (at->type.kind == BD_KIND_SCALED) {
        record.denominator = at->type.denominator;
        bool exact = false;
        bd_status status = number_to_scaled_int64(at->constant, record.denominator, &record.numerator, &exact);
        assert(status == BD_OK && exact); /* ir_constant saw to it */
        (void)status;
    }
    return add_constant(emitter, record);
}

static uint32_t add_period(Emitter *emitter, uint32_t period)
{
    const struct IrPeriod *at = &emitter->shared->periods[period];
    return add_constant(emitter, (ConstantRecord){.numerator = at->length, .denominator = at->anchor});
}

/* ---- Code ---- */

static uint16_t slot_of(const Emitter *emitter, IrValue value)
{
    return value == IR_NONE ? NO_SLOT : emitter->slots.slot[value];
}

static uint32_t add_call(Emitter *emitter, const IrInstruction *at)
{
    CallRecord call = {
        .native = at->imm, .first_arg = writer_count(emitter->writer, SECTION_CALL_ARGS), .args = at->arg_count};
    for (uint32_t i = 0; i < at->arg_count; i++) {
        (void)writer_add_CALL_ARGS(emitter->writer, slot_of(emitter, at->args[i]));
    }
    return writer_add_CALLS(emitter->writer, call);
}

static uint32_t immediate(Emitter *emitter, const IrInstruction *at)
{
    if (at->op == OP_CONST) {
        return add_value(emitter, at);
    }
    if (at->op == OP_PERIOD) {
        return add_period(emitter, at->imm);
    }
    return at->op == OP_CALL ? add_call(emitter, at) : at->imm;
}

static void write_instruction(Emitter *emitter, uint32_t index)
{
    const IrInstruction *at = &emitter->ir->code[index];
    Instruction record = {
        .op = (uint16_t)at->op,
        .dst = emitter->slots.slot[index],
        .type = ir_has_result(at->op) ? (uint16_t)add_type(emitter, at->type) : 0,
        .a = slot_of(emitter, at->a),
        .b = slot_of(emitter, at->b),
        .c = slot_of(emitter, at->c),
        .imm = immediate(emitter, at),
        .place = at->place,
        .site = at->site,
    };
    (void)writer_add_CODE(emitter->writer, record);
}

/* ---- Programs ---- */

static void write_domains(Emitter *emitter)
{
    for (uint32_t i = 0; i < emitter->ir->domain_count; i++) {
        const IrDomain *at = &emitter->ir->domains[i];
        DomainRecord record = {.kind = at->kind, .parent = at->parent, .list = at->list, .maximum = at->maximum};
        (void)writer_add_DOMAINS(emitter->writer, record);
    }
}

static void write_outputs(Emitter *emitter, const ModuleProgram *program)
{
    for (uint32_t i = 0; i < program->output_count; i++) {
        const ModuleOutput *at = &program->outputs[i];
        IrType type = {at->type.kind, 0, at->type.denominator};
        OutputRecord record = {
            .name = writer_text(emitter->writer, at->name),
            .type = add_type(emitter, type),
            .unit = at->unit,
            .choice = at->choice,
            .meaning = (uint8_t)at->meaning,
            .optional = at->is_optional,
        };
        (void)writer_add_OUTPUTS(emitter->writer, record);
    }
}

static void write_program(Emitter *emitter, const ModuleProgram *program)
{
    ModuleWriter *writer = emitter->writer;
    emitter->ir = program->ir;
    if (!slots_allocate(writer->arena, program->ir, &emitter->slots) && writer->status == BD_OK) {
        writer->status = BD_LIMIT;
    }
    ProgramRecord record = {
        .name = writer_text(writer, program->name),
        .kind = (uint32_t)program->kind,
        .first_column = program->first_column,
        .columns = program->columns,
        .first_output = writer_count(writer, SECTION_OUTPUTS),
        .outputs = program->output_count,
        .first_domain = writer_count(writer, SECTION_DOMAINS),
        .domains = program->ir->domain_count,
        .first_instruction = writer_count(writer, SECTION_CODE),
        .instructions = program->ir->count,
        .slots = emitter->slots.count,
        .citation = program->citation,
    };
    (void)writer_add_PROGRAMS(writer, record);
    write_domains(emitter);
    write_outputs(emitter, program);
    for (uint32_t i = 0; i < program->ir->count && writer->status == BD_OK; i++) {
        write_instruction(emitter, i);
    }
}

/* ---- What the programs share ---- */

static void write_places(ModuleWriter *writer, const IrShared *shared, const Sources *sources)
{
    for (uint32_t i = 0; i < shared->place_count; i++) {
        const IrPlace *at = &shared->places[i];
        PlaceRecord record = {
            .label = writer_text(writer, at->label),
            .rule = at->rule,
            .citation = at->citation,
            .step = at->step,
            .meaning = at->meaning,
            .unit = at->unit,
            .choice = at->choice,
        };
        if (at->span.file < sources->count) {
            const Source *source = sources->items[at->span.file];
            Place place = source_place(source, at->span.begin);
            record.file = writer_text(writer, sources_module_name(sources, at->span.file));
            record.line = place.line;
            record.column = place.column;
        }
        (void)writer_add_SOURCE_MAP(writer, record);
    }
}

static void write_pools(ModuleWriter *writer, const IrShared *shared)
{
    for (uint32_t i = 0; i < shared->site_count; i++) {
        const IrSite *at = &shared->sites[i];
        (void)writer_add_SITES(writer, (SiteRecord){writer_text(writer, at->code), at->place, at->rule});
    }
    (void)writer_append(writer, SECTION_ROUNDINGS, shared->roundings, shared->rounding_count);
    for (uint32_t i = 0; i < shared->set_count; i++) {
        uint32_t first = writer_append(writer, SECTION_SET_WORDS, shared->sets[i], shared->set_words[i]);
        (void)writer_add_SETS(writer, (SetRecord){first, shared->set_words[i]});
    }
    for (uint32_t i = 0; i < shared->bracket_count; i++) {
        const struct IrBrackets *at = &shared->brackets[i];
        uint32_t first = writer_append(writer, SECTION_CELLS, at->bounds, at->count);
        (void)writer_add_BRACKETS(writer, (BracketRecord){first, at->count});
    }
}

void module_write_programs(ModuleWriter *writer, const ModuleProgram *programs, uint32_t count, const IrShared *shared,
                           const Sources *sources)
{
    assert(writer_count(writer, SECTION_SITES) == 0 && writer_count(writer, SECTION_SOURCE_MAP) == 0);
    assert(writer_count(writer, SECTION_ROUNDINGS) == 0 && writer_count(writer, SECTION_SETS) == 0);
    assert(writer_count(writer, SECTION_BRACKETS) == 0 && writer_count(writer, SECTION_CONSTANTS) == 0);
    Emitter emitter = {.writer = writer, .shared = shared};
    for (uint32_t i = 0; i < count; i++) {
        write_program(&emitter, &programs[i]);
    }
    write_places(writer, shared, sources);
    write_pools(writer, shared);
}
