/* verify.c: proves the code of every program safe.
**
** Job: the second gate that foreign bytes pass, after module.c. A program is a straight line, so one walk settles
** everything: each slot's type is known where it is read, each domain is open where it is used, each immediate leads to
** a record of the right sort. What passes here runs in both evaluators without another check of indexes or kinds;
** values are still checked at run time, as values.
**
** Invariant: the rules for operands come from the rows of opcodes.def (check_operands); only what a row cannot say is
** written out per opcode (check_immediate, check_numbers).
*/
#include <string.h>

#include "core/limits.h"
#include "core/round.h"
#include "module.h"
#include "native.h"
#include "op.h"
#include "status.h"

typedef struct Verify {
    const bd_module *module;
    bd_error *error;
    const ProgramRecord *program;
    uint32_t program_index, index; /* the instruction under check, within its program */
    const TypeRecord **slots;      /* type of the content of each slot; NULL: nothing yet */
    bool *is_open;                 /* per domain */
    bool *is_written;              /* per output */
    bool *is_counted;              /* per counter: has an OUT_COUNTER */
    bool has_decision, has_amount;
    bool failed;
} Verify;

/* Of the host or of the machine itself: one call, no lines. */
static bool is_callable(const Verify *verify)
{
    return verify->program->kind == BD_PROGRAM_CALL || verify->program->kind == BD_PROGRAM_STEP;
}

static void require(Verify *verify, bool holds, const char *reason)
{
    Message message;
    if (holds || verify->failed)
        return;
    verify->failed = true;
    message_begin(&message);
    message_cstring(&message, "program ");
    message_uint(&message, verify->program_index);
    message_cstring(&message, ", instruction ");
    message_uint(&message, verify->index);
    if (verify->index < verify->program->instructions) {
        const Instruction *in = &verify->module->CODE[verify->program->first_instruction + verify->index];
        const OpInfo *info = op_info(in->op);
        message_cstring(&message, " (");
        message_text(&message, info ? info->name : TEXT("?"));
        message_cstring(&message, ")");
    }
    message_cstring(&message, ": ");
    message_cstring(&message, reason);
    message_report(&message, BD_MODULE, verify->index, verify->error);
}

static const DomainRecord *domain_at(const Verify *verify, uint32_t domain)
{
    return &verify->module->DOMAINS[verify->program->first_domain + domain];
}

static bool is_same_content(const TypeRecord *a, const TypeRecord *b)
{
    return a->kind == b->kind && a->denominator == b->denominator;
}

/* The type in a slot, which must hold something; NULL (and failed) otherwise. */
static const TypeRecord *read_slot(Verify *verify, uint16_t slot, const char *missing)
{
    const TypeRecord *type = slot < verify->program->slots ? verify->slots[slot] : NULL;
    require(verify, type != NULL, missing);
    return type;
}

typedef struct Operand {
    uint16_t slot;
    uint8_t rule; /* OperandRule */
} Operand;

static void check_kind(Verify *verify, const TypeRecord *type, OperandRule rule)
{
    static const uint8_t kinds[] = {
        [OPERAND_B] = BD_KIND_BOOL,  [OPERAND_I] = BD_KIND_INT,  [OPERAND_S] = BD_KIND_SCALED,
        [OPERAND_N] = BD_KIND_RATIO, [OPERAND_T] = BD_KIND_TEXT, [OPERAND_DB] = BD_KIND_BOOL,
        [OPERAND_OB] = BD_KIND_BOOL, [OPERAND_G] = BD_KIND_BOOL,
    };
    if (rule < sizeof kinds && kinds[rule] != 0)
        require(verify, type->kind == kinds[rule], "an operand of another kind");
    if (rule == OPERAND_ANYK)
        require(verify, type->kind != BD_KIND_RATIO, "a ratio as key");
}

/* The domain an operand must be in: mostly that of the instruction, otherwise the child or the parent that imm
** names. */
static uint32_t operand_domain(const Verify *verify, OperandRule rule, uint32_t own, uint32_t imm)
{
    if (rule == OPERAND_DB || rule == OPERAND_DSAME)
        return imm;
    if (rule == OPERAND_SAMEUP)
        return domain_at(verify, imm)->parent;
    return own;
}

static void check_operand(Verify *verify, const Instruction *in, Operand operand, const TypeRecord *dst, uint32_t own)
{
    OperandRule rule = (OperandRule)operand.rule;
    if (rule == OPERAND_NONE) {
        require(verify, operand.slot == NO_SLOT, "an operand where none belongs");
        return;
    }
    if (operand.slot == NO_SLOT) {
        require(verify, rule == OPERAND_G || rule == OPERAND_OB, "an operand is missing");
        return;
    }
    const TypeRecord *type = read_slot(verify, operand.slot, "an operand slot that holds nothing yet");
    if (!type)
        return;
    check_kind(verify, type, rule);
    require(verify, type->domain == operand_domain(verify, rule, own, in->imm), "an operand of another domain");
    if (rule == OPERAND_SAME || rule == OPERAND_SAMEUP || rule == OPERAND_DSAME)
        require(verify, dst && is_same_content(type, dst), "an operand of another kind or denominator than the result");
}

/* The domain in which an instruction works: of its result, or else of its first operand. */
static uint32_t own_domain(const Verify *verify, const Instruction *in, const TypeRecord *dst)
{
    if (dst)
        return dst->domain;
    if (in->op == OP_OPEN_DAYS)
        return domain_at(verify, in->imm)->parent;
    if (in->op == OP_FAIL && in->a < verify->program->slots && verify->slots[in->a])
        return verify->slots[in->a]->domain;
    return 0;
}

static bool is_in_range(uint32_t index, uint32_t first, uint32_t count)
{
    return index >= first && index - first < count;
}

static bool column_is_readable(const Verify *verify, uint32_t index, uint32_t domain)
{
    const bd_module *m = verify->module;
    if (index >= m->COLUMNS_count)
        return false;
    uint32_t list = m->COLUMNS[index].list;
    if (list == BD_NONE)
        return domain == 0 && is_in_range(index, verify->program->first_column, verify->program->columns);
    const DomainRecord *record = domain_at(verify, domain);
    return record->kind == DOMAIN_LIST && record->list == list &&
           is_in_range(index, m->LISTS[list].first_column, m->LISTS[list].columns);
}

static void check_step(Verify *verify, const Instruction *in)
{
    const bd_module *m = verify->module;
    uint32_t index = in->imm >> 4, level = in->imm & 15;
    require(verify, index < m->TABLES_count && (m->TABLES[index].flags & TABLE_EXTERN), "a table that is not extern");
    if (verify->failed)
        return;
    const TableRecord *table = &m->TABLES[index];
    if (in->op == OP_STEP_DATE) {
        require(verify, level == table->dimensions, "a level that is not the table's last");
        return;
    }
    require(verify, level < table->dimensions, "a level that the table has not");
    const TypeRecord *key = read_slot(verify, in->b, "an operand slot that holds nothing yet");
    if (key && !verify->failed)
        require(verify, m->DIMENSIONS[table->first_dimension + level].kind == key->kind,
                "a key of another kind than the dimension");
}

static void check_constant(Verify *verify, uint32_t index, const TypeRecord *dst)
{
    const bd_module *m = verify->module;
    require(verify, index < m->CONSTANTS_count && m->CONSTANTS[index].kind == dst->kind,
            "a constant of another kind, or none");
    if (!verify->failed && dst->kind == BD_KIND_SCALED)
        require(verify, m->CONSTANTS[index].denominator == dst->denominator, "a constant of another denominator");
}

static void check_table(Verify *verify, const Instruction *in, const TypeRecord *dst)
{
    const bd_module *m = verify->module;
    require(verify, in->imm < m->TABLES_count, "a table that does not exist");
    if (verify->failed)
        return;
    const TableRecord *table = &m->TABLES[in->imm];
    bool is_extern = (table->flags & TABLE_EXTERN) != 0;
    if (in->op == OP_EXT_CELL || in->op == OP_CELL)
        require(verify, is_extern == (in->op == OP_EXT_CELL),
                "an extern table where the other sort belongs, or the reverse");
    if (in->op == OP_HAS_CELL)
        require(verify, !is_extern, "an extern table has no cells");
    if (in->op == OP_EXT_CELL || in->op == OP_CELL)
        require(verify, table->kind == dst->kind && table->denominator == dst->denominator,
                "a cell of another kind or denominator");
}

static void check_domain(Verify *verify, const Instruction *in)
{
    require(verify, in->imm >= 1 && in->imm < verify->program->domains, "a domain that does not exist");
    if (verify->failed)
        return;
    const DomainRecord *domain = domain_at(verify, in->imm);
    bool opens = in->op == OP_OPEN_LIST || in->op == OP_OPEN_DAYS;
    if (opens) {
        require(verify, domain->kind == (in->op == OP_OPEN_LIST ? DOMAIN_LIST : DOMAIN_DAYS),
                "a domain of another sort");
        require(verify, verify->is_open[domain->parent], "the parent domain is not open");
        require(verify, !verify->is_open[in->imm], "the domain is opened twice");
        require(verify, in->op == OP_OPEN_DAYS || !is_callable(verify), "only lines have lists");
        return;
    }
    require(verify, verify->is_open[in->imm], "the domain is not open");
    if (in->op == OP_DAY)
        require(verify, domain->kind == DOMAIN_DAYS, "a domain that is not of days");
}

static void check_output(Verify *verify, const Instruction *in)
{
    const bd_module *m = verify->module;
    const ProgramRecord *program = verify->program;
    require(verify, in->imm < program->outputs, "a result that the program has not");
    const TypeRecord *type = verify->failed ? NULL : read_slot(verify, in->a, "an operand slot that holds nothing yet");
    if (verify->failed)
        return;
    const OutputRecord *output = &m->OUTPUTS[program->first_output + in->imm];
    require(verify, !verify->is_written[in->imm], "a result that is written twice");
    verify->is_written[in->imm] = true;
    require(verify, is_same_content(&m->TYPES[output->type], type), "a result of another kind or denominator");
    require(verify, output->optional || in->b == NO_SLOT, "a result that may be absent but is not declared so");
}

/* The arguments of a call against the native's signature. */
static void check_call(Verify *verify, const Instruction *in, const TypeRecord *dst)
{
    const bd_module *m = verify->module;
    Signature signature;
    require(verify, in->imm < m->CALLS_count, "a call that does not exist");
    if (verify->failed)
        return;
    const CallRecord *call = &m->CALLS[in->imm];
    require(verify, signature_read(module_text(m, m->NATIVES[call->native].signature), &signature),
            "a native's signature is malformed");
    require(verify, !verify->failed && signature.arg_count == call->args,
            "another number of arguments than the native takes");
    for (uint32_t i = 0; !verify->failed && i < call->args; i++) {
        const TypeRecord *type =
            read_slot(verify, m->CALL_ARGS[call->first_arg + i], "an argument slot that holds nothing yet");
        if (!type)
            return;
        require(verify, type->domain == dst->domain, "an argument of another domain");
        require(verify, signature_accepts(signature.args[i], type->kind), "an argument of another kind");
    }
    if (!verify->failed)
        require(verify, signature_result_kind(signature.result) == dst->kind,
                "a result of another kind than the native gives");
}

/* Reads stand in the second part of a program that has lines, and have the denominator of what is counted. */
static void check_counter(Verify *verify, const Instruction *in, const TypeRecord *dst)
{
    const bd_module *m = verify->module;
    require(verify, in->imm < m->COUNTERS_count, "a counter that does not exist");
    require(verify, !is_callable(verify), "a counter in a callable");
    if (verify->failed)
        return;
    const CounterRecord *counter = &m->COUNTERS[in->imm];
    bool is_of_days = counter->kind == BD_COUNTER_DAYS;
    if (in->op == OP_OUT_COUNTER) {
        const TypeRecord *type = read_slot(verify, in->a, "an operand slot that holds nothing yet");
        require(verify, verify->program->kind != BD_PROGRAM_CREDIT, "a credit line counts nothing");
        require(verify, !verify->is_counted[in->imm], "a counter that is added to twice");
        verify->is_counted[in->imm] = true;
        if (!verify->failed)
            require(verify,
                    type->kind == (is_of_days ? BD_KIND_INT : BD_KIND_SCALED) &&
                        (is_of_days || type->denominator == counter->denominator),
                    "an amount of another kind or denominator than the counter's");
        return;
    }
    require(verify, is_of_days == (in->op != OP_COUNTER_SUM), "a counter of another kind");
    require(verify, dst->denominator == (is_of_days ? 1 : counter->denominator),
            "another denominator than the counter's");
}

static void check_immediate(Verify *verify, const Instruction *in, const OpInfo *info, const TypeRecord *dst)
{
    const bd_module *m = verify->module;
    switch ((ImmediateRule)info->immediate) {
    case IMMEDIATE_NONE: require(verify, in->imm == 0 || in->imm == BD_NONE, "an immediate where none belongs"); break;
    case IMMEDIATE_COLUMN:
        require(verify, column_is_readable(verify, in->imm, dst->domain), "a column that this domain cannot read");
        if (!verify->failed && in->op == OP_LOAD)
            require(verify,
                    m->COLUMNS[in->imm].kind == dst->kind && m->COLUMNS[in->imm].denominator == dst->denominator,
                    "a column of another kind or denominator");
        break;
    case IMMEDIATE_CONST: check_constant(verify, in->imm, dst); break;
    case IMMEDIATE_ROUNDING:
        require(verify, in->imm < m->ROUNDINGS_count, "a rounding that does not exist");
        if (!verify->failed)
            require(verify, dst->denominator % m->ROUNDINGS[in->imm].step_denominator == 0,
                    "a denominator that cannot hold the step");
        break;
    case IMMEDIATE_SET: require(verify, in->imm < m->SETS_count, "a set that does not exist"); break;
    case IMMEDIATE_TABLE: check_table(verify, in, dst); break;
    case IMMEDIATE_BRACKETS: require(verify, in->imm < m->BRACKETS_count, "brackets that do not exist"); break;
    case IMMEDIATE_RULE: require(verify, in->imm < m->RULES_count, "a rule that does not exist"); break;
    case IMMEDIATE_DOMAIN: check_domain(verify, in); break;
    case IMMEDIATE_PART:
        require(verify, in->imm >= PART_YEAR && in->imm < PART_COUNT, "an unknown part of a date");
        break;
    case IMMEDIATE_RATIO:
        require(verify, in->imm < m->CONSTANTS_count && m->CONSTANTS[in->imm].kind == 0,
                "a constant that is not a period");
        break;
    case IMMEDIATE_OUTPUT: check_output(verify, in); break;
    case IMMEDIATE_EXTERN: check_step(verify, in); break;
    case IMMEDIATE_NATIVE: check_call(verify, in, dst); break;
    case IMMEDIATE_READING: require(verify, in->imm < m->READINGS_count, "a reading that does not exist"); break;
    case IMMEDIATE_COUNTER: check_counter(verify, in, dst); break;
    case IMMEDIATE_COUNT:
        require(verify, in->imm >= 1 && in->imm <= INT32_MAX, "a count outside 1 to 2,147,483,647");
        break;
    }
}

static int64_t denominator_of(const Verify *verify, uint16_t slot)
{
    return slot < verify->program->slots && verify->slots[slot] ? verify->slots[slot]->denominator : 1;
}

static bool is_product(int64_t product, int64_t a, int64_t b)
{
    int64_t value;
    return !__builtin_mul_overflow(a, b, &value) && value == product;
}

/* The denominators of scaled operands and results. */
static void check_numbers(Verify *verify, const Instruction *in, const TypeRecord *dst)
{
    int64_t a = denominator_of(verify, in->a), b = denominator_of(verify, in->b);
    switch (in->op) {
    case OP_SCALE:
    case OP_DIV_CONST:
        require(verify, is_product(dst->denominator, a, (int64_t)in->imm),
                "the denominator is not the operand's times the count");
        break;
    case OP_MUL:
        require(verify, is_product(dst->denominator, a, b), "the denominator is not the product of the operands'");
        break;
    case OP_ADD:
    case OP_SUB:
    case OP_MIN:
    case OP_MAX: require(verify, a == b && a == dst->denominator, "the denominators differ"); break;
    case OP_EQ:
    case OP_LT:
    case OP_LE: require(verify, a == b, "the denominators differ"); break;
    case OP_TO_SCALED:
    case OP_COUNT: require(verify, dst->denominator == 1, "the denominator is not 1"); break;
    case OP_OUT_AMOUNT: require(verify, a == 100, "an amount that is not in cents"); break;
    case OP_LEAST:
    case OP_GREATEST:
        require(verify, dst->kind != BD_KIND_BOOL && dst->kind != BD_KIND_TEXT, "a kind without order");
        break;
    default: break;
    }
}

/* Results: in the right sort of program, and not twice. */
static void check_result(Verify *verify, const Instruction *in)
{
    bool is_call = is_callable(verify);
    if (in->op == OP_OUT_RULE || in->op == OP_OUT_DECISION || in->op == OP_OUT_AMOUNT)
        require(verify, !is_call && verify->program->kind != BD_PROGRAM_EARLIER, "a decision where none is made");
    if (in->op == OP_OUT_AMOUNT)
        require(verify, verify->program->kind == BD_PROGRAM_LINES || verify->program->kind == BD_PROGRAM_FAST,
                "the amount of a credit is not computed");
    if (in->op == OP_OUT_VALUE)
        require(verify, is_call, "a callable's result in the lines program");
    if (in->op == OP_OUT_DECISION) {
        require(verify, !verify->has_decision, "a second decision");
        verify->has_decision = true;
    }
    if (in->op == OP_OUT_AMOUNT) {
        require(verify, !verify->has_amount, "a second amount");
        verify->has_amount = true;
    }
}

/* The type of what the instruction makes; NULL for an instruction without result or when it fails. */
static const TypeRecord *check_dst(Verify *verify, const Instruction *in, const OpInfo *info)
{
    const bd_module *m = verify->module;
    if (info->dst == OPERAND_NONE) {
        require(verify, in->dst == NO_SLOT, "a result where none belongs");
        return NULL;
    }
    require(verify, in->dst < verify->program->slots, "a result slot that does not exist");
    require(verify, in->type < m->TYPES_count, "a type that does not exist");
    if (verify->failed)
        return NULL;
    const TypeRecord *type = &m->TYPES[in->type];
    require(verify, type->domain < verify->program->domains && verify->is_open[type->domain],
            "a domain that is not open");
    check_kind(verify, type, (OperandRule)info->dst);
    return type;
}

/* In which domain the result of an instruction over a domain must be. */
static void check_dst_domain(Verify *verify, const Instruction *in, const TypeRecord *dst)
{
    if (verify->failed || !dst)
        return;
    bool inside = in->op == OP_EXPAND || in->op == OP_DAY;
    uint32_t domain = inside ? in->imm : domain_at(verify, in->imm)->parent;
    require(verify, dst->domain == domain, "a result in another domain than the instruction's");
}

static void check_instruction(Verify *verify, const Instruction *in)
{
    const bd_module *m = verify->module;
    const OpInfo *info = op_info(in->op);

    require(verify, info != NULL, "an unknown opcode");
    require(verify, in->place == BD_NONE || in->place < m->SOURCE_MAP_count, "a place that does not exist");
    require(verify, in->site == BD_NONE || in->site < m->SITES_count, "a site that does not exist");
    if (verify->failed)
        return;
    require(verify, !info->has_site || in->site != BD_NONE, "an instruction that can fault, without site");
    const TypeRecord *dst = check_dst(verify, in, info);
    if (!verify->failed)
        check_immediate(verify, in, info, dst);
    if (!verify->failed && info->immediate == IMMEDIATE_DOMAIN)
        check_dst_domain(verify, in, dst);
    if (verify->failed)
        return;

    uint32_t own = own_domain(verify, in, dst);
    check_operand(verify, in, (Operand){in->a, info->a}, dst, own);
    check_operand(verify, in, (Operand){in->b, info->b}, dst, own);
    check_operand(verify, in, (Operand){in->c, info->c}, dst, own);
    if (!verify->failed)
        check_numbers(verify, in, dst);
    check_result(verify, in);
    if (verify->failed)
        return;
    if (dst)
        verify->slots[in->dst] = dst;
    if (in->op == OP_OPEN_LIST || in->op == OP_OPEN_DAYS)
        verify->is_open[in->imm] = true;
}

static void check_program(Verify *verify)
{
    const ProgramRecord *program = verify->program;
    memset(verify->slots, 0, (program->slots + 1) * sizeof(const TypeRecord *));
    memset(verify->is_open, 0, program->domains * sizeof(bool));
    memset(verify->is_counted, 0, verify->module->COUNTERS_count * sizeof(bool));
    memset(verify->is_written, 0, program->outputs * sizeof(bool));
    verify->is_open[0] = true;
    verify->has_decision = verify->has_amount = false;

    for (verify->index = 0; verify->index < program->instructions && !verify->failed; verify->index++) {
        check_instruction(verify, &verify->module->CODE[program->first_instruction + verify->index]);
        if (verify->failed)
            return;
    }
    for (uint32_t i = 0; i < program->outputs; i++)
        require(verify, verify->is_written[i], "the program ends and a result was not written");
}

bd_status module_verify(const bd_module *module, bd_error *error)
{
    Verify verify = {.module = module, .error = error};
    uint32_t outputs = 1, slots = 0; /* of the largest program */
    Arena arena;
    bd_status status = BD_OK;

    for (uint32_t i = 0; i < module->PROGRAMS_count; i++) {
        outputs = module->PROGRAMS[i].outputs > outputs ? module->PROGRAMS[i].outputs : outputs;
        slots = module->PROGRAMS[i].slots > slots ? module->PROGRAMS[i].slots : slots;
    }
    arena_init(&arena, &module->arena.allocator);
    verify.slots = arena_array(&arena, slots + 1u, sizeof *verify.slots);
    verify.is_open = arena_array(&arena, UINT16_MAX + 1, sizeof *verify.is_open);
    verify.is_written = arena_array(&arena, outputs, sizeof *verify.is_written);
    verify.is_counted = arena_array(&arena, module->COUNTERS_count + 1u, sizeof *verify.is_counted);
    if (!verify.slots || !verify.is_open || !verify.is_written || !verify.is_counted)
        status = status_report(BD_NOMEM, 0, NULL, error);

    for (uint32_t i = 0; status == BD_OK && i < module->PROGRAMS_count; i++) {
        verify.program = &module->PROGRAMS[i];
        verify.program_index = i;
        check_program(&verify);
        status = verify.failed ? BD_MODULE : BD_OK;
    }
    arena_free(&arena);
    return status;
}
