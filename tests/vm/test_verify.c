/* test_verify.c - what the loader refuses: the sample module with one thing broken each time, and the reason it
** gives. */
#include "vm/sample.h"

/* The n-th instruction (from 0) with an opcode. */
static Instruction *find(Build *b, Opcode op, uint32_t n)
{
    for (uint32_t i = 0; i < writer_count(&b->writer, SECTION_CODE); i++) {
        Instruction *in = writer_at_CODE(&b->writer, i);
        if (in->op == op && n-- == 0)
            return in;
    }
    CHECK(false, "no such instruction");
    exit(1);
}

static uint16_t float_type(Build *b)
{
    return type_of(b, BD_KIND_RATIO, 0, 1);
}

/* Each breaks one thing; `w` is the writer. */
#define BREAK(name, statement)         \
    static void break_##name(Build *b) \
    {                                  \
        ModuleWriter *w = &b->writer;  \
        (void)w;                       \
        statement;                     \
    }

/* Records */
BREAK(text, writer_at_RULES(w, 0)->name.offset = 1u << 30)
BREAK(character, writer_at_RULES(w, 0)->name = writer_text(w, TEXT("\xC3\xA9")); writer_at_RULES(w, 0)->name.size = 1)
BREAK(utf8, writer_text(w, TEXT("\xFF")))
BREAK(info, writer_add_INFO(w, *writer_at_INFO(w, 0)))
BREAK(info_validity, writer_at_INFO(w, 0)->valid_to = INT32_MAX)
BREAK(citation, writer_at_CITATIONS(w, 0)->document = 7)
BREAK(members, writer_at_CHOICES(w, 0)->members = 9)
BREAK(aliases, writer_at_CHOICES(w, 0)->aliases = 9)
BREAK(alias_member, writer_at_ALIASES(w, 0)->member = 9)
BREAK(alias_order, writer_at_ALIASES(w, 0)->text = writer_at_ALIASES(w, 1)->text)
BREAK(column_kind, writer_at_COLUMNS(w, 0)->kind = 9)
BREAK(column_ratio, writer_at_COLUMNS(w, 0)->kind = BD_KIND_RATIO)
BREAK(column_meaning, writer_at_COLUMNS(w, 0)->meaning = BD_MEANS_TEXT)
BREAK(column_choice, writer_at_COLUMNS(w, 1)->choice = 9)
BREAK(column_flags, writer_at_COLUMNS(w, 0)->flags = 64)
BREAK(column_unit, writer_at_COLUMNS(w, 0)->unit = 1)
BREAK(column_denominator, writer_at_COLUMNS(w, 2)->denominator = 0)
BREAK(column_list, writer_at_COLUMNS(w, 0)->list = 4)
BREAK(column_program, writer_at_COLUMNS(w, 0)->program = 1)
BREAK(list_maximum, writer_at_LISTS(w, 0)->maximum = 0)
BREAK(list_columns, writer_at_LISTS(w, 0)->first_column = 0)
BREAK(table_cells, writer_at_TABLES(w, 0)->cells = 2)
BREAK(table_cell_range, writer_at_TABLES(w, 0)->first_cell = 1)
BREAK(table_extern, writer_at_TABLES(w, 1)->cells = 1; writer_at_TABLES(w, 1)->first_cell = 0)
BREAK(table_dimensions, writer_at_TABLES(w, 0)->dimensions = 9)
BREAK(table_versions, writer_at_TABLES(w, 0)->versions = 9)
BREAK(table_product, writer_at_TABLES(w, 0)->product = 3)
BREAK(dimension_size, writer_at_DIMENSIONS(w, 0)->size = 4)
BREAK(version, writer_at_VERSIONS(w, 0)->from = 19000)
BREAK(rule_effect, writer_at_RULES(w, 0)->effect = BD_EFFECT_SUSPEND + 1)
BREAK(rule_place, writer_at_RULES(w, 0)->place = 99)
BREAK(program_kind, writer_at_PROGRAMS(w, 1)->kind = BD_PROGRAM_LINES)
BREAK(program_code, writer_at_PROGRAMS(w, 1)->instructions = 999)
BREAK(program_slots, writer_at_PROGRAMS(w, 1)->slots = 65535)
BREAK(program_domains, writer_at_PROGRAMS(w, 1)->domains = 0)
BREAK(domain_order, writer_at_DOMAINS(w, 1)->parent = 1)
BREAK(domain_kind, writer_at_DOMAINS(w, 1)->kind = 9)
BREAK(domain_lines, writer_at_DOMAINS(w, 0)->kind = DOMAIN_DAYS)
BREAK(domain_list, writer_at_DOMAINS(w, 1)->list = 1)
BREAK(domain_days, writer_at_DOMAINS(w, 2)->maximum = 367)
BREAK(type_kind, writer_at_TYPES(w, 0)->kind = 0)
BREAK(type_denominator, writer_at_TYPES(w, 0)->denominator = 3)
BREAK(output_type, writer_at_OUTPUTS(w, 0)->type = 99)
BREAK(constant_int, writer_at_CONSTANTS(w, 0)->numerator = INT64_MAX)
BREAK(constant_ratio, writer_add_CONSTANTS(w, (ConstantRecord){2, 4, {0, 0}, BD_KIND_RATIO, 0}))
BREAK(constant_period, writer_add_CONSTANTS(w, (ConstantRecord){0, 0, {0, 0}, 0, 0}))
BREAK(constant_bool, writer_add_CONSTANTS(w, (ConstantRecord){2, 0, {0, 0}, BD_KIND_BOOL, 0}))
BREAK(rounding_mode, writer_at_ROUNDINGS(w, 0)->mode = 6)
BREAK(rounding_step, writer_at_ROUNDINGS(w, 0)->step_numerator = 0)
BREAK(set, writer_at_SETS(w, 0)->words = 2)
BREAK(brackets, writer_at_BRACKETS(w, 0)->count = 4)
BREAK(bracket_order, writer_at_CELLS(w, 1)[0] = 1)
BREAK(call_native, writer_at_CALLS(w, 0)->native = 1)
BREAK(call_args, writer_at_CALLS(w, 0)->args = 3)
BREAK(site_rule, writer_at_SITES(w, 1)->rule = 99)
BREAK(place_step, writer_at_SOURCE_MAP(w, 0)->step = 99)
BREAK(note, writer_at_NOTES(w, 0)->citation = 99)
BREAK(note_kind, writer_at_NOTES(w, 0)->kind = 99)
BREAK(note_place, writer_at_NOTES(w, 0)->place = 99)
BREAK(reading_choice, writer_at_READINGS(w, 0)->choice = 99)
BREAK(reading_chosen, writer_at_READINGS(w, 0)->chosen = 3)
BREAK(reading_citation, writer_at_READINGS(w, 0)->citation = 99)
BREAK(reading_place, writer_at_READINGS(w, 0)->place = 99)

/* Code */
BREAK(opcode, find(b, OP_NOT, 0)->op = OP_COUNT_)
BREAK(place, find(b, OP_NOT, 0)->place = 99)
BREAK(site, find(b, OP_CELL, 0)->site = 99)
BREAK(no_site, find(b, OP_CELL, 0)->site = BD_NONE)
BREAK(extra_operand, find(b, OP_NOT, 0)->b = 0)
BREAK(missing_operand, find(b, OP_LT_I, 0)->b = NO_SLOT)
BREAK(undefined, find(b, OP_LT_I, 0)->b = 20)
BREAK(far_slot, find(b, OP_LT_I, 0)->b = 60000)
BREAK(far_dst, find(b, OP_LT_I, 0)->dst = 60000)
BREAK(no_dst, find(b, OP_LT_I, 0)->dst = NO_SLOT)
BREAK(dst_of_out, find(b, OP_OUT_RULE, 0)->dst = 0)
BREAK(kind, find(b, OP_NOT, 0)->a = 0)
BREAK(dst_kind, find(b, OP_NOT, 0)->type = float_type(b))
BREAK(type, find(b, OP_NOT, 0)->type = 999)
BREAK(imm_none, find(b, OP_NOT, 0)->imm = 1)
BREAK(select_kind, find(b, OP_SELECT, 0)->b = find(b, OP_NOT, 0)->dst)
BREAK(domain_operand, find(b, OP_OR, 0)->a = find(b, OP_LT, 0)->dst)
BREAK(guard_kind, find(b, OP_CELL, 0)->c = 0)
BREAK(closed_domain, find(b, OP_OPEN_LIST, 0)->op = OP_COUNT_ - 1)
BREAK(open_twice, find(b, OP_OPEN_DAYS, 0)->imm = 1)
BREAK(open_twice_list, writer_append(w, SECTION_CODE, find(b, OP_OPEN_LIST, 0), 1);
      writer_at_PROGRAMS(w, 1)->instructions++; writer_at_PROGRAMS(w, 1)->first_domain = 0;
      writer_at_PROGRAMS(w, 1)->domains = 2)
BREAK(open_lines, find(b, OP_OPEN_LIST, 0)->imm = 0)
BREAK(open_far, find(b, OP_OPEN_LIST, 0)->imm = 9)
BREAK(day_domain, find(b, OP_DAY, 0)->imm = 1)
BREAK(sum_domain, find(b, OP_SUM, 0)->imm = 2)
BREAK(load_column, find(b, OP_LOAD, 0)->imm = 4)
BREAK(load_far, find(b, OP_LOAD, 0)->imm = 999)
BREAK(load_kind, find(b, OP_LOAD, 0)->imm = SAMPLE_VOLUME)
BREAK(load_list, find(b, OP_LOAD, 4)->imm = SAMPLE_VOLUME)
BREAK(load_other, find(b, OP_LOAD, 5)->imm = SAMPLE_KORTING)
BREAK(constant_kind, find(b, OP_CONST, 0)->imm = 1)
BREAK(constant_far, find(b, OP_CONST, 0)->imm = 99)
BREAK(rounding_far, find(b, OP_ROUND, 0)->imm = 9)
BREAK(rounding_denominator, writer_at_ROUNDINGS(w, 0)->step_denominator = 3)
BREAK(table_far, find(b, OP_CELL, 0)->imm = 9)
BREAK(table_sort, find(b, OP_CELL, 0)->imm = 1)
BREAK(table_sort_extern, find(b, OP_EXT_CELL, 0)->imm = 0)
BREAK(step_table, find(b, OP_STEP, 0)->imm = 0)
BREAK(step_level, find(b, OP_STEP, 0)->imm = 1 << 4 | 1)
BREAK(step_date_level, find(b, OP_STEP_DATE, 0)->imm = 1 << 4)
BREAK(step_key, find(b, OP_STEP, 0)->b = find(b, OP_PRESENT, 0)->dst)
BREAK(rule_far, find(b, OP_OUT_RULE, 0)->imm = 2)
BREAK(count, find(b, OP_INDEX, 0)->imm = 0)
BREAK(count_denominator, find(b, OP_DIV_CONST, 0)->imm = 4)
BREAK(product, find(b, OP_MUL, 0)->type = find(b, OP_ROUND, 0)->type)
BREAK(add, find(b, OP_ADD, 0)->a = find(b, OP_MUL, 0)->dst)
BREAK(compare, find(b, OP_LE, 0)->b = find(b, OP_ADD, 0)->dst)
BREAK(amount, find(b, OP_OUT_AMOUNT, 0)->a = find(b, OP_MUL, 0)->dst)
BREAK(decision_twice, *find(b, OP_OUT_RULE, 0) = *find(b, OP_OUT_DECISION, 0))
BREAK(amount_twice, *find(b, OP_OUT_RULE, 0) = *find(b, OP_OUT_AMOUNT, 0))
BREAK(call_in_lines, find(b, OP_OUT_AMOUNT, 0)->op = OP_OUT_VALUE)
BREAK(output_far, find(b, OP_OUT_VALUE, 0)->imm = 9)
BREAK(output_twice, find(b, OP_OUT_VALUE, 1)->imm = 0; find(b, OP_OUT_VALUE, 1)->a = find(b, OP_OUT_VALUE, 0)->a;
      find(b, OP_OUT_VALUE, 1)->b = NO_SLOT)
BREAK(output_missing, writer_at_PROGRAMS(w, 1)->instructions--)
BREAK(output_kind, find(b, OP_OUT_VALUE, 0)->a = find(b, OP_OUT_VALUE, 3)->a)
BREAK(output_optional, writer_at_OUTPUTS(w, 1)->optional = 0)
BREAK(signature, writer_at_NATIVES(w, 0)->signature = text_of(b, "i(dx)"))
BREAK(signature_count, writer_at_NATIVES(w, 0)->signature = text_of(b, "i(d)"))
BREAK(signature_kind, writer_at_NATIVES(w, 0)->signature = text_of(b, "i(dt)"))
BREAK(signature_result, writer_at_NATIVES(w, 0)->signature = text_of(b, "b(dd)"))
BREAK(call_far, find(b, OP_CALL, 0)->imm = 9)
BREAK(call_arg_slot, *writer_at_CALL_ARGS(w, 0) = 60000)

typedef struct Case {
    const char *name;
    void (*apply)(Build *build);
    const char *reason;
} Case;

#define CASE(name, reason)          \
    {                               \
#name, break_##name, reason \
    }
static const Case cases[] = {
    CASE(text, "a text lies outside the strings"),
    CASE(character, "cut inside a character"),
    CASE(utf8, "not UTF-8"),
    CASE(info, "exactly one"),
    CASE(info_validity, "outside the calendar"),
    CASE(citation, "a document that does not exist"),
    CASE(members, "members outside"),
    CASE(aliases, "aliases outside"),
    CASE(alias_member, "an alias of a member"),
    CASE(alias_order, "not sorted"),
    CASE(column_kind, "an unknown kind"),
    CASE(column_ratio, "an unknown kind"),
    CASE(column_meaning, "does not fit the kind"),
    CASE(column_choice, "a choice that does not exist"),
    CASE(column_flags, "an unknown flag"),
    CASE(column_unit, "a unit that is not"),
    CASE(column_denominator, "a denominator below 1"),
    CASE(column_list, "a list that does not exist"),
    CASE(column_program, "not this program's"),
    CASE(list_maximum, "a maximum outside"),
    CASE(list_columns, "not this list's"),
    CASE(table_cells, "product of the dimensions"),
    CASE(table_cell_range, "cells outside"),
    CASE(table_extern, "an extern table with cells"),
    CASE(table_dimensions, "too many dimensions"),
    CASE(table_versions, "versions outside"),
    CASE(table_product, "a product that does not exist"),
    CASE(dimension_size, "larger than its choice"),
    CASE(version, "ends before it begins"),
    CASE(rule_effect, "an unknown effect"),
    CASE(rule_place, "a place that does not exist"),
    CASE(program_kind, "lines in another place"),
    CASE(program_code, "code outside"),
    CASE(program_slots, "too many slots"),
    CASE(program_domains, "no domain"),
    CASE(domain_order, "a domain before its parent"),
    CASE(domain_kind, "an unknown kind"),
    CASE(domain_lines, "is the lines"),
    CASE(domain_list, "a list that does not exist"),
    CASE(domain_days, "more than 366 days"),
    CASE(type_kind, "an unknown kind"),
    CASE(type_denominator, "a denominator where none belongs"),
    CASE(output_type, "a type that does not exist"),
    CASE(constant_int, "beyond 32 bits"),
    CASE(constant_ratio, "lowest terms"),
    CASE(constant_period, "a period without length"),
    CASE(constant_bool, "a boolean that is not"),
    CASE(rounding_mode, "an unknown mode"),
    CASE(rounding_step, "a step that is not"),
    CASE(set, "words outside"),
    CASE(brackets, "bounds outside"),
    CASE(bracket_order, "bounds that do not rise"),
    CASE(call_native, "a native that does not exist"),
    CASE(call_args, "arguments outside"),
    CASE(site_rule, "a rule that does not exist"),
    CASE(place_step, "an unknown step"),
    CASE(note, "a citation that does not exist"),
    CASE(note_kind, "an unknown kind"),
    CASE(note_place, "a place that does not exist"),
    CASE(reading_choice, "a choice that does not exist"),
    CASE(reading_chosen, "a chosen member that does not exist"),
    CASE(reading_citation, "a citation that does not exist"),
    CASE(reading_place, "a place that does not exist"),
    CASE(opcode, "an unknown opcode"),
    CASE(place, "a place that does not exist"),
    CASE(site, "a site that does not exist"),
    CASE(no_site, "without site"),
    CASE(extra_operand, "an operand where none belongs"),
    CASE(missing_operand, "an operand is missing"),
    CASE(undefined, "holds nothing yet"),
    CASE(far_slot, "holds nothing yet"),
    CASE(far_dst, "a result slot that does not exist"),
    CASE(no_dst, "a result slot that does not exist"),
    CASE(dst_of_out, "a result where none belongs"),
    CASE(kind, "an operand of another kind"),
    CASE(dst_kind, "an operand of another kind"),
    CASE(type, "a type that does not exist"),
    CASE(imm_none, "an immediate where none belongs"),
    CASE(select_kind, "than the result"),
    CASE(domain_operand, "another domain"),
    CASE(guard_kind, "an operand of another kind"),
    CASE(closed_domain, ""),
    CASE(open_twice, "a domain of another sort"),
    CASE(open_twice_list, ""),
    CASE(open_lines, "a domain that does not exist"),
    CASE(open_far, "a domain that does not exist"),
    CASE(day_domain, "not of days"),
    CASE(sum_domain, ""),
    CASE(load_column, "a column that this domain cannot read"),
    CASE(load_far, "a column that this domain cannot read"),
    CASE(load_kind, "a column of another kind"),
    CASE(load_list, "a column that this domain cannot read"),
    CASE(load_other, "a column that this domain cannot read"),
    CASE(constant_kind, "a constant of another kind"),
    CASE(constant_far, "a constant of another kind, or none"),
    CASE(rounding_far, "a rounding that does not exist"),
    CASE(rounding_denominator, "cannot hold the step"),
    CASE(table_far, "a table that does not exist"),
    CASE(table_sort, "an extern table where"),
    CASE(table_sort_extern, "an extern table where"),
    CASE(step_table, "a table that is not extern"),
    CASE(step_level, "a level that the table has not"),
    CASE(step_date_level, "a level that is not the table's last"),
    CASE(step_key, "a key of another kind"),
    CASE(rule_far, "a rule that does not exist"),
    CASE(count, "a count outside"),
    CASE(count_denominator, "the operand's times the count"),
    CASE(product, "the product of the operands'"),
    CASE(add, "the denominators differ"),
    CASE(compare, "the denominators differ"),
    CASE(amount, "not in cents"),
    CASE(decision_twice, "a second decision"),
    CASE(amount_twice, "a second amount"),
    CASE(call_in_lines, ""),
    CASE(output_far, "a result that the program has not"),
    CASE(output_twice, "written twice"),
    CASE(output_missing, "was not written"),
    CASE(output_kind, "a result of another kind"),
    CASE(output_optional, "not declared so"),
    CASE(signature, "malformed"),
    CASE(signature_count, "another number of arguments"),
    CASE(signature_kind, "an argument of another kind"),
    CASE(signature_result, "than the native gives"),
    CASE(call_far, "a call that does not exist"),
    CASE(call_arg_slot, "holds nothing yet"),
};

static bool is_meant(const Case *test, const char *message)
{
    return strstr(message, test->reason) != NULL;
}

int main(void)
{
    check_group("refusals");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Build build;
        size_t size;
        bd_module *module = NULL;
        bd_error error = {0};
        sample_build(&build);
        cases[i].apply(&build);
        void *bytes = build_bytes(&build, &size);
        CHECK(bd_module_load(bytes, size, NULL, &module, &error) == BD_MODULE && !module, "%s is accepted",
              cases[i].name);
        CHECK(is_meant(&cases[i], error.message), "%s: %s", cases[i].name, error.message);
        bd_module_free(module);
        free(bytes);
        build_free(&build);
    }
    return check_done();
}
