/* disasm_code.c: the code of a program as text.
**
** One line per instruction: `index  %dst kind = op %a %b ... ; file:line label`, the immediate written as what it leads
** to where that has a name. Names and operands come from opcodes.def.
*/
#include "disasm.h"
#include "disasm_internal.h"
#include "op.h"

enum { COMMENT_COLUMN = 64 };

static const char lowered[] = "abcdefghijklmnopqrstuvwxyz";

static void put_opcode(StringBuilder *out, const OpInfo *info)
{
    for (size_t i = 0; i < info->name.size; i++) {
        char c = info->name.data[i];
        builder_char(out, c >= 'A' && c <= 'Z' ? lowered[c - 'A'] : c);
    }
}

Text disasm_opcode_name(uint32_t op)
{
    const OpInfo *info = op_info(op);
    return info ? info->name : TEXT("?");
}

static void put_slot(StringBuilder *out, uint16_t slot)
{
    builder_text(out, TEXT(" %"));
    builder_uint64(out, slot);
}

static void put_name(const bd_module *module, StringBuilder *out, const char *what, uint32_t index, Str name)
{
    builder_char(out, ' ');
    builder_text(out, text_from_cstring(what));
    builder_uint64(out, index);
    builder_char(out, ':');
    builder_text(out, module_text(module, name));
}

static void put_constant(const bd_module *module, StringBuilder *out, uint32_t index)
{
    const ConstantRecord *constant = &module->CONSTANTS[index];
    builder_char(out, ' ');
    if (constant->kind == BD_KIND_TEXT)
        builder_json_string(out, module_text(module, constant->text));
    else if (constant->kind == BD_KIND_BOOL)
        builder_text(out, constant->numerator ? TEXT("true") : TEXT("false"));
    else
        builder_int64(out, constant->numerator);
    if (constant->kind == BD_KIND_SCALED || constant->kind == BD_KIND_RATIO) {
        builder_char(out, '/');
        builder_int64(out, constant->denominator);
    }
}

static void put_immediate(const bd_module *module, StringBuilder *out, const ProgramRecord *program,
                          const Instruction *in)
{
    switch ((ImmediateRule)op_info(in->op)->immediate) {
    case IMMEDIATE_NONE: break;
    case IMMEDIATE_COLUMN: put_name(module, out, "column", in->imm, module->COLUMNS[in->imm].name); break;
    case IMMEDIATE_CONST: put_constant(module, out, in->imm); break;
    case IMMEDIATE_TABLE: put_name(module, out, "table", in->imm, module->TABLES[in->imm].name); break;
    case IMMEDIATE_EXTERN:
        put_name(module, out, "table", in->imm >> 4, module->TABLES[in->imm >> 4].name);
        disasm_number(out, "level", in->imm & 15);
        break;
    case IMMEDIATE_RULE: put_name(module, out, "rule", in->imm, module->RULES[in->imm].name); break;
    case IMMEDIATE_OUTPUT:
        put_name(module, out, "output", in->imm, module->OUTPUTS[program->first_output + in->imm].name);
        break;
    case IMMEDIATE_NATIVE:
        put_name(module, out, "call", in->imm, module->NATIVES[module->CALLS[in->imm].native].name);
        break;
    case IMMEDIATE_READING: put_name(module, out, "reading", in->imm, module->READINGS[in->imm].name); break;
    case IMMEDIATE_RATIO:
        disasm_number(out, "days", module->CONSTANTS[in->imm].numerator);
        disasm_number(out, "from", module->CONSTANTS[in->imm].denominator);
        break;
    case IMMEDIATE_COUNTER: put_name(module, out, "counter", in->imm, module->COUNTERS[in->imm].name); break;
    case IMMEDIATE_ROUNDING: disasm_number(out, "rounding", in->imm); break;
    case IMMEDIATE_SET: disasm_number(out, "set", in->imm); break;
    case IMMEDIATE_BRACKETS: disasm_number(out, "brackets", in->imm); break;
    case IMMEDIATE_DOMAIN: disasm_number(out, "domain", in->imm); break;
    case IMMEDIATE_PART: disasm_number(out, "part", in->imm); break;
    case IMMEDIATE_COUNT: disasm_number(out, "by", in->imm); break;
    }
}

static void put_type(StringBuilder *out, const TypeRecord *type)
{
    builder_char(out, ' ');
    builder_text(out, disasm_kind_name(type->kind));
    if (type->kind == BD_KIND_SCALED) {
        builder_char(out, '/');
        builder_int64(out, type->denominator);
    }
    if (type->domain != 0) {
        builder_char(out, '@');
        builder_uint64(out, type->domain);
    }
}

static void put_comment(const bd_module *module, StringBuilder *out, const Instruction *in, size_t line_start)
{
    if (in->place == BD_NONE && in->site == BD_NONE)
        return;
    if (out->size - line_start < COMMENT_COLUMN)
        builder_repeat(out, ' ', COMMENT_COLUMN - (out->size - line_start));
    builder_text(out, TEXT(" ;"));
    if (in->place != BD_NONE) {
        const PlaceRecord *place = &module->SOURCE_MAP[in->place];
        builder_char(out, ' ');
        builder_text(out, module_text(module, place->file));
        builder_char(out, ':');
        builder_uint64(out, place->line);
        builder_char(out, ' ');
        builder_json_string(out, module_text(module, place->label));
    }
    if (in->site != BD_NONE) {
        disasm_number(out, "site", in->site);
        builder_char(out, ' ');
        builder_text(out, module_text(module, module->SITES[in->site].code));
    }
}

static void put_instruction(const bd_module *module, StringBuilder *out, const ProgramRecord *program, uint32_t index)
{
    const Instruction *in = &module->CODE[program->first_instruction + index];
    const OpInfo *info = op_info(in->op);
    const uint16_t operands[3] = {in->a, in->b, in->c};
    size_t line_start = out->size;

    builder_text(out, TEXT("  "));
    builder_padded(out, index, 4);
    builder_char(out, ' ');
    if (in->dst != NO_SLOT) {
        put_slot(out, in->dst);
        put_type(out, &module->TYPES[in->type]);
        builder_text(out, TEXT(" ="));
    }
    builder_char(out, ' ');
    put_opcode(out, info);
    for (int i = 0; i < 3; i++) {
        if (operands[i] == NO_SLOT)
            continue;
        if (i == 2 && info->c == OPERAND_G)
            builder_text(out, TEXT(" if"));
        put_slot(out, operands[i]);
    }
    put_immediate(module, out, program, in);
    put_comment(module, out, in, line_start);
    builder_char(out, '\n');
}

void disasm_program(const bd_module *module, uint32_t index, StringBuilder *out)
{
    const ProgramRecord *program = &module->PROGRAMS[index];
    builder_text(out, TEXT("PROGRAM "));
    builder_uint64(out, index);
    static const char *const kinds[] = {
        [BD_PROGRAM_LINES] = "lines", [BD_PROGRAM_CALL] = "call",       [BD_PROGRAM_CREDIT] = "credit",
        [BD_PROGRAM_STEP] = "step",   [BD_PROGRAM_EARLIER] = "earlier", [BD_PROGRAM_FAST] = "fast",
    };
    disasm_text(out, kinds[program->kind], module_text(module, program->name));
    disasm_number(out, "columns", program->first_column);
    disasm_number(out, "+", program->columns);
    disasm_number(out, "outputs", program->first_output);
    disasm_number(out, "+", program->outputs);
    disasm_number(out, "domains", program->first_domain);
    disasm_number(out, "+", program->domains);
    disasm_number(out, "slots", program->slots);
    disasm_index(out, "citation", program->citation);
    builder_char(out, '\n');
    for (uint32_t i = 0; i < program->instructions; i++)
        put_instruction(module, out, program, i);
}
