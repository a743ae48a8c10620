/* condition.c: what a condition in a trace is made of; see condition.h.
**
** A step names its instruction. A program has no jumps, so what stands in an operand's slot is what the nearest instruction before put there;
** that one is a step of the trace, a constant, or a conversion of form (a denominator, a domain) that leaves the value as it is.
*/
#include "compiler/cli/condition.h"

#include "vm/module.h"
#include "vm/op.h"
#include "vm/value.h"

enum { PROGRAM_OF_LINES = 0, DEPTH_MAX = 64 };

/* ---- Instructions ---- */

static uint32_t instruction_count(const Story *story)
{
    return story->module->PROGRAMS[PROGRAM_OF_LINES].instructions;
}

static const Instruction *instruction_at(const Story *story, uint32_t index)
{
    return &story->module->CODE[story->module->PROGRAMS[PROGRAM_OF_LINES].first_instruction + index];
}

static uint16_t op_of(const Story *story, const bd_step *step)
{
    return step->instruction < instruction_count(story) ? instruction_at(story, step->instruction)->op : OP_LOAD;
}

/* The instruction that filled a slot as another one finds it; BD_NONE for none. */
static uint32_t filled_by(const Story *story, uint16_t slot, uint32_t before)
{
    for (uint32_t i = before; slot != NO_SLOT && i > 0; i--)
        if (instruction_at(story, i - 1)->dst == slot)
            return i - 1;
    return BD_NONE;
}

static bool keeps_value(uint16_t op)
{
    return op == OP_SCALE || op == OP_WIDEN || op == OP_TO_SCALED || op == OP_TO_INT || op == OP_EXPAND;
}

static bool is_equality(uint16_t op)
{
    return op == OP_EQ || op == OP_EQ_I || op == OP_EQ_N || op == OP_EQ_T;
}

static bool is_order(uint16_t op)
{
    return op == OP_LT || op == OP_LT_I || op == OP_LT_N || op == OP_LE || op == OP_LE_I || op == OP_LE_N;
}

/* ---- Parts ---- */

bool condition_is(const bd_step *step)
{
    return step->kind == BD_STEP_CONDITION && step->value.meaning == BD_MEANS_BOOLEAN;
}

bool condition_says_no(const bd_step *step)
{
    bool is_test = condition_is(step) || step->kind == BD_STEP_RULE || step->kind == BD_STEP_INPUT;
    return is_test && step->value.meaning == BD_MEANS_BOOLEAN && step->value.present && !step->value.boolean;
}

static void add(StepSet *set, uint32_t step, uint32_t limit)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->steps[i] == step)
            return;
    if (set->count < limit)
        set->steps[set->count++] = step;
}

static bool has_parts(uint16_t op)
{
    return op == OP_AND || op == OP_OR || op == OP_NOT || op == OP_SELECT || op == OP_ANY_OF;
}

/* Whether a step behind a condition is a part of it that is worth a line of its own. */
static bool is_part(const Story *story, uint16_t whole, const bd_step *part)
{
    if (condition_is(part))
        return whole != OP_NOT || op_of(story, part) != OP_PRESENT; /* `x ontbreekt` says it all */
    bool is_connective = whole == OP_AND || whole == OP_OR;
    return is_connective && part->kind == BD_STEP_INPUT && part->value.meaning == BD_MEANS_BOOLEAN;
}

static void add_parts(const Story *story, uint32_t index, uint32_t depth, StepSet *out, bool *joined)
{
    const bd_step *step = story_step(story, index);
    uint16_t op = op_of(story, step);
    if (!condition_is(step) || !has_parts(op))
        return;
    for (int k = 0; k < 3; k++) {
        uint32_t behind = step->operands[k];
        if (behind >= index)
            continue;
        const bd_step *part = story_step(story, behind);
        if (!is_part(story, op, part)) {
            joined[behind] = joined[behind] || condition_is(part);
            continue;
        }
        bool is_same = text_equal(part->label, step->label);
        bool goes_on = condition_is(part) && (is_same || (op == op_of(story, part) && (op == OP_AND || op == OP_OR)));
        if (goes_on && depth < DEPTH_MAX) {
            joined[behind] = true;
            add_parts(story, behind, depth + 1, out, joined);
        } else {
            add(out, behind, CONDITION_PARTS_MAX);
        }
        if (op == OP_ANY_OF) /* one record of those that were found */
            return;
    }
}

void condition_parts(const Story *story, uint32_t step, StepSet *out, bool *joined)
{
    out->count = 0;
    add_parts(story, step, 0, out, joined);
}

static void add_denials(const Story *story, uint32_t index, uint32_t depth, StepSet *out)
{
    const bd_step *step = story_step(story, index);
    uint16_t op = op_of(story, step);
    bool is_connective = condition_is(step) && (op == OP_AND || op == OP_OR);
    bool goes_on = (is_connective || step->kind == BD_STEP_RULE) && depth < DEPTH_MAX, has_more = false;
    for (int k = 0; k < 3 && goes_on; k++) {
        uint32_t behind = step->operands[k];
        bool is_more = behind < index && condition_says_no(story_step(story, behind)) &&
                       !text_equal(story_step(story, behind)->label, step->label);
        if (!is_more)
            continue;
        has_more = true;
        add_denials(story, behind, depth + 1, out);
        if (op == OP_AND)
            break;
    }
    if (!has_more && step->kind != BD_STEP_RULE)
        add(out, index, CONDITION_PARTS_MAX);
}

void condition_denials(const Story *story, uint32_t step, StepSet *out)
{
    out->count = 0;
    add_denials(story, step, 0, out);
}

/* ---- Facts ---- */

static void add_facts(const Story *story, uint32_t index, uint32_t depth, StepSet *out)
{
    const bd_step *step = story_step(story, index);
    for (int k = 0; k < 3; k++) {
        uint32_t behind = step->operands[k];
        if (behind >= index || story_step(story, behind)->kind == BD_STEP_RULE)
            continue;
        if (!condition_is(story_step(story, behind)))
            add(out, behind, CONDITION_FACTS_MAX);
        else if (depth < DEPTH_MAX && out->count < CONDITION_FACTS_MAX)
            add_facts(story, behind, depth + 1, out);
    }
}

void condition_facts(const Story *story, uint32_t step, StepSet *out)
{
    out->count = 0;
    if (condition_is(story_step(story, step)))
        add_facts(story, step, 0, out);
}

bool condition_is_date_part(const Story *story, const bd_step *step)
{
    if (step->instruction >= instruction_count(story))
        return false;
    uint32_t at = step->instruction;
    for (uint32_t depth = 0; at != BD_NONE && keeps_value(instruction_at(story, at)->op) && depth < DEPTH_MAX; depth++)
        at = filled_by(story, instruction_at(story, at)->a, at);
    return at != BD_NONE && instruction_at(story, at)->op == OP_DATE_PART;
}

bool condition_is_indexed(const Story *story, const bd_step *step)
{
    /* Of a choice between products the chosen look-up stands behind it; of an indexed price both its cells are of the machine's table. */
    for (uint32_t depth = 0; depth < DEPTH_MAX && op_of(story, step) == OP_SELECT; depth++) {
        uint32_t chosen = step->operands[0];
        if (chosen >= story->trace->step_count || story_step(story, chosen)->kind != BD_STEP_LOOKUP)
            break;
        step = story_step(story, chosen);
    }
    uint32_t at = step->instruction;
    if (op_of(story, step) == OP_SELECT)
        at = filled_by(story, instruction_at(story, at)->b, at);
    if (at >= instruction_count(story) || instruction_at(story, at)->op != OP_EXT_CELL)
        return false;
    for (uint32_t i = 0; i < story->module->INDEXATIONS_count; i++)
        if (story->module->INDEXATIONS[i].derived == instruction_at(story, at)->imm)
            return true;
    return false;
}

bool condition_reads_reading(const Story *story, uint32_t step, uint32_t *reading)
{
    const bd_step *found = story_step(story, step);
    if (op_of(story, found) != OP_READING || found->instruction >= instruction_count(story))
        return false;
    *reading = instruction_at(story, found->instruction)->imm;
    return true;
}

/* ---- Comparisons ---- */

/* The sign that a text compares with outside all brackets, " > "; empty for none. `is` is an equality. */
static Text sign_in(Text label)
{
    static const Text SIGNS[] = {TEXT_INIT(" <= "), TEXT_INIT(" >= "), TEXT_INIT(" <> "), TEXT_INIT(" < "),
                                 TEXT_INIT(" > "),  TEXT_INIT(" = "),  TEXT_INIT(" is ")};
    int depth = 0;
    for (size_t at = 0; at < label.size; at++) {
        char c = label.data[at];
        depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        for (size_t i = 0; depth == 0 && c == ' ' && i < sizeof SIGNS / sizeof *SIGNS; i++)
            if (text_has_prefix(text_slice(label, at, label.size), SIGNS[i]))
                return i + 1 == sizeof SIGNS / sizeof *SIGNS ? TEXT("=") : text_slice(SIGNS[i], 1, SIGNS[i].size - 1);
    }
    return (Text){NULL, 0};
}

/* A side of a comparison, before it is known what it means. */
typedef struct Side {
    const ConstantRecord *constant;
    const bd_step *step;
} Side;

static bool find_side(const Story *story, const bd_step *compare, uint16_t slot, uint32_t before, Side *out)
{
    *out = (Side){NULL, NULL};
    uint32_t at = filled_by(story, slot, before);
    for (uint32_t depth = 0; at != BD_NONE && depth < DEPTH_MAX; depth++) {
        const Instruction *made_by = instruction_at(story, at);
        if (made_by->op == OP_CONST) {
            out->constant = &story->module->CONSTANTS[made_by->imm];
            return true;
        }
        for (int k = 0; k < 3; k++) {
            if (compare->operands[k] >= story->trace->step_count ||
                story_step(story, compare->operands[k])->instruction != at)
                continue;
            out->step = story_step(story, compare->operands[k]);
            return true;
        }
        if (!keeps_value(made_by->op))
            return false;
        at = filled_by(story, made_by->a, at);
    }
    return false;
}

/* A constant, in the meaning of what it is compared with. */
static bool constant_value(const Story *story, const ConstantRecord *constant, const bd_value *like, bd_value *out)
{
    Arena *arena = story->arena;
    Cell cell = {.fault = BD_NONE};
    ValueForm form = {like->meaning, BD_NONE, like->choice};
    if (constant->kind == BD_KIND_BOOL)
        cell.is.boolean = constant->numerator != 0;
    else if (constant->kind == BD_KIND_INT)
        cell.is.integer = (int32_t)constant->numerator;
    else if (constant->kind == BD_KIND_TEXT)
        cell.is.text = module_text(story->module, constant->text);
    else if (number_from_ratio(arena, constant->numerator, constant->denominator, &cell.is.number) != BD_OK)
        return false;
    value_from_cell(story->module, arena, &cell, constant->kind, form, out);
    out->unit = like->unit;
    return out->meaning == like->meaning;
}

static bool read_sides(const Story *story, const Side sides[2], bd_value values[2])
{
    for (int i = 0; i < 2; i++)
        if (sides[i].step != NULL)
            values[i] = sides[i].step->value;
    for (int i = 0; i < 2; i++) {
        if (sides[i].constant == NULL)
            continue;
        if (sides[1 - i].step == NULL || !constant_value(story, sides[i].constant, &values[1 - i], &values[i]))
            return false;
    }
    return values[0].present && values[1].present && values[0].meaning == values[1].meaning &&
           text_equal(values[0].unit, values[1].unit);
}

bool condition_compared(const Story *story, uint32_t index, Compared *out)
{
    const bd_step *step = story_step(story, index);
    Text sign = sign_in(step->label);
    uint32_t at = step->instruction;
    bool is_negated = false;
    if (!condition_is(step) || at >= instruction_count(story) || sign.size == 0)
        return false;
    if (instruction_at(story, at)->op == OP_NOT) { /* `a <> b` */
        at = filled_by(story, instruction_at(story, at)->a, at);
        is_negated = true;
        if (at == BD_NONE)
            return false;
        if (step->operands[0] < index && story_step(story, step->operands[0])->instruction == at)
            step = story_step(story, step->operands[0]);
    }
    const Instruction *compare = instruction_at(story, at);
    bool is_swapped = sign.data[0] == '>';
    bool is_it = is_equality(compare->op) ? text_equal(sign, is_negated ? TEXT("<>") : TEXT("="))
                                          : is_order(compare->op) && !is_negated && !text_equal(sign, TEXT("=")) &&
                                                !text_equal(sign, TEXT("<>"));
    Side sides[2];
    bd_value values[2] = {{.present = false}, {.present = false}};
    if (!is_it || !find_side(story, step, is_swapped ? compare->b : compare->a, at, &sides[0]) ||
        !find_side(story, step, is_swapped ? compare->a : compare->b, at, &sides[1]) ||
        !read_sides(story, sides, values))
        return false;
    *out = (Compared){values[0], values[1], sign, sides[0].constant != NULL || sides[1].constant != NULL};
    return true;
}
