/* ir_print.c: a program in IR as text, one instruction a line; the golden form of the stage `ir`.
**
**     domain 1 list 0 in 0 max 50
**     %2 scaled/100@1 = load column 4
**     %7 ratio = div_n %5 %6 if %3 !2        ; volume / 8
**
** After the operands: what the immediate means, the guard, the fault site. After the semicolon: the place's label.
*/
#include "compiler/ir_internal.h"

#include "vm/op.h"

static void print_cstring(StringBuilder *out, const char *string)
{
    builder_text(out, text_from_cstring(string));
}

static void print_uint(StringBuilder *out, const char *before, uint64_t value)
{
    print_cstring(out, before);
    builder_uint64(out, value);
}

static void print_lower(StringBuilder *out, Text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        builder_char(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
}

static void print_type(StringBuilder *out, IrType type)
{
    static const char *const kinds[] = {[BD_KIND_BOOL] = "bool",
                                        [BD_KIND_INT] = "int",
                                        [BD_KIND_SCALED] = "scaled",
                                        [BD_KIND_RATIO] = "ratio",
                                        [BD_KIND_TEXT] = "text"};
    print_cstring(out, kinds[type.kind]);
    if (type.kind == BD_KIND_SCALED) {
        print_uint(out, "/", (uint64_t)type.denominator);
    }
    if (type.domain != 0) {
        print_uint(out, "@", type.domain);
    }
}

static void print_constant(StringBuilder *out, const IrInstruction *at)
{
    builder_char(out, ' ');
    if (at->type.kind == BD_KIND_TEXT) {
        builder_json_string(out, at->text);
    } else if (at->type.kind == BD_KIND_BOOL) {
        print_cstring(out, at->constant.num != 0 ? "true" : "false");
    } else {
        number_append(out, at->constant, 0);
    }
}

static void print_rounding(StringBuilder *out, const RoundingRecord *rounding)
{
    static const char *const modes[ROUND_MODE_COUNT] = {[ROUND_HALF_AWAY] = "half_away",
                                                        [ROUND_UP] = "up",
                                                        [ROUND_DOWN] = "down",
                                                        [ROUND_TO_ZERO] = "to_zero",
                                                        [ROUND_AWAY_FROM_ZERO] = "away_from_zero",
                                                        [ROUND_HALF_EVEN] = "half_even"};
    builder_char(out, ' ');
    print_cstring(out, modes[rounding->mode]);
    builder_char(out, ' ');
    builder_int64(out, rounding->step_numerator);
    print_uint(out, "/", (uint64_t)rounding->step_denominator);
}

static void print_set(StringBuilder *out, const uint64_t *words, uint32_t count)
{
    print_cstring(out, " {");
    const char *between = "";
    for (uint32_t i = 0; i < count * 64; i++) {
        if ((words[i / 64] >> (i % 64) & 1) != 0) {
            print_uint(out, between, i);
            between = " ";
        }
    }
    builder_char(out, '}');
}

static void print_brackets(StringBuilder *out, const struct IrBrackets *brackets)
{
    print_cstring(out, " [");
    for (uint32_t i = 0; i < brackets->count; i++) {
        if (i > 0) {
            builder_char(out, ' ');
        }
        builder_int64(out, brackets->bounds[i]);
    }
    builder_char(out, ']');
}

static void print_period(StringBuilder *out, const struct IrPeriod *period)
{
    print_uint(out, " of ", (uint64_t)period->length);
    print_cstring(out, " from ");
    builder_int64(out, period->anchor);
}

/* Immediates that are shown as a word and an index. */
static const char *immediate_word(ImmediateRule rule)
{
    static const char *const words[] = {
        [IMMEDIATE_COLUMN] = " column ", [IMMEDIATE_TABLE] = " table ",     [IMMEDIATE_RULE] = " rule ",
        [IMMEDIATE_DOMAIN] = " domain ", [IMMEDIATE_PART] = " part ",       [IMMEDIATE_OUTPUT] = " output ",
        [IMMEDIATE_NATIVE] = " native ", [IMMEDIATE_COUNTER] = " counter ", [IMMEDIATE_COUNT] = " #",
    };
    return (size_t)rule < sizeof words / sizeof words[0] ? words[rule] : NULL;
}

static void print_immediate(StringBuilder *out, const IrShared *shared, const IrInstruction *at)
{
    ImmediateRule rule = (ImmediateRule)op_info(at->op)->immediate;
    const char *word = immediate_word(rule);
    if (word != NULL) {
        print_uint(out, word, at->imm);
    } else if (rule == IMMEDIATE_CONST) {
        print_constant(out, at);
    } else if (rule == IMMEDIATE_ROUNDING) {
        print_rounding(out, &shared->roundings[at->imm]);
    } else if (rule == IMMEDIATE_SET) {
        print_set(out, shared->sets[at->imm], shared->set_words[at->imm]);
    } else if (rule == IMMEDIATE_BRACKETS) {
        print_brackets(out, &shared->brackets[at->imm]);
    } else if (rule == IMMEDIATE_RATIO) {
        print_period(out, &shared->periods[at->imm]);
    } else if (rule == IMMEDIATE_EXTERN) {
        print_uint(out, " table ", at->imm >> 4);
        print_uint(out, " level ", at->imm & 15);
    }
}

static void print_operand(StringBuilder *out, const char *before, IrValue value)
{
    if (value != IR_NONE) {
        print_uint(out, before, value);
    }
}

/* The label on one line, cut at a width that keeps listings readable. */
static void print_label(StringBuilder *out, Text label)
{
    enum { WIDTH = 60 };
    size_t size = 0;
    while (size < label.size && label.data[size] != '\n' &&
           (size < WIDTH || ((unsigned char)label.data[size] & 0xC0) == 0x80)) {
        size++;
    }
    if (size > 0) {
        print_cstring(out, "  ; ");
        builder_text(out, text_slice(label, 0, size));
    }
}

static void print_instruction(StringBuilder *out, const Ir *ir, uint32_t index)
{
    const IrInstruction *at = &ir->code[index];
    print_uint(out, "%", index);
    builder_char(out, ' ');
    if (ir_has_result(at->op)) {
        print_type(out, at->type);
        print_cstring(out, " = ");
    }
    print_lower(out, op_info(at->op)->name);
    print_operand(out, " %", at->a);
    print_operand(out, " %", at->b);
    print_operand(out, ir_has_guard(at->op) ? " if %" : " %", at->c);
    for (uint32_t i = 0; i < at->arg_count; i++) {
        print_operand(out, " %", at->args[i]);
    }
    print_immediate(out, ir->shared, at);
    if (at->site != BD_NONE) {
        print_uint(out, " !", at->site);
    }
    if (at->place != BD_NONE) {
        print_label(out, ir->shared->places[at->place].label);
    }
    builder_char(out, '\n');
}

static void print_domain(StringBuilder *out, const Ir *ir, uint32_t index)
{
    const IrDomain *at = &ir->domains[index];
    print_uint(out, "domain ", index);
    if (at->kind == DOMAIN_LIST) {
        print_uint(out, " list ", at->list);
    } else {
        print_cstring(out, " days");
    }
    print_uint(out, " in ", at->parent);
    print_uint(out, " max ", at->maximum);
    builder_char(out, '\n');
}

void ir_print(const Ir *ir, StringBuilder *out)
{
    for (uint32_t i = 1; i < ir->domain_count; i++) {
        print_domain(out, ir, i);
    }
    for (uint32_t i = 0; i < ir->count; i++) {
        print_instruction(out, ir, i);
    }
}
