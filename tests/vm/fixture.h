/* fixture.h - modules made by hand, for the tests of the machine.
 *
 * Build wraps a ModuleWriter: one program after the other, every instruction in a slot of its own unless the test says
 * otherwise, types and places deduplicated by looking. The sample module that most tests share has one column of each
 * kind, a list, tables of each sort, rules and a source map; its code is up to the test.
 */
#ifndef BEDING_TESTS_VM_FIXTURE_H
#define BEDING_TESTS_VM_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "compiler/module_writer.h"
#include "unit/check.h"
#include "vm/module.h"
#include "vm/op.h"

typedef struct Build {
    Arena arena;
    ModuleWriter writer;
    ProgramRecord program;
    uint16_t next_slot;
} Build;

/* A value of the program under construction. */
typedef struct Value {
    uint16_t slot;
    uint16_t kind, domain;
    int64_t denominator;
} Value;

static const Value no_value = {NO_SLOT, 0, 0, 1};

static inline Str text_of(Build *build, const char *string)
{
    return writer_text(&build->writer, text_from_cstring(string));
}

static inline void build_init(Build *build)
{
    memset(build, 0, sizeof *build);
    arena_init(&build->arena, NULL);
    writer_init(&build->writer, &build->arena);
    writer_add_INFO(&build->writer, (InfoRecord){.name = text_of(build, "proef"),
                                                 .title = text_of(build, "Een proef"),
                                                 .version = text_of(build, "1"),
                                                 .language = text_of(build, "nl"),
                                                 .valid_from = BD_DATE_MIN,
                                                 .valid_to = BD_DATE_MAX,
                                                 .cost = 10});
    writer_add_SITES(&build->writer, (SiteRecord){text_of(build, "getalgrens"), BD_NONE, BD_NONE});
}

static inline void build_free(Build *build)
{
    arena_free(&build->arena);
}

static inline uint16_t type_of(Build *build, uint32_t kind, uint32_t domain, int64_t denominator)
{
    uint32_t count = writer_count(&build->writer, SECTION_TYPES);
    for (uint32_t i = 0; i < count; i++) {
        const TypeRecord *type = writer_at_TYPES(&build->writer, i);
        if (type->kind == kind && type->domain == domain && type->denominator == denominator)
            return (uint16_t)i;
    }
    return (uint16_t)writer_add_TYPES(&build->writer, (TypeRecord){(uint16_t)kind, (uint16_t)domain, 0, denominator});
}

static inline void begin_program(Build *build, const char *name, bd_program_kind kind)
{
    ModuleWriter *w = &build->writer;
    build->program = (ProgramRecord){.name = text_of(build, name),
                                     .kind = kind,
                                     .citation = BD_NONE,
                                     .first_column = writer_count(w, SECTION_COLUMNS),
                                     .first_output = writer_count(w, SECTION_OUTPUTS),
                                     .first_domain = writer_count(w, SECTION_DOMAINS),
                                     .first_instruction = writer_count(w, SECTION_CODE)};
    build->next_slot = 0;
    writer_add_DOMAINS(w, (DomainRecord){.kind = DOMAIN_LINES, .list = BD_NONE, .maximum = 1});
    build->program.domains = 1;
}

static inline uint32_t end_program(Build *build)
{
    ModuleWriter *w = &build->writer;
    build->program.instructions = writer_count(w, SECTION_CODE) - build->program.first_instruction;
    if (build->program.slots == 0)
        build->program.slots = build->next_slot;
    uint32_t index = writer_add_PROGRAMS(w, build->program);
    build->program.slots = 0;
    return index;
}

static inline uint16_t add_domain(Build *build, uint16_t kind, uint16_t parent, uint32_t list, uint32_t maximum)
{
    writer_add_DOMAINS(&build->writer, (DomainRecord){kind, parent, list, maximum, 0});
    return (uint16_t)build->program.domains++;
}

static inline ColumnRecord column_record(Build *build, const char *name, uint32_t kind, uint32_t meaning,
                                         int64_t denominator)
{
    return (ColumnRecord){.name = text_of(build, name),
                          .kind = (uint8_t)kind,
                          .meaning = (uint8_t)meaning,
                          .unit = BD_NONE,
                          .choice = BD_NONE,
                          .list = BD_NONE,
                          .denominator = denominator,
                          .program = writer_count(&build->writer, SECTION_PROGRAMS)};
}

/* A column of the program under construction; its index. */
static inline uint32_t add_column(Build *build, const char *name, uint32_t kind, uint32_t meaning, int64_t denominator,
                                  bool optional)
{
    ColumnRecord record = column_record(build, name, kind, meaning, denominator);
    record.flags = optional ? COLUMN_OPTIONAL : 0;
    build->program.columns++;
    return writer_add_COLUMNS(&build->writer, record);
}

static inline uint32_t add_output(Build *build, const char *name, Value value, uint32_t meaning, bool optional)
{
    writer_add_OUTPUTS(&build->writer,
                       (OutputRecord){.name = text_of(build, name),
                                      .type = type_of(build, value.kind, value.domain, value.denominator),
                                      .unit = BD_NONE,
                                      .choice = BD_NONE,
                                      .meaning = (uint8_t)meaning,
                                      .optional = optional});
    return build->program.outputs++;
}

static inline uint32_t add_rule(Build *build, const char *name)
{
    return writer_add_RULES(&build->writer, (RuleRecord){.name = text_of(build, name),
                                                         .effect = BD_EFFECT_REJECT,
                                                         .citation = BD_NONE,
                                                         .place = BD_NONE,
                                                         .document = BD_NONE,
                                                         .valid_from = BD_DATE_MIN,
                                                         .valid_to = BD_DATE_MAX,
                                                         .exception_to = BD_NONE});
}

static inline uint32_t add_site(Build *build, const char *code)
{
    return writer_add_SITES(&build->writer, (SiteRecord){text_of(build, code), BD_NONE, BD_NONE});
}

static inline uint32_t add_place(Build *build, const char *label, uint32_t line, bd_step_kind step, uint32_t meaning)
{
    return writer_add_SOURCE_MAP(&build->writer, (PlaceRecord){.file = text_of(build, "proef.bdg"),
                                                               .label = text_of(build, label),
                                                               .line = line,
                                                               .column = 1,
                                                               .rule = BD_NONE,
                                                               .citation = BD_NONE,
                                                               .step = (uint8_t)step,
                                                               .meaning = (uint8_t)meaning,
                                                               .unit = BD_NONE,
                                                               .choice = BD_NONE});
}

/* Most instructions of the program show a step, whatever it means. No random number is drawn: programs stay what they are. */
static inline void mark_places(Build *b, uint64_t seed)
{
    uint32_t end = writer_count(&b->writer, SECTION_CODE);
    for (uint32_t i = b->program.first_instruction; i < end; i++) {
        uint32_t step = (uint32_t)(i * 7 + seed) % (BD_STEP_COUNTER + 1), meaning = (uint32_t)(i * 5 + seed / 3) % 11;
        uint32_t place = add_place(b, "een stap", i % 12, (bd_step_kind)step, meaning);
        writer_at_CODE(&b->writer, i)->place = place;
    }
}

/* ---- Instructions ---- */

typedef struct Emit {
    Value a, b, c;
    uint32_t imm, site, place;
    uint16_t slot; /* of the result, when reuse is set */
    bool reuse;
} Emit;

/* An instruction with its result in a new slot. `kind` 0: without result. Sites are given to whatever can fault. */
static inline Value emit(Build *build, Opcode op, uint32_t kind, uint32_t domain, int64_t denominator, Emit e)
{
    bool has_result = kind != 0;
    uint16_t slot = !has_result ? NO_SLOT : e.reuse ? e.slot : build->next_slot++;
    Instruction in = {.op = (uint16_t)op,
                      .dst = slot,
                      .type = has_result ? type_of(build, kind, domain, denominator) : 0,
                      .a = e.a.kind ? e.a.slot : NO_SLOT,
                      .b = e.b.kind ? e.b.slot : NO_SLOT,
                      .c = e.c.kind ? e.c.slot : NO_SLOT,
                      .imm = e.imm,
                      .place = e.place == 0 ? BD_NONE : e.place - 1,
                      .site = e.site != 0             ? e.site
                              : op_info(op)->has_site ? 0
                                                      : BD_NONE};
    writer_add_CODE(&build->writer, in);
    return (Value){slot, (uint16_t)kind, (uint16_t)domain, denominator};
}

static inline Value load(Build *build, uint32_t column, uint32_t domain)
{
    const ColumnRecord *record = writer_at_COLUMNS(&build->writer, column);
    return emit(build, OP_LOAD, record->kind, domain, record->denominator, (Emit){.imm = column});
}

static inline uint32_t add_constant(Build *build, uint32_t kind, int64_t numerator, int64_t denominator)
{
    return writer_add_CONSTANTS(&build->writer,
                                (ConstantRecord){.numerator = numerator, .denominator = denominator, .kind = kind});
}

static inline Value constant(Build *build, uint32_t kind, uint32_t domain, int64_t numerator, int64_t denominator)
{
    uint32_t index = add_constant(build, kind, numerator, denominator);
    return emit(build, OP_CONST, kind, domain, kind == BD_KIND_SCALED ? denominator : 1, (Emit){.imm = index});
}

/* The finished bytes, in memory of their own (aligned, and exactly as large, so that the sanitizer sees a read too
** far). */
static inline void *build_bytes(Build *build, size_t *size)
{
    const void *bytes = NULL;
    if (!CHECK(writer_finish(&build->writer, &bytes, size) == BD_OK, "the writer fails"))
        exit(1);
    void *copy = malloc(*size);
    memcpy(copy, bytes, *size);
    return copy;
}

static inline bd_module *load_module(const void *bytes, size_t size)
{
    bd_module *module = NULL;
    bd_error error = {0};
    CHECK(bd_module_load(bytes, size, NULL, &module, &error) == BD_OK, "load: %s", error.message);
    return module;
}

/* ---- A small random generator, the same everywhere ---- */

typedef struct Random {
    uint64_t state;
    bool is_calm; /* no extremes */
} Random;

static inline uint64_t next_random(Random *random)
{
    random->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint32_t pick(Random *random, uint32_t count)
{
    return (uint32_t)(next_random(random) % count);
}

#endif
